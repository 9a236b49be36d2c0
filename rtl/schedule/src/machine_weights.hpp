// A group's rows and weights out of the index and weight buffers.
#pragma once

#include <cstdint>
#include <vector>

#include "machine_buffers.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::schedule {

/// A group, as the walk over its index entries meets it.
struct Group {
  struct Row {
    std::int64_t c_row = 0, r = 0;
    std::int64_t entry = 0;  ///< in the index buffer
  };
  std::vector<Row> rows;
  std::int64_t markers = 0;
  std::vector<std::int16_t> weights;  ///< [rows][steps][active_slices], 8-bit values
};

/// Reads and rebuilds. Throws ProgramFault.
[[nodiscard]] Group read_group(const Compute& c, const design::DesignPoint& design,
                               Buffers& buffers);

}  // namespace sd::schedule
