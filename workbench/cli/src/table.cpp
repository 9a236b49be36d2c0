#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sd::cli {

namespace {

/// Columns that a terminal gives to UTF-8 text without wide or combining characters.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

void trim(std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
}

/// A bar would end the cell, a line's end the row.
std::string escaped(const std::string& cell) {
  std::string text;
  for (const char c : cell) {
    if (c == '|' || c == '\\') text += '\\';
    text += c == '\n' || c == '\r' ? ' ' : c;
  }
  return text;
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

void Table::add_rule() {
  rows_.emplace_back();
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = width_of(columns_[c].title);
    for (const auto& row : rows_)
      if (!row.empty()) width = std::max(width, width_of(row[c]));
    widths.push_back(width);
  }
  std::size_t whole = 2 * (columns_.empty() ? 0 : columns_.size() - 1);
  for (const std::size_t width : widths) whole += width;
  std::string rule(whole, '-');
  rule += '\n';

  const auto line_of = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const std::string cell = cell_of(c);
      const std::string space(widths[c] - width_of(cell), ' ');
      if (c > 0) line += "  ";
      line += columns_[c].align == Align::left ? cell + space : space + cell;
    }
    trim(line);
    line += '\n';
    return line;
  };
  std::string text = line_of([&](std::size_t c) { return columns_[c].title; }) + rule;
  for (const auto& row : rows_)
    text += row.empty() ? rule : line_of([&](std::size_t c) { return row[c]; });
  return text;
}

std::string Table::markdown() const {
  std::string text, marks;
  for (const Column& column : columns_) {
    text += "| " + escaped(column.title) + " ";
    marks += column.align == Align::left ? "|:---" : "|---:";
  }
  text += "|\n" + marks + "|\n";
  for (const auto& row : rows_) {
    if (row.empty()) continue;
    for (const std::string& cell : row) text += "| " + escaped(cell) + " ";
    text += "|\n";
  }
  return text;
}

std::string grouped(std::uint64_t value) {
  const std::string digits = std::to_string(value);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string percent(double fraction, int digits) {
  return fmt::format("{:.{}f} %", 100.0 * fraction, digits);
}

std::string ratio(double numerator, double denominator) {
  return denominator > 0 ? fmt::format("{:.2f}x", numerator / denominator) : "-";
}

}  // namespace sd::cli
