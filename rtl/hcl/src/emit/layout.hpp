// Lines of text: indentation, and breaking what is too long.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hcl::emitter {

class Lines {
 public:
  explicit Lines(int line_length) : length_(line_length) {}

  /// A line at the current depth, broken after an operator or comma if too long.
  void add(std::string_view text);
  void blank();
  /// A line as it stands, at the left margin (compiler directives).
  void raw(std::string_view text) { text_ += std::string(text) + "\n"; }
  void append(const Lines& other) { text_ += other.text_; }
  void indent() { ++depth_; }
  void outdent() { --depth_; }
  void set_depth(int depth) { depth_ = depth; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] int line_length() const { return length_; }

 private:
  int length_;
  int depth_ = 0;
  std::string text_;
};

/// Declarations in columns: `logic [7:0]  name`.
struct Declaration {
  std::string type, name;
};

}  // namespace hcl::emitter
