#include <fmt/format.h>

#include "random_stream.hpp"
#include "regression/plan.hpp"

namespace sd::regression {

design::DesignPoint random_design(std::uint64_t seed) {
  constexpr int most_macs = 128;  // a larger array takes long to build and shows nothing new
  RandomStream random(seed);
  for (;;) {
    design::DesignPoint d;
    d.name = fmt::format("random_{}", seed);
    d.slices = random.pick(1, 5);
    d.lines = random.pick(1, 4);
    d.macs = 1 << random.pick(1, 4);
    d.block_segments = 1 << random.pick(0, 3);
    d.mac_kind = random.chance(50) ? design::MacKind::parallel : design::MacKind::booth_serial;
    d.rebuild = random.chance(75);
    d.skip_weight_rows = random.chance(70);
    d.skip_activation_rows = random.chance(70);
    d.levels = random.pick(1, 8);
    d.rank = random.pick(2, 6);
    d.columns = random.pick(2, 7);
    d.slice_rows = random.pick(1, 40);
    d.max_stride = random.pick(1, 3);
    d.input_buffer_bytes = 1 << random.pick(10, 15);
    d.weight_buffer_bytes = 1 << random.pick(10, 14);
    d.index_buffer_entries = random.pick(64, 400);
    d.output_buffer_bytes = 1 << random.pick(8, 12);
    d.axi_data_bits = random.chance(50) ? 64 : 128;
    d.axi_burst_beats = 1 << random.pick(2, 5);
    if (d.total_macs() > most_macs) continue;
    try {
      design::validate(d);
      return d;
    } catch (const design::DesignError&) {  // buffers too small for this array: another one
    }
  }
}

}  // namespace sd::regression
