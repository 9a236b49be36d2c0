// The checksum of a packed file: SHA-256 of all of its bytes, the checksum's own digits taken as
// zeros.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sd::pack {

inline constexpr std::size_t checksum_digits = 64;

/// What stands in the file while its checksum is computed.
[[nodiscard]] std::string unset_checksum();

/// 64 hex digits; those at `position` (checksum_digits many, inside `bytes`) count as zeros.
[[nodiscard]] std::string checksum_of(std::string_view bytes, std::size_t position);

/// True for 64 lower-case hex digits.
[[nodiscard]] bool is_sha256(std::string_view text);

}  // namespace sd::pack
