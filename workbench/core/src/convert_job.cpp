#include "workbench/core/convert_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "as_input_error.hpp"
#include "content_hash.hpp"
#include "json_envelope.hpp"
#include "model_input.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "sdengine/pack/rebuilt.hpp"
#include "stages.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::core {

namespace {

void require_another_file(const ConvertOptions& options) {
  std::error_code ignored;
  if (std::filesystem::equivalent(options.model, options.output, ignored))
    throw InputError(fmt::format("-o {} is the model that is to be converted; give another file",
                                 options.output.string()));
}

ConvertReport convert_checked(const ConvertOptions& options, Stages& stages) {
  check_writable(options.output);
  require_another_file(options);
  stages.begin("read model");
  const SdInput input = load_sd(options.model);
  const pack::PackedModel& model = input.file.model;
  ConvertReport report;
  report.model_name = model.network.name;
  report.model_source = options.model.string();
  report.model_hash = input.hash;
  report.format = options.format;
  report.file = options.output.string();
  report.layers =
      static_cast<int>(std::count_if(model.layers.begin(), model.layers.end(),
                                     [](const auto& layer) { return layer.has_value(); }));
  report.notes = model.network.notes;

  stages.begin("rebuild weights");
  const graph::Network network = pack::rebuilt_network(model, pack::Rebuilt::factors);
  stages.begin("write ONNX");
  try {
    if (options.format == ConvertFormat::onnx) {
      graph::export_onnx(network, options.output);
    } else {
      const auto factored = pack::factored_weights(model);
      report.factored_layers = static_cast<int>(factored.size());
      graph::export_onnx_factored(network, factored, options.output);
    }
  } catch (const graph::ImportError&) {
    throw;
  } catch (const std::runtime_error& error) {  // the disk, or a limit of the format
    throw InputError(error.what());
  }
  report.file_bytes = std::filesystem::file_size(options.output);
  report.file_hash = hash_of_file(options.output);
  return report;
}

}  // namespace

const char* to_string(ConvertFormat format) {
  return format == ConvertFormat::onnx ? "onnx" : "onnx-factored";
}

ConvertReport convert(const ConvertOptions& options, const Observer& observer,
                      std::stop_token stop) {
  Stages stages(observer, std::move(stop));
  return as_input_error([&] { return convert_checked(options, stages); });
}

std::string report_text(const ConvertReport& report) {
  return envelope("convert",
                  {{"model",
                    {{"name", report.model_name},
                     {"source", report.model_source},
                     {"hash", report.model_hash}}}},
                  {{"file", report.file},
                   {"hash", report.file_hash},
                   {"format", to_string(report.format)},
                   {"bytes", report.file_bytes},
                   {"layers", report.layers},
                   {"factored_layers", report.factored_layers},
                   {"notes", report.notes}});
}

}  // namespace sd::core
