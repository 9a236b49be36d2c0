// What a command says: text for people, JSON for scripts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sd::cli {

/// Throws core::InputError if standard output cannot take it (a full disk, a closed pipe).
void print(std::string_view text);

/// Where `--json FILE` goes: nowhere, a file, or standard output (`-`), which then is JSON alone,
/// and people's text goes to standard error.
class Output {
 public:
  /// Throws core::InputError if the file can clearly not be written.
  explicit Output(std::optional<std::string> json);

  void text(std::string_view text) const;
  /// `report` is called only if JSON is wanted.
  void json(const std::function<std::string()>& report) const;

 private:
  std::optional<std::string> json_;
};

}  // namespace sd::cli
