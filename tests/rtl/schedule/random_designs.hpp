// Design points made by chance, small enough that their buffers matter.
#pragma once

#include <random>

#include "rtl/design/design_point.hpp"

namespace sd::schedule::test {

/// A valid design point.
inline design::DesignPoint random_design(std::mt19937_64& random) {
  const auto pick = [&](int least, int most) {
    return std::uniform_int_distribution(least, most)(random);
  };
  const auto chance = [&](double probability) {
    return std::bernoulli_distribution(probability)(random);
  };
  design::DesignPoint d;
  d.name = "random";
  for (;;) {
    d.slices = pick(1, 5);
    d.lines = pick(1, 4);
    d.macs = 1 << pick(1, 4);
    d.block_segments = 1 << pick(0, 3);
    d.mac_kind = chance(0.5) ? design::MacKind::parallel : design::MacKind::booth_serial;
    d.rebuild = chance(0.75);
    d.skip_weight_rows = chance(0.7);
    d.skip_activation_rows = chance(0.7);
    d.levels = pick(1, 8);
    d.rank = pick(2, 6);
    d.columns = pick(2, 7);
    d.slice_rows = pick(1, 40);
    d.max_stride = pick(1, 3);
    d.input_buffer_bytes = 1 << pick(10, 15);
    d.weight_buffer_bytes = 1 << pick(10, 14);
    d.index_buffer_entries = pick(64, 400);
    d.output_buffer_bytes = 1 << pick(8, 12);
    d.axi_data_bits = chance(0.5) ? 64 : 128;
    try {
      design::validate(d);
      return d;
    } catch (const design::DesignError&) {
    }
  }
}

}  // namespace sd::schedule::test
