// The table of a design point's fields: what the reader, the writer, the checks and the hash walk
// through.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "rtl/design/design_point.hpp"

namespace sd::design {

struct Field {
  std::string_view section, key;  ///< in TOML; `key` is the member's name too
  std::variant<int DesignPoint::*, bool DesignPoint::*, MacKind DesignPoint::*> member;
  int least = 0, most = 0;  ///< integers only
  bool power_of_two = false;
};

/// Every field but the name, grouped by section, in the order of the written file.
[[nodiscard]] std::span<const Field> fields();

[[nodiscard]] std::string_view to_string(MacKind kind);

}  // namespace sd::design
