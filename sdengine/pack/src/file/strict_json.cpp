#include "strict_json.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <limits>

namespace sd::pack {

namespace {

using nlohmann::json;

/// Stops the parser where it would nest too deep, and at a key that its object has already.
class Guard {
 public:
  Guard(const std::string& what, int depth) : what_(what), depth_(depth) {}

  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        if (depth >= depth_)
          throw FileError(fmt::format("{} is nested deeper than {} levels", what_, depth_));
        if (event == json::parse_event_t::object_start) keys_.emplace_back();
        break;
      case json::parse_event_t::object_end:
        keys_.pop_back();
        break;
      case json::parse_event_t::key:
        if (!keys_.back().insert(parsed.get<std::string>()).second)
          throw FileError(fmt::format("{} has the key {} twice", what_, parsed.dump()));
        break;
      default:
        break;
    }
    return true;
  }

 private:
  const std::string& what_;
  int depth_;
  std::vector<std::set<std::string>> keys_;
};

bool is_int(const json& value) {
  if (value.is_number_unsigned())
    return value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<int>::max()};
  return value.is_number_integer() &&
         value.get<std::int64_t>() >= std::numeric_limits<int>::min() &&
         value.get<std::int64_t>() <= std::numeric_limits<int>::max();
}

}  // namespace

json parse_json(std::string_view text, const std::string& what, int depth) try {
  Guard guard(what, depth);
  return json::parse(text.begin(), text.end(),
                     [&guard](int level, json::parse_event_t event, json& parsed) {
                       return guard(level, event, parsed);
                     });
} catch (const json::parse_error& error) {
  throw FileError(fmt::format("{} is not valid JSON at its byte {}", what, error.byte));
} catch (const json::exception&) {
  throw FileError(fmt::format("{} has a number that is too large", what));
}

JsonObject::JsonObject(const json& value, std::string where)
    : value_(&value), where_(std::move(where)) {
  if (!value.is_object()) throw FileError(fmt::format("{} must be a JSON object", where_));
}

void JsonObject::fail(const std::string& key, const char* expected) const {
  throw FileError(fmt::format("{}: '{}' must be {}", where_, key, expected));
}

const json& JsonObject::field(const char* key) {
  const auto found = value_->find(key);
  if (found == value_->end()) throw FileError(fmt::format("{} has no '{}'", where_, key));
  read_.insert(key);
  return *found;
}

std::string JsonObject::text(const char* key) {
  const json& value = field(key);
  if (!value.is_string()) fail(key, "a text");
  return value.get<std::string>();
}

bool JsonObject::boolean(const char* key) {
  const json& value = field(key);
  if (!value.is_boolean()) fail(key, "true or false");
  return value.get<bool>();
}

int JsonObject::integer(const char* key) {
  const json& value = field(key);
  if (!is_int(value)) fail(key, "an integer of 32 bits");
  return value.get<int>();
}

double JsonObject::number(const char* key) {
  const json& value = field(key);
  if (!value.is_number()) fail(key, "a number");
  return value.get<double>();
}

const json& JsonObject::array(const char* key) {
  const json& value = field(key);
  if (!value.is_array()) fail(key, "an array");
  return value;
}

std::vector<std::string> JsonObject::texts(const char* key) {
  std::vector<std::string> result;
  for (const json& value : array(key)) {
    if (!value.is_string()) fail(key, "an array of texts");
    result.push_back(value.get<std::string>());
  }
  return result;
}

std::vector<int> JsonObject::integers(const char* key) {
  std::vector<int> result;
  for (const json& value : array(key)) {
    if (!is_int(value)) fail(key, "an array of integers of 32 bits");
    result.push_back(value.get<int>());
  }
  return result;
}

std::vector<int> JsonObject::integers(const char* key, std::size_t count) {
  std::vector<int> result = integers(key);
  if (result.size() != count)
    throw FileError(fmt::format("{}: '{}' has {} elements; it must have {}", where_, key,
                                result.size(), count));
  return result;
}

std::vector<std::int64_t> JsonObject::long_integers(const char* key) {
  std::vector<std::int64_t> result;
  for (const json& value : array(key)) {
    const bool fits =
        value.is_number_unsigned()
            ? value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}
            : value.is_number_integer();
    if (!fits) fail(key, "an array of integers of 64 bits");
    result.push_back(value.get<std::int64_t>());
  }
  return result;
}

std::vector<double> JsonObject::numbers(const char* key) {
  std::vector<double> result;
  for (const json& value : array(key)) {
    if (!value.is_number()) fail(key, "an array of numbers");
    result.push_back(value.get<double>());
  }
  return result;
}

std::vector<JsonObject> JsonObject::objects(const char* key) {
  std::vector<JsonObject> result;
  for (const json& value : array(key))
    result.emplace_back(value, fmt::format("{}.{}[{}]", where_, key, result.size()));
  return result;
}

void JsonObject::require_nothing_else() const {
  for (const auto& [key, value] : value_->items())
    if (!read_.contains(key))
      throw FileError(fmt::format("{} has a field {} that format version {} does not know", where_,
                                  json(key).dump(), format_version));
}

}  // namespace sd::pack
