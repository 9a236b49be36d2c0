#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "violation.hpp"

namespace sd::design {

namespace {

std::optional<Violation> outside(std::string_view field, std::int64_t value, std::int64_t least,
                                 std::int64_t most, std::string_view why,
                                 std::vector<std::string_view> others) {
  if (value >= least && value <= most) return std::nullopt;
  others.insert(others.begin(), field);
  return Violation{fmt::format("{}: {} is out of range: {}; allowed are {} to {}", field, value,
                               why, least, most),
                   std::move(others)};
}

std::optional<Violation> not_multiple(std::string_view field, int value, int unit,
                                      std::string_view why, std::vector<std::string_view> others) {
  if (value % unit == 0) return std::nullopt;
  others.insert(others.begin(), field);
  return Violation{
      fmt::format("{}: {} does not fit {}; allowed are multiples of {}", field, value, why, unit),
      std::move(others)};
}

std::optional<Violation> check_array(const DesignPoint& p) {
  constexpr int most_macs = 65536;
  return outside("lines", p.lines, 1, most_macs / (p.slices * p.macs),
                 fmt::format("slices * lines * macs is at most {}", most_macs), {"slices", "macs"});
}

std::optional<Violation> check_input_buffer(const DesignPoint& p) {
  const int line = std::max(p.input_banks() * p.macs, p.row_align_bytes());
  if (auto v = not_multiple("input_buffer_bytes", p.input_buffer_bytes, line,
                            fmt::format("{} banks of {} bytes", p.input_banks(), p.macs),
                            {"macs", "block_segments", "columns", "max_stride", "axi_data_bits"}))
    return v;
  // Words, and zero flags (one per row of the smallest pitch), are numbered by 16 bits.
  return outside("input_buffer_bytes", p.input_buffer_bytes, 2 * line, 65536LL * p.macs,
                 fmt::format("it holds two lines of banks at least, and 65536 words of {} bytes at "
                             "most",
                             p.macs),
                 {"macs", "block_segments", "columns", "max_stride", "axi_data_bits"});
}

std::optional<Violation> check_weight_buffer(const DesignPoint& p) {
  // Each half must hold a basis and one row of a layer left dense.
  const std::int64_t half = p.rebuild ? p.rank * p.columns + p.columns : 1;
  const std::int64_t bits = p.weight_word_bits();
  return outside("weight_buffer_bytes", p.weight_buffer_bytes, (2 * half * bits + 7) / 8,
                 (65537 * bits - 1) / 8,
                 fmt::format("words are {} bits wide, each half holds {} of them at least, and 16 "
                             "bits address the words",
                             bits, half),
                 {"slices", "rank", "levels", "columns", "rebuild"});
}

std::optional<Violation> check_output_buffer(const DesignPoint& p) {
  if (auto v = not_multiple("output_buffer_bytes", p.output_buffer_bytes, p.row_align_bytes(),
                            fmt::format("rows of {} bytes", p.row_align_bytes()),
                            {"macs", "axi_data_bits"}))
    return v;
  return outside(
      "output_buffer_bytes", p.output_buffer_bytes, 2LL * p.slices * p.row_align_bytes(),
      65536LL * p.macs,
      fmt::format(
          "each half holds one row of {} bytes per slice at least, and 16 bits address the words",
          p.row_align_bytes()),
      {"slices", "macs", "axi_data_bits"});
}

}  // namespace

std::optional<Violation> check_name(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ' ';
  };
  const std::size_t suffix = name.ends_with("-dense") ? 6 : 0;
  if (!name.empty() && name.size() <= longest_name + suffix &&
      std::all_of(name.begin(), name.end(), plain))
    return std::nullopt;
  return Violation{fmt::format("name: is not a plain name; allowed are 1 to {} letters, digits, "
                               "spaces, '_', '-' and '.'",
                               longest_name),
                   {"name"}};
}

std::optional<Violation> check_range(const Field& field, std::int64_t value) {
  if (value < field.least || value > field.most ||
      (field.power_of_two && !std::has_single_bit(static_cast<std::uint64_t>(value))))
    return Violation{
        fmt::format("{}: {} is out of range; allowed are {}{} to {}", field.key, value,
                    field.power_of_two ? "powers of two from " : "", field.least, field.most),
        {field.key}};
  return std::nullopt;
}

std::optional<Violation> find_violation(const DesignPoint& point) {
  if (auto v = check_name(point.name)) return v;
  for (const Field& field : fields())
    if (const auto* member = std::get_if<int DesignPoint::*>(&field.member))
      if (auto v = check_range(field, point.**member)) return v;
  for (const auto check :
       {check_array, check_input_buffer, check_weight_buffer, check_output_buffer})
    if (auto v = check(point)) return v;
  return std::nullopt;
}

void validate(const DesignPoint& point) {
  if (const auto violation = find_violation(point)) throw DesignError(violation->message);
}

}  // namespace sd::design
