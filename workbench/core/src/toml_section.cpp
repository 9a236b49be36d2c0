#include "toml_section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "rtl/design/toml_text.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

namespace {

constexpr std::size_t largest_file = 1 << 20;

const char* type_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "table";
    case toml::node_type::array:
      return "list";
    case toml::node_type::string:
      return "text";
    case toml::node_type::integer:
      return "whole number";
    case toml::node_type::floating_point:
      return "fraction";
    case toml::node_type::boolean:
      return "boolean";
    default:
      return "date or time";
  }
}

}  // namespace

TomlSection::TomlSection(std::string file, std::string name, const toml::table& table)
    : file_(std::move(file)), name_(std::move(name)), table_(&table) {}

void TomlSection::fail(unsigned line, const std::string& message) const {
  throw InputError(fmt::format("{}:{}: {}", file_, line, message));
}

unsigned TomlSection::line(std::string_view key) const {
  const toml::node* node = key.empty() ? nullptr : table_->get(key);
  return std::max(1U, (node != nullptr ? node->source() : table_->source()).begin.line);
}

const toml::node* TomlSection::find(std::string_view key) {
  allowed_.emplace_back(key);
  return table_->get(key);
}

std::int64_t TomlSection::integer(std::string_view key, const toml::node& node, std::int64_t low,
                                  std::int64_t high) const {
  const auto* value = node.as_integer();
  if (value == nullptr)
    fail(node.source().begin.line,
         fmt::format("{}: is a {}; allowed are whole numbers from {} to {}", key, type_of(node),
                     low, high));
  if (value->get() < low || value->get() > high)
    fail(node.source().begin.line,
         fmt::format("{}: is {}; the allowed range is {} to {}", key, value->get(), low, high));
  return value->get();
}

double TomlSection::number(std::string_view key, const toml::node& node, double low,
                           double high) const {
  const std::optional<double> value =
      node.is_number() ? node.value<double>() : std::optional<double>();
  if (!value)
    fail(node.source().begin.line, fmt::format("{}: is a {}; allowed are numbers from {} to {}",
                                               key, type_of(node), low, high));
  if (!(*value >= low && *value <= high))
    fail(node.source().begin.line,
         fmt::format("{}: is {}; the allowed range is {} to {}", key, *value, low, high));
  return *value;
}

void TomlSection::read(std::string_view key, int& value, std::int64_t low, std::int64_t high) {
  if (const toml::node* node = find(key)) value = static_cast<int>(integer(key, *node, low, high));
}

void TomlSection::read(std::string_view key, std::optional<int>& value, std::int64_t low,
                       std::int64_t high) {
  if (const toml::node* node = find(key)) value = static_cast<int>(integer(key, *node, low, high));
}

void TomlSection::read(std::string_view key, std::uint64_t& value) {
  if (const toml::node* node = find(key))
    value = static_cast<std::uint64_t>(
        integer(key, *node, 0, std::numeric_limits<std::int64_t>::max()));
}

void TomlSection::read(std::string_view key, double& value, double low, double high) {
  if (const toml::node* node = find(key)) value = number(key, *node, low, high);
}

void TomlSection::read(std::string_view key, std::optional<double>& value, double low,
                       double high) {
  if (const toml::node* node = find(key)) value = number(key, *node, low, high);
}

void TomlSection::read(std::string_view key, bool& value) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto* flag = node->as_boolean();
  if (flag == nullptr)
    fail(node->source().begin.line,
         fmt::format("{}: is a {}; allowed are true and false", key, type_of(*node)));
  value = flag->get();
}

void TomlSection::read(std::string_view key, std::string& value) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto* text = node->as_string();
  if (text == nullptr)
    fail(node->source().begin.line,
         fmt::format("{}: is a {}; allowed is text in quotes", key, type_of(*node)));
  value = text->get();
}

void TomlSection::read(std::string_view key, std::string& value,
                       const std::vector<std::string>& words) {
  std::string text;
  read(key, text);
  if (!has(key)) return;
  if (std::find(words.begin(), words.end(), text) == words.end())
    fail(line(key), fmt::format("{}: \"{}\" is unknown; allowed are \"{}\"", key, text,
                                fmt::join(words, "\", \"")));
  value = std::move(text);
}

std::optional<TomlSection> TomlSection::section(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* table = node->as_table();
  if (table == nullptr)
    fail(node->source().begin.line,
         fmt::format("{}: is a {}; write a section [{}]", key, type_of(*node), key));
  return TomlSection(file_, std::string(key), *table);
}

std::vector<TomlSection> TomlSection::sections(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  const auto* list = node->as_array();
  const bool tables = list != nullptr && std::all_of(list->begin(), list->end(),
                                                     [](const auto& e) { return e.is_table(); });
  if (!tables)
    fail(node->source().begin.line,
         fmt::format("{}: is a {}; write sections [[{}]]", key, type_of(*node), key));
  std::vector<TomlSection> found;
  for (const toml::node& entry : *list)
    found.emplace_back(file_, std::string(key), *entry.as_table());
  return found;
}

void TomlSection::read_pairs(std::string_view key, std::vector<std::pair<int, int>>& values,
                             std::pair<int, int> low, std::pair<int, int> high) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto* list = node->as_array();
  if (list == nullptr || list->empty())
    fail(node->source().begin.line,
         fmt::format("{}: is no list of pairs, such as [[3, 7], [4, 3]]", key));
  values.clear();
  for (const toml::node& entry : *list) {
    const auto* pair = entry.as_array();
    if (pair == nullptr || pair->size() != 2)
      fail(
          entry.source().begin.line,
          fmt::format("{}: holds something that is no pair of whole numbers, such as [3, 7]", key));
    values.emplace_back(static_cast<int>(integer(key, *pair->get(0), low.first, high.first)),
                        static_cast<int>(integer(key, *pair->get(1), low.second, high.second)));
  }
}

void TomlSection::reject_others() const {
  for (const auto& [key, node] : *table_) {
    if (std::find(allowed_.begin(), allowed_.end(), key.str()) != allowed_.end()) continue;
    const std::string where = name_.empty() ? std::string() : fmt::format(" in [{}]", name_);
    fail(key.source().begin.line,
         fmt::format("{}: unknown{}; allowed are {}", key.str(), where, fmt::join(allowed_, ", ")));
  }
}

toml::table read_toml_file(const std::string& file) {
  std::error_code failed;
  if (std::filesystem::is_directory(file, failed))
    throw InputError(fmt::format("{}: is a folder; give a TOML file", file));
  std::ifstream in(file, std::ios::binary);
  if (!in) throw InputError(fmt::format("{}: cannot be read: {}", file, std::strerror(errno)));
  std::string text(largest_file + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > largest_file)
    throw InputError(
        fmt::format("{}: is larger than {} bytes; this is no settings file", file, largest_file));
  if (const auto line = design::line_of_stray_character(text))
    throw InputError(fmt::format("{}:{}: {}", file, *line, design::stray_character));
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    throw InputError(fmt::format("{}:{}: not valid TOML: {}", file, error.source().begin.line,
                                 error.description()));
  }
}

}  // namespace sd::core
