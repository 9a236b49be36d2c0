#include "workbench/core/inspect_job.hpp"

#include "as_input_error.hpp"
#include "inspect_layers.hpp"
#include "model_input.hpp"
#include "stages.hpp"
#include "tensor_files.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::core {

namespace {

void add_totals(InspectReport& report) {
  for (const InspectLayer& layer : report.layers) {
    report.bits_float += layer.bits_float;
    report.bits_dense += layer.bits_dense;
    report.bits_packed += layer.bits_packed;
    if (!layer.decomposed) continue;
    report.zero_coefficients += static_cast<std::uint64_t>(layer.zero_values);
    if (report.exponents.size() < layer.exponents.size())
      report.exponents.resize(layer.exponents.size(), 0);
    for (std::size_t e = 0; e < layer.exponents.size(); ++e)
      report.exponents[e] += layer.exponents[e];
  }
}

InspectReport inspect_checked(const InspectOptions& options, Stages& stages) {
  if (options.csv) check_writable(*options.csv);
  if (options.tensors) check_tensor_folder(*options.tensors);
  stages.begin("read model");
  const SdInput input = load_sd(options.model);
  const pack::PackedModel& model = input.file.model;
  InspectReport report;
  report.model_name = model.network.name;
  report.model_source = options.model.string();
  report.model_hash = input.hash;
  report.format_version = input.file.version;
  report.provenance = input.file.provenance;
  report.file_bytes = input.file.bytes;
  report.storage = pack::storage_report(model, input.file.provenance);
  report.classes = model.network.class_names;
  report.notes = model.network.notes;
  report.operators = inspect_operators(model);
  report.layers = inspect_layers(model);
  add_totals(report);
  if (options.tensors) {
    stages.begin("write tensors");
    report.tensors = write_tensors(model, *options.tensors, stages);
  }
  if (options.csv) write_file(*options.csv, layers_csv(report));
  return report;
}

}  // namespace

InspectReport inspect(const InspectOptions& options, const Observer& observer,
                      std::stop_token stop) {
  Stages stages(observer, std::move(stop));
  return as_input_error([&] { return inspect_checked(options, stages); });
}

}  // namespace sd::core
