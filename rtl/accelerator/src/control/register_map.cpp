#include "rtl/accelerator/control/register_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "rtl/accelerator/control/performance_counters.hpp"

namespace sd::rtl {

namespace {

constexpr bool in_order() {
  for (std::size_t i = 0; i < register_map.size(); ++i)
    if (static_cast<std::size_t>(register_map[i].which) != i) return false;
  return true;
}
static_assert(in_order(), "register_map is indexed by Register");

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

std::string define(const std::string& name, const std::string& value) {
  return fmt::format("#define SD_{} {}\n", name, value);
}

template <class Bits>
std::string define_bits(std::string_view owner, const Bits& all) {
  std::string text;
  for (const RegisterBits& bits : all) {
    const std::string prefix = fmt::format("{}_{}", owner, bits.name);
    text += define(prefix + "_LSB", std::to_string(bits.lsb));
    text +=
        define(prefix + "_MASK", fmt::format("0x{:08x}u", ((1U << bits.width) - 1U) << bits.lsb));
  }
  return text;
}

}  // namespace

std::string register_table_markdown() {
  std::string text = "| offset | name | |\n|---|---|---|\n";
  for (const RegisterEntry& r : register_map)
    text += fmt::format("| 0x{:02x} | {} |{}{} |\n", r.offset, r.name, r.text.empty() ? "" : " ",
                        r.text);
  return text + fmt::format(
                    "| 0x{:02x} + 8*i | counter i | 64 bits, low word first; all cleared by "
                    "start |\n",
                    counters_offset);
}

std::string error_codes_markdown() {
  std::string text = "Error codes: ";
  for (const RunErrorText& e : run_errors)
    text += fmt::format("{}{} {}", e.code == run_errors.front().code ? "" : ", ",
                        static_cast<int>(e.code), e.text);
  return text + ".\n";
}

std::string register_header() {
  std::string text =
      "/* The registers of the SmartDeal accelerator. Generated; offsets in bytes. */\n"
      "#ifndef SD_REGISTERS_H\n#define SD_REGISTERS_H\n\n";
  for (const RegisterEntry& r : register_map)
    text += define(fmt::format("REG_{}", r.name), fmt::format("0x{:02x}u", r.offset));
  text += define("REG_COUNTER_LOW(i)", fmt::format("(0x{:02x}u + 8u * (i))", counters_offset));
  text += define("REG_COUNTER_HIGH(i)", fmt::format("(0x{:02x}u + 8u * (i))", counters_offset + 4));
  text += "\n";
  text += define("ID_VALUE", fmt::format("0x{:08x}u", register_id));
  text += define("WATCHDOG_RESET", fmt::format("{}u", watchdog_reset));
  text += "\n";
  text += define_bits("CONTROL", control_bits::all);
  text += define_bits("STATUS", status_bits::all) + "\n";
  for (const RunErrorText& e : run_errors)
    text += define(fmt::format("ERROR_{}", e.macro), std::to_string(static_cast<int>(e.code)));
  text += "\n";
  for (std::size_t i = 0; i < counter_names.size(); ++i)
    text += define("COUNTER_" + upper(counter_names[i]), std::to_string(i));
  text += define("COUNTER_COUNT", std::to_string(counter_names.size()));
  return text + "\n#endif\n";
}

}  // namespace sd::rtl
