// A row on its way from the index selector to the job issuer, as tests see it, and the design that
// both blocks are tested on.
#pragma once

#include <ostream>
#include <string>

#include "rtl/design/design_point.hpp"
#include "verilator_tb/block.hpp"

namespace sd::test {

inline design::DesignPoint small() {
  design::DesignPoint point;
  point.slices = 2;
  point.lines = 3;
  point.macs = 4;
  point.input_buffer_bytes = 4096;
  point.weight_buffer_bytes = 1024;
  point.index_buffer_entries = 128;
  point.output_buffer_bytes = 1024;
  return point;
}

struct Selected {
  bool basis = false, end = false, last = false;
  int weight_word = 0, input_word = 0, tile_row = 0, column = 0, lanes = 0;
  bool operator==(const Selected&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Selected& s) {
  return out << (s.basis ? "basis"
                 : s.end ? "end"
                         : "job")
             << (s.last ? " last" : "") << " weight " << s.weight_word << " input " << s.input_word
             << " row " << s.tile_row << " column " << s.column << " lanes " << s.lanes;
}

inline Selected peek_row(tb::Block& block, const std::string& prefix) {
  Selected row;
  row.basis = block.peek(prefix + "basis_o") != 0;
  row.end = block.peek(prefix + "end_o") != 0;
  row.last = block.peek(prefix + "last_o") != 0;
  row.weight_word = static_cast<int>(block.peek(prefix + "weight_word_o"));
  row.input_word = static_cast<int>(block.peek(prefix + "input_word_o"));
  row.tile_row = static_cast<int>(block.peek(prefix + "tile_row_o"));
  row.column = static_cast<int>(block.peek_signed(prefix + "column_o"));
  row.lanes = static_cast<int>(block.peek(prefix + "lanes_o"));
  return row;
}

inline void poke_row(tb::Block& block, const std::string& prefix, const Selected& row) {
  block.poke(prefix + "basis_i", row.basis);
  block.poke(prefix + "end_i", row.end);
  block.poke(prefix + "last_i", row.last);
  block.poke(prefix + "weight_word_i", static_cast<std::uint64_t>(row.weight_word));
  block.poke(prefix + "input_word_i", static_cast<std::uint64_t>(row.input_word));
  block.poke(prefix + "tile_row_i", static_cast<std::uint64_t>(row.tile_row));
  block.poke_signed(prefix + "column_i", row.column);
  block.poke(prefix + "lanes_i", static_cast<std::uint64_t>(row.lanes));
}

}  // namespace sd::test
