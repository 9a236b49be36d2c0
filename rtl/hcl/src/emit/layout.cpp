#include "emit/layout.hpp"

#include <algorithm>
#include <optional>

namespace hcl::emitter {

namespace {

constexpr int indent_width = 2;
constexpr int continuation = 4;

/// Where to break a line that is longer than `limit`: behind a comma or operator, as far outside of brackets as possible,
/// then as far right as possible.
std::optional<std::size_t> break_position(std::string_view line, std::size_t first, std::size_t limit) {
  std::optional<std::size_t> best;
  int best_depth = 0, depth = 0;
  for (std::size_t i = 0; i + 1 < line.size() && i < limit; ++i) {
    const char c = line[i];
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (c != ' ' || i < first) continue;
    const char before = line[i - 1];
    if (std::string_view(",?:|&+-*^=<>").find(before) == std::string_view::npos) continue;
    if (before == ':' && i >= 2 && line[i - 2] != ' ') continue;  // a label
    if (!best || depth <= best_depth) {
      best = i;
      best_depth = depth;
    }
  }
  return best;
}

}  // namespace

void Lines::add(std::string_view text) {
  const std::size_t margin = static_cast<std::size_t>(depth_ * indent_width);
  std::string line = std::string(margin, ' ') + std::string(text);
  const auto limit = static_cast<std::size_t>(length_);
  while (line.size() > limit) {
    const std::size_t start = line.find_first_not_of(' ');
    const auto position = break_position(line, std::max(start + 8, limit / 3), limit);
    if (!position) break;
    text_ += line.substr(0, *position) + "\n";
    line = std::string(margin + continuation, ' ') + line.substr(*position + 1);
  }
  text_ += line + "\n";
}

void Lines::blank() {
  if (!text_.empty() && !text_.ends_with("\n\n")) text_ += "\n";
}

}  // namespace hcl::emitter
