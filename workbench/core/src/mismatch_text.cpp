#include "workbench/core/mismatch_text.hpp"

#include <fmt/format.h>

namespace sd::core {

std::string mismatch_text(const std::string& chip, const tb::Mismatch& m) {
  return fmt::format(
      "{} differs from the integer reference, first in image {}, layer {}, channel {}, row {}, "
      "column {}: {} instead of {} ({} values of this layer differ)",
      chip, m.image, m.layer, m.channel, m.row, m.column, m.actual, m.expected, m.differing_values);
}

}  // namespace sd::core
