// Where a packed model comes from, for reports.
#pragma once

#include "json_envelope.hpp"
#include "sdengine/pack/sd_file.hpp"

namespace sd::core {

[[nodiscard]] Json provenance_json(const pack::Provenance& provenance);

}  // namespace sd::core
