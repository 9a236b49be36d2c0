// From an ONNX network to a .sd file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "sdengine/compress/compress.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

inline constexpr double least_target_ratio = 1.0, most_target_ratio = 1000.0;

/// What stands in `settings` holds unless an option says otherwise.
struct DecomposeOptions {
  std::filesystem::path model;                    ///< ONNX
  std::filesystem::path output;                   ///< .sd
  std::optional<std::filesystem::path> settings;  ///< TOML, docs/decompose_settings.md
  /// TOML; the settings come down to what this accelerator has, and the report names what it would
  /// leave to the host.
  std::optional<std::filesystem::path> design;
  std::optional<compress::Algorithm> algorithm;
  std::optional<double> target_ratio;  ///< of `b8`
  std::optional<double> target_drop;   ///< percentage points
  std::optional<bool> data_aware, bias_correction, norm_reestimation;
  std::optional<bool> dense_first, dense_last;
  std::optional<std::uint64_t> seed;
  std::optional<std::filesystem::path> calibrate;  ///< what data::open_dataset() opens
  int calibration_images = 1000;                   ///< the first of them, at most
  int threads = 0;                                 ///< 0: all cores
};

struct DecomposeLayer {
  compress::LayerResult result;
  double integer_error = 0;  ///< relative, of the integer weights that the hardware multiplies with
};

struct DecomposeReport {
  std::string model_name, model_source, calibration_description;
  std::map<std::string, std::string>
      input_hashes;      ///< model; calibration, settings, design if given
  std::string settings;  ///< JSON text, as in the file's provenance
  std::size_t calibration_images = 0;
  std::vector<DecomposeLayer> layers;
  double relative_error = 0;                             ///< of all decomposed weights together
  double ratio_b8 = 0, ratio_b32 = 0, ratio_packed = 0;  ///< of the decomposed layers
  std::optional<double> target_ratio;                    ///< that was asked for
  bool target_met = true;
  std::vector<compress::CurvePoint> curve;
  std::vector<std::string> notes;
  std::string file, file_hash;
  std::uint64_t file_bytes = 0;
  double seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
};

/// Decomposes, packs and writes the file, whole or not at all. Images decide codes, allocation and
/// the integers' activation ranges; their labels, where the network has these classes, are looked
/// at for a target in points of accuracy only. Without images, the error of the weights
/// decides, and ranges are estimated on made-up images (a note says so). The same inputs give the
/// same file for any number of threads. Throws InputError, tb::Cancelled.
[[nodiscard]] DecomposeReport decompose_model(const DecomposeOptions& options,
                                              const Observer& observer, std::stop_token stop);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const DecomposeReport& report);

}  // namespace sd::core
