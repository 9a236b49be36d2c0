#include <fmt/format.h>

#include "fields.hpp"

namespace sd::design {

namespace {

std::string value_text(int value) {
  return std::to_string(value);
}
std::string value_text(bool value) {
  return value ? "true" : "false";
}
std::string value_text(MacKind value) {
  return fmt::format("\"{}\"", to_string(value));
}

}  // namespace

std::string to_toml(const DesignPoint& point) {
  // The name needs no escapes: validate() allows plain characters only.
  std::string text = fmt::format("name = \"{}\"\n", point.name);
  std::string_view section;
  for (const Field& field : fields()) {
    if (field.section != section) text += fmt::format("\n[{}]\n", field.section);
    section = field.section;
    text += fmt::format(
        "{} = {}\n", field.key,
        std::visit([&](auto member) { return value_text(point.*member); }, field.member));
  }
  return text;
}

}  // namespace sd::design
