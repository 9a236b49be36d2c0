// Which part of a layer's schedule a value belongs to.
#pragma once

#include "rtl/schedule/program.hpp"

namespace sd::tb {

struct TileAndGroup {
  int tile = 0, group = 0;
};

[[nodiscard]] TileAndGroup find_tile(const schedule::Program& program, int operator_index,
                                     int channel, int row);

}  // namespace sd::tb
