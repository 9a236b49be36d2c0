// Strings in JSON.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace sd::tb {

/// With quotation marks, and escapes where RFC 8259 asks for them.
[[nodiscard]] inline std::string json_string(std::string_view text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      all += std::string{'\\', c};
    else if (c == '\n')
      all += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20)
      all += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else
      all += c;
  }
  return all + "\"";
}

}  // namespace sd::tb
