// A row on its way from the index selector to the job issuer, as tests see it, and the design that
// both blocks are tested on.
#pragma once

#include <ostream>
#include <string>

#include "rtl/design/design_point.hpp"
#include "verilator_tb/block.hpp"

namespace sd::test {

inline design::DesignPoint small(int block_segments) {
  design::DesignPoint point;
  point.slices = 2;
  point.lines = 3;
  point.macs = 4;
  point.block_segments = block_segments;
  point.max_stride = 3;
  point.input_buffer_bytes = 4096;
  point.weight_buffer_bytes = 8192;
  point.index_buffer_entries = 512;
  point.output_buffer_bytes = 1024;
  return point;
}

struct Selected {
  bool basis = false, end = false, last = false;
  int weight_word = 0, input_word = 0, tile_row = 0, column = 0;
  int segments = 0, words = 0, tail_lanes = 0;
  bool operator==(const Selected&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Selected& s) {
  return out << (s.basis ? "basis"
                 : s.end ? "end"
                         : "job")
             << (s.last ? " last" : "") << " weight " << s.weight_word << " input " << s.input_word
             << " row " << s.tile_row << " column " << s.column << " segments " << s.segments
             << " words " << s.words << " tail " << s.tail_lanes;
}

inline Selected peek_row(tb::Block& block, const std::string& prefix) {
  const auto field = [&](const char* name) {
    return static_cast<int>(block.peek(prefix + name + "_o"));
  };
  Selected row;
  row.basis = field("basis") != 0;
  row.end = field("end") != 0;
  row.last = field("last") != 0;
  row.weight_word = field("weight_word");
  row.input_word = field("input_word");
  row.tile_row = field("tile_row");
  row.column = static_cast<int>(block.peek_signed(prefix + "column_o"));
  row.segments = field("segments");
  row.words = field("words");
  row.tail_lanes = field("tail_lanes");
  return row;
}

inline void poke_row(tb::Block& block, const std::string& prefix, const Selected& row) {
  const auto field = [&](const char* name, int value) {
    block.poke(prefix + name + "_i", static_cast<std::uint64_t>(value));
  };
  field("basis", row.basis ? 1 : 0);
  field("end", row.end ? 1 : 0);
  field("last", row.last ? 1 : 0);
  field("weight_word", row.weight_word);
  field("input_word", row.input_word);
  field("tile_row", row.tile_row);
  block.poke_signed(prefix + "column_i", row.column);
  field("segments", row.segments);
  field("words", row.words);
  field("tail_lanes", row.tail_lanes);
}

}  // namespace sd::test
