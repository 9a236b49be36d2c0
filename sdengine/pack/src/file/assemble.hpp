// The parts of a packed file before they are bytes.
#pragma once

#include "container.hpp"
#include "sdengine/pack/sd_file.hpp"

namespace sd::pack {

inline constexpr const char* format_name = "smartdeal";

/// Throws FileError if a hash is not one, or the settings are not JSON.
void require_provenance(const Provenance& provenance);

/// Metadata (with the checksum's digits unset) and tensors of a valid model. Throws FileError as
/// save() does.
[[nodiscard]] Container assemble(const PackedModel& model, const Provenance& provenance);

}  // namespace sd::pack
