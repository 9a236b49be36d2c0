#include <cstddef>

#include "assemble.hpp"
#include "layer_table.hpp"
#include "sdengine/pack/sd_file.hpp"

namespace sd::pack {

namespace {

constexpr std::int64_t bias_bits = 32, multiplier_bits = 16, shift_bits = 6, rebuild_shift_bits = 4,
                       scale_bits = 32, byte_bits = 8;

void count_layer(const PackedModel& model, int index, StorageReport& report) {
  const PackedLayer& layer = *model.layers[static_cast<std::size_t>(index)];
  const std::int64_t filters = layer.layout.filters;
  report.biases += filters * bias_bits;
  report.stages += filters * (multiplier_bits + shift_bits);
  report.file_scales += filters * (scale_bits - multiplier_bits - shift_bits);
  if (!stages_follow(model, index)) report.file_scales += filters * (multiplier_bits + byte_bits);
  report.file_scales += static_cast<std::int64_t>(layer.float_bias.size()) * multiplier_bits;
  const std::int64_t of_filters = filters * (bias_bits + multiplier_bits + shift_bits);
  if (layer.dense) {
    report.dense_weights += layer.bits_packed() - of_filters;
    return;
  }
  const std::int64_t rows = filters * layer.layout.rows;
  const std::int64_t basis = static_cast<std::int64_t>(layer.basis.size()) * byte_bits;
  report.row_index += rows;
  report.bases += basis;
  report.rebuild_shifts += filters * rebuild_shift_bits;
  report.coefficients +=
      layer.bits_packed() - of_filters - rows - basis - filters * rebuild_shift_bits;
}

}  // namespace

StorageReport storage_report(const PackedModel& model, const Provenance& provenance) {
  StorageReport report;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    report.file_scales +=
        scale_bits + byte_bits +
        static_cast<std::int64_t>(model.elementwise[i].multipliers.size()) * multiplier_bits;
    if (model.layers[i]) count_layer(model, static_cast<int>(i), report);
  }
  report.file_scales += static_cast<std::int64_t>(model.network.postprocessing.size()) * byte_bits;
  report.bits_file_overhead =
      static_cast<std::int64_t>(header_bytes(assemble(model, provenance))) * byte_bits;
  return report;
}

}  // namespace sd::pack
