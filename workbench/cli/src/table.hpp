// Text in columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sd::cli {

class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::right;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// Missing cells at the end are empty.
  void add(std::vector<std::string> cells);
  /// A line between the rows before and those after.
  void add_rule();

  /// Title line, rule, rows; columns two spaces apart; no space at a line's end; nothing but the
  /// titles if there are no rows.
  [[nodiscard]] std::string text() const;
  /// As a table of GitHub's Markdown; without the rules, which that has none of.
  [[nodiscard]] std::string markdown() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // an empty one is a rule
};

/// 1234567 -> "1,234,567"
[[nodiscard]] std::string grouped(std::uint64_t value);
/// 0.12345 -> "12.35 %"
[[nodiscard]] std::string percent(double fraction, int digits = 2);
/// "2.34x"; "-" if it is no number.
[[nodiscard]] std::string ratio(double numerator, double denominator);

}  // namespace sd::cli
