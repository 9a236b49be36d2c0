// A .sd file as ONNX.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "workbench/core/job.hpp"

namespace sd::core {

enum class ConvertFormat {
  onnx,           ///< the rebuilt weights: runs anywhere
  onnx_factored,  ///< Ce and B as initialisers that standard operators join
};

/// "onnx", "onnx-factored".
[[nodiscard]] const char* to_string(ConvertFormat format);

struct ConvertOptions {
  std::filesystem::path model;  ///< .sd
  ConvertFormat format = ConvertFormat::onnx;
  std::filesystem::path output;
};

struct ConvertReport {
  std::string model_name, model_source, model_hash;
  ConvertFormat format = ConvertFormat::onnx;
  std::string file, file_hash;
  std::uint64_t file_bytes = 0;
  int layers = 0;           ///< with weights
  int factored_layers = 0;  ///< of these, written as Ce and B
  std::vector<std::string> notes;
};

/// Writes `output` whole or not at all. Throws InputError, tb::Cancelled.
[[nodiscard]] ConvertReport convert(const ConvertOptions& options, const Observer& observer,
                                    std::stop_token stop);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const ConvertReport& report);

}  // namespace sd::core
