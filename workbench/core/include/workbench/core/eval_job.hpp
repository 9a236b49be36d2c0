// How often a network, or what decomposition made of it, is right about labelled images.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "workbench/core/job.hpp"

namespace sd::core {

struct EvalOptions {
  std::filesystem::path model;  ///< ONNX or .sd
  std::filesystem::path data;   ///< what data::open_dataset() opens
  int images = 0;               ///< 0: all of the data set
  int threads = 0;              ///< 0: all cores
};

/// The images as one kind of arithmetic sees them.
struct Evaluation {
  std::string arithmetic;  ///< "float", "sd_float", "sd_integer"
  std::size_t right = 0;
  /// [classes][classes], rows: the truth, columns: what the network says. Empty for more than
  /// `largest_matrix` classes.
  std::vector<std::uint32_t> confusion;
  std::vector<std::uint32_t> right_of_class;  ///< [classes]
};

/// A matrix of more classes would be larger than anyone reads.
inline constexpr std::size_t largest_matrix = 2000;

struct EvalReport {
  std::string model_name, model_source, data_description;
  std::map<std::string, std::string> input_hashes;  ///< model, data
  std::vector<std::string> notes;
  std::size_t images = 0;
  std::vector<std::string> classes;            ///< one per output of the network
  std::vector<std::uint32_t> images_of_class;  ///< [classes]
  std::vector<Evaluation> evaluations;  ///< ONNX: float; .sd: sd_float, sd_integer (in this order)
  std::size_t disagreements = 0;  ///< .sd: images that float and integers put in different classes
  double wall_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;

  [[nodiscard]] double accuracy(const Evaluation& evaluation) const {
    return static_cast<double>(evaluation.right) / static_cast<double>(images);
  }
};

/// An ONNX network in float; a .sd file in float with the weights that it rebuilds, and in the
/// integers that the hardware computes. Images run in parallel; the result does not depend on the
/// number of threads. Throws InputError, tb::Cancelled.
[[nodiscard]] EvalReport evaluate(const EvalOptions& options, const Observer& observer,
                                  std::stop_token stop);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const EvalReport& report);

}  // namespace sd::core
