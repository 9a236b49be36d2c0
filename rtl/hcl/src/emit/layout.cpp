#include "emit/layout.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace hcl::emitter {

namespace {

constexpr int indent_width = 2;
constexpr int continuation = 4;

/// How good it is to break behind this character: of operators that bind weakly first.
int rank(char c) {
  switch (c) {
    case ',':
      return 0;
    case ':':
      return 1;
    case '?':
      return 2;
    case '|':
      return 3;
    case '&':
      return 4;
    default:
      return 5;
  }
}

/// Where to break a line that is longer than `limit`: behind a comma or operator, as far outside of
/// brackets as possible, then behind the weakest operator, then as far right as possible.
std::optional<std::size_t> break_position(std::string_view line, std::size_t first,
                                          std::size_t limit) {
  std::optional<std::size_t> best;
  std::pair<int, int> best_cost;
  int depth = 0;
  for (std::size_t i = 0; i + 1 < line.size() && i < limit; ++i) {
    const char c = line[i];
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (c != ' ' || i < first) continue;
    const char before = line[i - 1];
    if (std::string_view(",?:|&+-*^=<>").find(before) == std::string_view::npos) continue;
    if (before == ':' && i >= 2 && line[i - 2] != ' ') continue;  // a label
    const std::pair cost(depth, rank(before));
    if (!best || cost <= best_cost) {
      best = i;
      best_cost = cost;
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
