#include "rtl/design/toml_text.hpp"

#include <algorithm>
#include <cstddef>

namespace sd::design {
namespace {

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

bool is_white(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  /// True if it stopped at a stray character, false at the end.
  bool find_stray() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (!is_ascii(c)) return true;
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (begins_number()) {
        if (number()) return true;
      } else if (c == '"' || c == '\'') {
        if (string(c)) return true;
      } else {
        ++at_;
      }
    }
    return false;
  }

  [[nodiscard]] unsigned line() const {
    const auto before = text_.substr(0, at_);
    return 1 + static_cast<unsigned>(std::count(before.begin(), before.end(), '\n'));
  }

 private:
  [[nodiscard]] bool begins_number() const {
    constexpr std::string_view first = "0123456789+-", before = " \t\r\n=[{,";
    return first.find(text_[at_]) != first.npos &&
           (at_ == 0 || before.find(text_[at_ - 1]) != before.npos);
  }

  /// Steps over what the parser takes for one: up to a character that ends values. Quotes are no
  /// strings in there. True at a stray character.
  bool number() {
    constexpr std::string_view ends = " \t\r\n]},#";
    for (; at_ < text_.size() && ends.find(text_[at_]) == ends.npos; ++at_) {
      if (!is_ascii(text_[at_])) return true;
    }
    return false;
  }

  [[nodiscard]] std::size_t quotes(char quote, std::size_t most) const {
    std::size_t count = 0;
    while (count < most && at_ + count < text_.size() && text_[at_ + count] == quote) ++count;
    return count;
  }

  /// Steps over the string that begins here; true at a stray character in it.
  bool string(char quote) {
    const bool several_lines = quotes(quote, 3) == 3;
    at_ += several_lines ? 3 : 1;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\\' && quote == '"') {
        if (escape(several_lines)) return true;
      } else if (c == quote && several_lines) {
        // Up to two quotes may stand before the three that end it.
        const std::size_t count = quotes(quote, 5);
        at_ += count;
        if (count >= 3) return false;
      } else {
        ++at_;
        if (!several_lines && (c == quote || c == '\n')) return false;
      }
    }
    return false;
  }

  /// Steps over a backslash and what it takes away or changes.
  bool escape(bool several_lines) {
    ++at_;
    if (several_lines && at_ < text_.size() && is_white(text_[at_])) {
      while (at_ < text_.size() && is_white(text_[at_])) ++at_;
      return at_ < text_.size() && !is_ascii(text_[at_]);
    }
    if (several_lines && at_ < text_.size() && !is_ascii(text_[at_])) return true;
    ++at_;
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<unsigned> line_of_stray_character(std::string_view text) {
  Scanner scanner(text);
  if (!scanner.find_stray()) return std::nullopt;
  return scanner.line();
}

}  // namespace sd::design
