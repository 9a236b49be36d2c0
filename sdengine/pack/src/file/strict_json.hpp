// JSON texts from files that anyone may have written.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sdengine/pack/sd_file.hpp"

namespace sd::pack {

/// Parses; throws FileError, `what` naming the text, for what is not JSON, is nested deeper than
/// `depth` or has a key twice in one object.
[[nodiscard]] nlohmann::json parse_json(std::string_view text, const std::string& what, int depth);

/// An object whose fields are read by name and type; every error says where the field is.
class JsonObject {
 public:
  /// `where` names the object. Throws FileError if `value` is not an object.
  JsonObject(const nlohmann::json& value, std::string where);

  [[nodiscard]] bool has(const char* key) const { return value_->contains(key); }
  /// Throws FileError if there is none.
  [[nodiscard]] const nlohmann::json& field(const char* key);
  [[nodiscard]] std::string text(const char* key);
  [[nodiscard]] bool boolean(const char* key);
  [[nodiscard]] int integer(const char* key);
  [[nodiscard]] double number(const char* key);
  [[nodiscard]] std::vector<std::string> texts(const char* key);
  [[nodiscard]] std::vector<int> integers(const char* key);
  /// As many integers as said.
  [[nodiscard]] std::vector<int> integers(const char* key, std::size_t count);
  /// Integers of 64 bits.
  [[nodiscard]] std::vector<std::int64_t> long_integers(const char* key);
  [[nodiscard]] std::vector<double> numbers(const char* key);
  /// The array of objects at `key`, one by one.
  [[nodiscard]] std::vector<JsonObject> objects(const char* key);

  /// Throws FileError if there is a field that was not read.
  void require_nothing_else() const;

 private:
  [[noreturn]] void fail(const std::string& key, const char* expected) const;
  [[nodiscard]] const nlohmann::json& array(const char* key);

  const nlohmann::json* value_;
  std::string where_;
  std::set<std::string> read_;
};

}  // namespace sd::pack
