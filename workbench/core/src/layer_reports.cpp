#include "layer_reports.hpp"

#include <algorithm>

namespace sd::core {

namespace {

LayerReport* layer_of(std::vector<LayerReport>& layers, int operator_index) {
  const auto found = std::find_if(layers.begin(), layers.end(), [&](const LayerReport& layer) {
    return layer.operator_index == operator_index;
  });
  return found == layers.end() ? nullptr : &*found;
}

}  // namespace

void add_packing(std::vector<LayerReport>& layers, const pack::PackedModel& model) {
  for (LayerReport& layer : layers) {
    const auto& packed = model.layers[static_cast<std::size_t>(layer.operator_index)];
    if (!packed) continue;
    layer.bits_packed = packed->bits_packed();
    layer.bits_dense = packed->bits_dense();
    layer.integer_error = packed->relative_error;
    if (!layer.decomposed) layer.relative_error = packed->relative_error;
  }
}

void add_placement(std::vector<LayerReport>& layers, const schedule::Program& program) {
  for (LayerReport& layer : layers)
    layer.on_rtl = program.operators[static_cast<std::size_t>(layer.operator_index)].execution !=
                   schedule::Execution::host;
  for (const auto& [operator_index, reason] : program.off_chip)
    if (LayerReport* layer = layer_of(layers, operator_index)) layer->off_chip_reason = reason;
}

void add_simulation(std::vector<LayerReport>& layers, const std::vector<tb::LayerRun>& runs) {
  for (const tb::LayerRun& run : runs) {
    if (LayerReport* layer = layer_of(layers, run.operator_index)) {
      layer->simulated = run.images > 0;
      layer->bit_exact = run.compared && run.bit_exact && run.images > 0;
      layer->cycles = run.counters ? run.counters->cycles : 0;
    }
  }
}

}  // namespace sd::core
