// The first rule that a design point breaks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fields.hpp"
#include "rtl/design/design_point.hpp"

namespace sd::design {

struct Violation {
  std::string message;  ///< "field: value is ..., allowed is ..."
  std::vector<std::string_view>
      fields;  ///< the field at fault, then those that the rule also reads
};

/// Longest name; the "-dense" of a baseline comes on top.
inline constexpr std::size_t longest_name = 64;

[[nodiscard]] std::optional<Violation> check_name(const std::string& name);
/// The field's own range. `value` is wider than the member so that a file's number can be checked
/// before it is narrowed.
[[nodiscard]] std::optional<Violation> check_range(const Field& field, std::int64_t value);
/// Names, ranges, then the rules between fields.
[[nodiscard]] std::optional<Violation> find_violation(const DesignPoint& point);

}  // namespace sd::design
