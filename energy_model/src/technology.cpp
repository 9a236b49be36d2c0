#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>

#include "embedded_technology.hpp"
#include "energy_model/energy.hpp"
#include "rtl/design/toml_text.hpp"

namespace sd::energy {

namespace {

constexpr std::uintmax_t largest_file = 1024 * 1024;
constexpr double largest_pj = 1e6;

constexpr std::pair<std::string_view, Sourced Technology::*> numbers[] = {
    {"dram_pj_per_bit", &Technology::dram_pj_per_bit},
    {"add8_pj", &Technology::add8_pj},
    {"add32_pj", &Technology::add32_pj},
    {"multiply8_pj", &Technology::multiply8_pj},
    {"shift8_pj", &Technology::shift8_pj},
    {"register_pj_per_bit", &Technology::register_pj_per_bit},
    {"sram_base_pj_per_bit", &Technology::sram_base_pj_per_bit},
    {"sram_slope_pj_per_bit", &Technology::sram_slope_pj_per_bit},
};

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  Technology read(const toml::table& root) const {
    Technology technology;
    for (const auto& [key, node] : root)
      if (key.str() != "name" && key.str() != "node_nm" && !is_number(key.str()))
        fail(key.source().begin.line,
             fmt::format("{}: unknown; allowed are name, node_nm and the sections {}", key.str(),
                         sections()));
    technology.name = text(root, "name", "name");
    technology.node_nm = node(root);
    for (const auto& [key, member] : numbers) technology.*member = number(root, key);
    return technology;
  }

 private:
  [[noreturn]] void fail(unsigned line, const std::string& message) const {
    throw TechnologyError(fmt::format("{}:{}: {}", file_, line, message));
  }

  static bool is_number(std::string_view key) {
    return std::any_of(std::begin(numbers), std::end(numbers),
                       [&](const auto& number) { return number.first == key; });
  }

  static std::string sections() {
    std::string list;
    for (const auto& [key, member] : numbers)
      list += fmt::format("{}{}", list.empty() ? "" : ", ", key);
    return list;
  }

  /// A missing key is reported where its table begins.
  const toml::node& required(const toml::table& table, std::string_view key,
                             std::string_view field) const {
    const toml::node* node = table.get(key);
    if (node == nullptr)
      fail(std::max(1U, table.source().begin.line), fmt::format("{}: is missing", field));
    return *node;
  }

  std::string text(const toml::table& table, std::string_view key, std::string_view field) const {
    const toml::node& node = required(table, key, field);
    const auto* value = node.as_string();
    if (value == nullptr || value->get().find_first_not_of(" \t\r\n") == std::string::npos)
      fail(node.source().begin.line,
           fmt::format("{}: must be text in quotes, and not empty", field));
    return value->get();
  }

  int node(const toml::table& root) const {
    const toml::node& found = required(root, "node_nm", "node_nm");
    const auto* value = found.as_integer();
    if (value == nullptr || value->get() < 1 || value->get() > 1000)
      fail(found.source().begin.line, "node_nm: must be a whole number from 1 to 1000");
    return static_cast<int>(value->get());
  }

  Sourced number(const toml::table& root, std::string_view key) const {
    const toml::node& found = required(root, key, key);
    const toml::table* table = found.as_table();
    if (table == nullptr)
      fail(found.source().begin.line,
           fmt::format("{}: must be a section with value and source", key));
    for (const auto& [inner, node] : *table)
      if (inner.str() != "value" && inner.str() != "source")
        fail(inner.source().begin.line,
             fmt::format("{}.{}: unknown; allowed are value and source", key, inner.str()));
    const toml::node& node = required(*table, "value", fmt::format("{}.value", key));
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value) || *value < 0 || *value > largest_pj)
      fail(node.source().begin.line,
           fmt::format("{}.value: must be a number of picojoules from 0 to {:.0f}", key,
                       largest_pj));
    return {*value, text(*table, "source", fmt::format("{}.source", key))};
  }

  std::string file_;
};

Technology parse(std::string_view text, const std::string& file) {
  if (const auto line = design::line_of_stray_character(text))
    throw TechnologyError(fmt::format("{}:{}: {}", file, *line, design::stray_character));
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    throw TechnologyError(fmt::format("{}:{}: not valid TOML: {}", file, error.source().begin.line,
                                      error.description()));
  }
  return Reader(file).read(root);
}

std::string content_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status))
    throw TechnologyError(fmt::format("{}: cannot be read: there is no such file", file.string()));
  if (std::filesystem::is_directory(status))
    throw TechnologyError(
        fmt::format("{}: is a folder; give a technology's TOML file", file.string()));
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw TechnologyError(
        fmt::format("{}: cannot be read: {}", file.string(), std::strerror(errno)));
  std::string text;
  char block[4096];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > largest_file)
      throw TechnologyError(fmt::format("{}: is larger than {} bytes; this is not a technology",
                                        file.string(), largest_file));
  }
  return text;
}

}  // namespace

Technology read_technology(const std::filesystem::path& file) {
  return parse(content_of(file), file.string());
}

const Technology& default_technology() {
  static const Technology technology = parse(embedded_technology(), "28nm.toml");
  return technology;
}

}  // namespace sd::energy
