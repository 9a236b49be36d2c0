// What a TOML file is checked for before toml++ may see it.
#pragma once

#include <optional>
#include <string_view>

namespace sd::design {

/// Line of the first character outside of ASCII that stands neither in a comment nor in a string,
/// where TOML allows none; also that of one which follows a backslash in a string of several lines,
/// directly or after white space, or in a word that begins like a number. toml++ 3.3 takes such
/// characters for unreachable code (its is_non_ascii_horizontal_whitespace). Text that is no TOML
/// before that character may be misjudged.
[[nodiscard]] std::optional<unsigned> line_of_stray_character(std::string_view text);

/// The sentence for it.
inline constexpr std::string_view stray_character =
    "not valid TOML: there is a character outside of ASCII where only strings and comments may "
    "have one; put it in quotes or remove it";

}  // namespace sd::design
