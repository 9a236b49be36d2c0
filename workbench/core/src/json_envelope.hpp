// What every report has in common (docs/report_format.md).
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "rtl/design/design_point.hpp"

namespace sd::core {

using Json = nlohmann::ordered_json;

/// schema, command, version, inputs, results: as text, indented, with a newline at its end. Names
/// of files are whatever bytes a user's disk holds; what is not UTF-8 in them is replaced.
[[nodiscard]] std::string envelope(const std::string& command, Json inputs, Json results);

/// Every field of a design point that a reader of results wants next to them.
[[nodiscard]] Json design_json(const design::DesignPoint& design);

}  // namespace sd::core
