// The register map is said once: documentation, C header and hardware are held against its table.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "control_lite_master.hpp"
#include "control_reset.hpp"
#include "rtl/accelerator/control/control_registers.hpp"
#include "rtl/accelerator/control/performance_counters.hpp"
#include "rtl/accelerator/control/register_map.hpp"
#include "verilator_tb/subprocess.hpp"

namespace sd::rtl::test {
namespace {

std::string documentation() {
  std::ifstream file(std::string(SD_SOURCE_DIR) + "/docs/accelerator.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(RegisterMap, IsTheTableOfTheDocumentation) {
  const std::string text = documentation();
  ASSERT_FALSE(text.empty());
  EXPECT_NE(text.find("\n" + register_table_markdown()), std::string::npos)
      << "docs/accelerator.md, Registers, should read\n"
      << register_table_markdown();
  EXPECT_NE(text.find("\n" + error_codes_markdown()), std::string::npos)
      << "docs/accelerator.md, Registers, should read\n"
      << error_codes_markdown();
  for (std::size_t i = 0; i < counter_names.size(); ++i) {
    const std::string row = "\n| " + std::to_string(i) + " | " + counter_names[i] + " |";
    EXPECT_NE(text.find(row), std::string::npos) << "docs/accelerator.md, Counters, lacks" << row;
  }
}

TEST(RegisterMap, GivesAHeaderThatCCompilersTake) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() /
                                       ("sd_registers_" + std::to_string(std::random_device{}()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "registers.h") << register_header();
  std::ofstream(folder / "use.c") << R"(#include "registers.h"
#include "registers.h"
_Static_assert(SD_REG_ID == 0x00 && SD_REG_DESIGN == 0x04 && SD_REG_CONTROL == 0x08, "");
_Static_assert(SD_REG_STATUS == 0x0c && SD_REG_COMMAND_ADDRESS == 0x10, "");
_Static_assert(SD_REG_COMMAND_COUNT == 0x14 && SD_REG_WATCHDOG == 0x18, "");
_Static_assert(SD_REG_COUNTER_LOW(0) == 0x40 && SD_REG_COUNTER_HIGH(25) == 0x10c, "");
_Static_assert(SD_ID_VALUE == 0x53440002 && SD_WATCHDOG_RESET == 1048576, "");
_Static_assert(SD_CONTROL_START_MASK == 1 && SD_CONTROL_SOFT_RESET_MASK == 2, "");
_Static_assert(SD_CONTROL_INTERRUPT_ENABLE_MASK == 4, "");
_Static_assert(SD_STATUS_BUSY_MASK == 1 && SD_STATUS_DONE_MASK == 2, "");
_Static_assert(SD_STATUS_ERROR_MASK == 4 && SD_STATUS_ERROR_CODE_LSB == 8, "");
_Static_assert(SD_STATUS_ERROR_CODE_MASK == 0xff00 && SD_STATUS_COMMAND_ID_LSB == 16, "");
_Static_assert(SD_STATUS_COMMAND_ID_MASK == 0xffff0000u, "");
_Static_assert(SD_ERROR_ILLEGAL_OPCODE == 1 && SD_ERROR_READ_RESPONSE == 2, "");
_Static_assert(SD_ERROR_WRITE_RESPONSE == 3 && SD_ERROR_NO_END == 4, "");
_Static_assert(SD_ERROR_INDEX_ENTRIES == 5 && SD_ERROR_FIELD_RANGE == 6, "");
_Static_assert(SD_ERROR_WATCHDOG == 7, "");
_Static_assert(SD_COUNTER_CYCLES == 0 && SD_COUNTER_INPUT_BUFFER_READS == 8, "");
_Static_assert(SD_COUNTER_RESIDUAL_OUTPUTS == 25 && SD_COUNTER_COUNT == 26, "");
int main(void) { return 0; }
)";
  const tb::ProcessResult result =
      tb::run_process({"gcc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                       "-fsyntax-only", (folder / "use.c").string()});
  EXPECT_EQ(result.exit_status, 0) << result.output;
  std::filesystem::remove_all(folder);
}

/// What each register reads after reset, and which bits stay as they are written.
TEST(RegisterMap, IsWhatTheHardwareAnswers) {
  tb::Block block(hcl::elaborate<ControlRegisters>(std::uint32_t{0xcafe1234}));
  reset(block);
  LiteMaster bus(
      block, "axil", [&] { block.step(); }, 3);
  for (const RegisterEntry& entry : register_map) {
    const auto offset = static_cast<std::uint32_t>(entry.offset);
    const auto at_reset = bus.read(offset);
    EXPECT_EQ(at_reset.response, 0U) << entry.name;
    EXPECT_EQ(at_reset.data, entry.which == Register::design ? 0xcafe1234U : entry.reset)
        << entry.name;
    EXPECT_EQ(bus.write(offset, at_reset.data), entry.writable ? 0U : 2U) << entry.name;
    EXPECT_EQ(bus.read(offset).data, at_reset.data) << entry.name;
    EXPECT_EQ(bus.read(offset + 1).response, 2U) << entry.name;
  }
  for (std::uint32_t offset = 0; offset < 0x1000; offset += 4) {
    bool mapped = offset >= counters_offset && offset < counters_offset + 8U * counter_count;
    for (const RegisterEntry& entry : register_map)
      mapped = mapped || static_cast<std::uint32_t>(entry.offset) == offset;
    EXPECT_EQ(bus.read(offset).response, mapped ? 0U : 2U) << offset;
  }
}

}  // namespace
}  // namespace sd::rtl::test
