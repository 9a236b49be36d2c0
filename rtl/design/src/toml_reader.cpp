#include <fmt/format.h>
#include <toml++/toml.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "rtl/design/toml_text.hpp"
#include "violation.hpp"

namespace sd::design {

namespace {

constexpr std::uintmax_t largest_file = 1024 * 1024;

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  DesignPoint read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      if (key.str() == "name")
        read_name(node);
      else if (const toml::table* section = node.as_table(); section && is_section(key.str()))
        read_section(key.str(), *section);
      else
        reject_top(key, node);
    }
    if (const auto violation = find_violation(point_))
      fail(line_of(*violation), violation->message);
    return point_;
  }

 private:
  [[noreturn]] void fail(unsigned line, const std::string& message) const {
    throw DesignError(fmt::format("{}:{}: {}", file_, line, message));
  }

  static bool is_section(std::string_view name) {
    for (const Field& field : fields())
      if (field.section == name) return true;
    return false;
  }

  /// "a, b, c": the keys of a section, or the sections where `section` is empty.
  static std::string allowed(std::string_view section) {
    std::string list, last;
    for (const Field& field : fields()) {
      const std::string_view word = section.empty() ? field.section : field.key;
      if ((!section.empty() && field.section != section) || word == last) continue;
      last = word;
      list += (list.empty() ? "" : ", ") + last;
    }
    return list;
  }

  [[noreturn]] void reject_top(const toml::key& key, const toml::node& node) const {
    if (is_section(key.str()))
      fail(key.source().begin.line,
           fmt::format("{}: is a {}; write a section [{}]", key.str(), type_of(node), key.str()));
    for (const Field& field : fields())
      if (field.key == key.str())
        fail(key.source().begin.line,
             fmt::format("{}: belongs into the section [{}]", key.str(), field.section));
    fail(key.source().begin.line,
         fmt::format("{}: unknown; allowed are name and the sections {}", key.str(), allowed("")));
  }

  static std::string_view type_of(const toml::node& node) {
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

  void read_name(const toml::node& node) {
    const unsigned line = node.source().begin.line;
    const auto* text = node.as_string();
    if (text == nullptr)
      fail(line, fmt::format("name: is a {}; allowed is text in quotes", type_of(node)));
    point_.name = text->get();
    if (const auto violation = check_name(point_.name)) fail(line, violation->message);
  }

  void read_section(std::string_view section, const toml::table& table) {
    for (const auto& [key, node] : table) {
      const Field* found = nullptr;
      for (const Field& field : fields())
        if (field.section == section && field.key == key.str()) found = &field;
      if (found == nullptr)
        fail(key.source().begin.line, fmt::format("{}: unknown in [{}]; allowed are {}", key.str(),
                                                  section, allowed(section)));
      lines_[found->key] = node.source().begin.line;
      std::visit([&, &value = node](auto member) { read_value(*found, member, value); },
                 found->member);
    }
  }

  void read_value(const Field& field, int DesignPoint::*member, const toml::node& node) {
    const unsigned line = node.source().begin.line;
    const auto* number = node.as_integer();
    if (number == nullptr)
      fail(line, fmt::format("{}: is a {}; allowed are whole numbers from {} to {}", field.key,
                             type_of(node), field.least, field.most));
    if (const auto violation = check_range(field, number->get())) fail(line, violation->message);
    point_.*member = static_cast<int>(number->get());
  }

  void read_value(const Field& field, bool DesignPoint::*member, const toml::node& node) {
    const auto* flag = node.as_boolean();
    if (flag == nullptr)
      fail(node.source().begin.line,
           fmt::format("{}: is a {}; allowed are true and false", field.key, type_of(node)));
    point_.*member = flag->get();
  }

  void read_value(const Field& field, MacKind DesignPoint::*member, const toml::node& node) {
    const unsigned line = node.source().begin.line;
    const auto* text = node.as_string();
    if (text == nullptr)
      fail(line, fmt::format("{}: is a {}; allowed are \"parallel\" and \"booth_serial\"",
                             field.key, type_of(node)));
    for (const MacKind kind : {MacKind::parallel, MacKind::booth_serial})
      if (text->get() == to_string(kind)) {
        point_.*member = kind;
        return;
      }
    fail(line, fmt::format("{}: \"{}\" is unknown; allowed are \"parallel\" and \"booth_serial\"",
                           field.key, text->get()));
  }

  /// A rule may be broken by a field that the file leaves at its default: then the first one that
  /// it does set is to blame.
  unsigned line_of(const Violation& violation) const {
    for (const std::string_view field : violation.fields)
      if (const auto line = lines_.find(field); line != lines_.end()) return line->second;
    return 1;
  }

  std::string file_;
  DesignPoint point_;
  std::map<std::string_view, unsigned> lines_;
};

std::string content_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status))
    throw DesignError(fmt::format("{}: cannot be read: there is no such file", file.string()));
  if (std::filesystem::is_directory(status))
    throw DesignError(
        fmt::format("{}: is a folder; give a design point's TOML file", file.string()));
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw DesignError(fmt::format("{}: cannot be read: {}", file.string(), std::strerror(errno)));
  std::string text;
  char block[4096];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > largest_file)
      throw DesignError(fmt::format("{}: is larger than {} bytes; this is not a design point",
                                    file.string(), largest_file));
  }
  return text;
}

}  // namespace

DesignPoint read_toml(const std::filesystem::path& file) {
  const std::string text = content_of(file);
  if (const auto line = line_of_stray_character(text))
    throw DesignError(fmt::format("{}:{}: {}", file.string(), *line, stray_character));
  toml::table root;
  try {
    root = toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    throw DesignError(fmt::format("{}:{}: not valid TOML: {}", file.string(),
                                  error.source().begin.line, error.description()));
  }
  return Reader(file.string()).read(root);
}

}  // namespace sd::design
