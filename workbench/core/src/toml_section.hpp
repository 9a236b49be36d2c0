// One table of a TOML file: each key read once, with its type, its range and its line.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sd::core {

/// Errors are InputErrors, "FILE:LINE: KEY: what is wrong; what is allowed".
class TomlSection {
 public:
  /// `name` is empty for the top of the file. The table must outlive this.
  TomlSection(std::string file, std::string name, const toml::table& table);

  // Each takes over the value if the key is there, and remembers the key as allowed.
  void read(std::string_view key, int& value, std::int64_t low, std::int64_t high);
  void read(std::string_view key, std::optional<int>& value, std::int64_t low, std::int64_t high);
  void read(std::string_view key, std::uint64_t& value);
  void read(std::string_view key, double& value, double low, double high);
  void read(std::string_view key, std::optional<double>& value, double low, double high);
  void read(std::string_view key, bool& value);
  /// Text that is one of `words`.
  void read(std::string_view key, std::string& value, const std::vector<std::string>& words);
  /// Any text.
  void read(std::string_view key, std::string& value);
  /// A table within, or nothing. Its keys are the caller's business.
  [[nodiscard]] std::optional<TomlSection> section(std::string_view key);
  /// The tables of a list [[key]].
  [[nodiscard]] std::vector<TomlSection> sections(std::string_view key);
  /// A list of pairs of whole numbers.
  void read_pairs(std::string_view key, std::vector<std::pair<int, int>>& values,
                  std::pair<int, int> low, std::pair<int, int> high);

  [[nodiscard]] bool has(std::string_view key) const { return table_->contains(key); }
  /// Line of a key that is there, otherwise of the section.
  [[nodiscard]] unsigned line(std::string_view key = {}) const;
  [[noreturn]] void fail(unsigned line, const std::string& message) const;

  /// To be called last: an error for a key that nobody asked for.
  void reject_others() const;

 private:
  const toml::node* find(std::string_view key);
  std::int64_t integer(std::string_view key, const toml::node& node, std::int64_t low,
                       std::int64_t high) const;
  double number(std::string_view key, const toml::node& node, double low, double high) const;

  std::string file_, name_;
  const toml::table* table_;
  std::vector<std::string> allowed_;
};

/// The whole file, at most a MiB. Throws InputError naming the file and, for what is not TOML, the
/// line.
[[nodiscard]] toml::table read_toml_file(const std::string& file);

}  // namespace sd::core
