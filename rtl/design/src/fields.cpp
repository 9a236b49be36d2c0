#include "fields.hpp"

#include <array>

namespace sd::design {

std::span<const Field> fields() {
  using D = DesignPoint;
  // Upper bounds: the command format's fields (docs/accelerator.md), such as 8 bits for active
  // slices, 4 bits for the steps of a row and the stride, 16 bits for entries and words;
  // otherwise what a single array can sensibly hold.
  static constexpr std::array table{
      Field{"array", "slices", &D::slices, 1, 128},
      Field{"array", "lines", &D::lines, 1, 64},
      Field{"array", "macs", &D::macs, 2, 64, true},
      Field{"array", "block_segments", &D::block_segments, 1, 8, true},
      Field{"array", "mac_kind", &D::mac_kind},
      Field{"array", "max_stride", &D::max_stride, 1, 8},
      Field{"sd", "rebuild", &D::rebuild},
      Field{"sd", "skip_weight_rows", &D::skip_weight_rows},
      Field{"sd", "skip_activation_rows", &D::skip_activation_rows},
      Field{"sd", "rank", &D::rank, 1, 8},
      Field{"sd", "levels", &D::levels, 1, 15},
      Field{"sd", "columns", &D::columns, 2, 15},
      Field{"sd", "slice_rows", &D::slice_rows, 1, 65535},
      Field{"buffers", "input_buffer_bytes", &D::input_buffer_bytes, 256, 4 * 1024 * 1024},
      Field{"buffers", "weight_buffer_bytes", &D::weight_buffer_bytes, 64, 16 * 1024 * 1024},
      Field{"buffers", "index_buffer_entries", &D::index_buffer_entries, 16, 65536},
      Field{"buffers", "output_buffer_bytes", &D::output_buffer_bytes, 64, 4 * 1024 * 1024},
      Field{"interface", "axi_data_bits", &D::axi_data_bits, 64, 128, true},
      Field{"interface", "axi_burst_beats", &D::axi_burst_beats, 1, 256, true},
      Field{"interface", "clock_mhz", &D::clock_mhz, 1, 10000},
  };
  return table;
}

std::string_view to_string(MacKind kind) {
  return kind == MacKind::parallel ? "parallel" : "booth_serial";
}

}  // namespace sd::design
