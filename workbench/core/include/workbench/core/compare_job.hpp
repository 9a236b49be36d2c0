// SD against plain quantisation and pruning of the same network at equal storage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "workbench/core/job.hpp"

namespace sd::core {

inline constexpr double least_compared_ratio = 1.1, most_compared_ratio = 100.0;
/// Of two ratios of one comparison.
inline constexpr double least_distance_of_ratios = 0.01;
inline constexpr std::size_t most_compared_ratios = 64;

struct CompareOptions {
  std::filesystem::path model;  ///< ONNX
  std::filesystem::path data;   ///< labelled images to measure on
  std::filesystem::path
      calibrate;                  ///< images that errors are weighed by; their labels are not used
  int calibration_images = 1000;  ///< the first of them, at most
  int images = 0;                 ///< of `data`; 0: all
  std::vector<double> ratios = {5.6, 7.9, 10.9, 14.9, 20};  ///< of `b8`
  int threads = 0;                                          ///< 0: all cores
  std::optional<std::uint64_t> seed;
};

/// One way of storing the weights.
struct ComparedMethod {
  double ratio = 0;           ///< reached: 32 bits per weight / bits
  double relative_error = 0;  ///< ||W - W_stored|| / ||W|| of the weights
  double accuracy = 0;        ///< fraction of the images, in float
};

struct ComparedSd : ComparedMethod {
  double ratio_packed = 0;  ///< by the bits of the packed form, which is what the hardware reads
};

struct ComparedDataAware : ComparedSd {
  double accuracy_integer = 0;  ///< of the integers that the hardware computes
  double seconds = 0;           ///< wall time of the fits, without the curves that all ratios share
};

struct CompareRow {
  double target_ratio = 0;
  /// Least relative error at 32 / target_ratio bits per weight if the weights came from one
  /// Gaussian without memory: 2^-bits, by D(R) = variance * 2^(-2R) (Cover and Thomas, "Elements of
  /// Information Theory", 2nd ed., section 10.3.2).
  double gaussian_bound = 0;
  ComparedSd weights_only;                         ///< SD without images; its ratio is b8
  ComparedDataAware data_aware;                    ///< SD with images; its ratio is b8
  ComparedMethod uniform, powers_of_two, pruning;  ///< with images
};

struct CompareReport {
  std::string model_name, model_source, data_description, calibration_description;
  std::map<std::string, std::string> input_hashes;  ///< model, data, calibration
  std::size_t images = 0, calibration_images = 0;
  double float_accuracy = 0;
  std::vector<CompareRow> rows;  ///< in the order of the ratios that were asked for
  double curve_seconds = 0;      ///< wall time of the curves that the data-aware fits share
  std::vector<std::string> notes;
  double seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
};

/// 2^-(32 / ratio).
[[nodiscard]] double gaussian_bound(double ratio);

/// Every method at every ratio, with its defaults. The same inputs give the same results (times
/// aside) for any number of threads. Throws InputError, tb::Cancelled.
[[nodiscard]] CompareReport compare_methods(const CompareOptions& options, const Observer& observer,
                                            std::stop_token stop);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const CompareReport& report);

}  // namespace sd::core
