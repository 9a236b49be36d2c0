#include "numbers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>

namespace sd::cli {

namespace {

template <typename Number>
CLI::Validator in_range(Number low, Number high, const char* kind) {
  const auto check = [=](std::string& text) -> std::string {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && value >= low && value <= high)
      return {};
    return fmt::format("'{}' is not {} from {} to {}", text, kind, low, high);
  };
  return CLI::Validator(check, fmt::format("{}..{}", low, high));
}

}  // namespace

CLI::Validator whole_number(long low, long high) {
  return in_range(low, high, "a whole number");
}
CLI::Validator number(double low, double high) {
  return in_range(low, high, "a number");
}

}  // namespace sd::cli
