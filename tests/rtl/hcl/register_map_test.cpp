// One description of registers: hardware, C header, table.
#include "rtl/hcl/register_map.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "rtl/hcl/golden_designs.hpp"
#include "verilator_tb/block.hpp"
#include "verilator_tb/subprocess.hpp"

namespace hcl::test {
namespace {

void write(sd::tb::Block& block, std::uint64_t offset, std::uint64_t data,
           std::uint64_t mask = 0xffffffff) {
  block.poke("write_valid_i", 1);
  block.poke("write_bits_offset_i", offset);
  block.poke("write_bits_data_i", data);
  block.poke("write_bits_mask_i", mask);
  block.step();
  block.poke("write_valid_i", 0);
}

std::uint64_t read(sd::tb::Block& block, std::uint64_t offset) {
  block.poke("read_offset_i", offset);
  return block.peek("read_data_o");
}

TEST(RegisterMap, TheHardwareDoesWhatTheAccessesSay) {
  sd::tb::Block block(elaborate<RegisterFile>(timer_registers()));
  block.reset();
  EXPECT_EQ(read(block, 0x0), 0x900U) << "the reset value";
  write(block, 0x0, 0xff01, 0xfff0);
  EXPECT_EQ(read(block, 0x0), 0xff00U) << "only masked bits are written";
  write(block, 0x0, 0x0301);
  EXPECT_EQ(block.peek("control_enable_o"), 1U);
  EXPECT_EQ(block.peek("control_period_o"), 3U);
  // A pulse while it is written.
  block.poke("write_valid_i", 1);
  block.poke("write_bits_offset_i", 0x0);
  block.poke("write_bits_data_i", 0x0303);
  EXPECT_EQ(block.peek("control_restart_o"), 1U);
  block.step();
  block.poke("write_valid_i", 0);
  EXPECT_EQ(block.peek("control_restart_o"), 0U);
  EXPECT_EQ(read(block, 0x0), 0x301U) << "a pulse reads zero";
  // Set by the hardware, cleared by ones.
  block.poke("events_done_i", 3);
  block.step();
  block.poke("events_done_i", 0);
  EXPECT_EQ(read(block, 0x4), 3U);
  write(block, 0x4, 2);
  EXPECT_EQ(read(block, 0x4), 1U);
  block.poke("events_done_i", 1);
  write(block, 0x4, 1);
  EXPECT_EQ(read(block, 0x4), 1U) << "setting wins over clearing";
  block.poke("count_value_i", 0xdeadbeef);
  EXPECT_EQ(read(block, 0xc), 0xdeadbeefU);
  EXPECT_EQ(read(block, 0x8), 0U) << "no register there";
}

TEST(RegisterMap, TheHeaderIsC) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() /
                                       fmt::format("sd_registers_{}", static_cast<int>(getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "timer.h") << timer_registers().c_header();
  std::ofstream(folder / "check.c")
      << "#include <stddef.h>\n#include \"timer.h\"\n"
         "_Static_assert(offsetof(timer_registers_t, count) == TIMER_COUNT_OFFSET, \"\");\n"
         "_Static_assert(offsetof(timer_registers_t, events) == TIMER_EVENTS_OFFSET, \"\");\n"
         "_Static_assert(TIMER_CONTROL_PERIOD_MASK >> TIMER_CONTROL_PERIOD_SHIFT == 0xff, \"\");\n";
  sd::tb::ProcessOptions options;
  options.working_folder = folder;
  const auto result = sd::tb::run_process(
      {"cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "check.c"}, options);
  EXPECT_EQ(result.exit_status, 0) << result.output;
  std::filesystem::remove_all(folder);
}

TEST(RegisterMap, OfSixtyFourBits) {
  RegisterMap map("wide", "", 64);
  map.reg(0x8, "KEY", "A key.").field("VALUE", 63, 0, Access::read_write, "All of it.", ~0ULL);
  EXPECT_THAT(map.c_header(),
              ::testing::HasSubstr("#define WIDE_KEY_VALUE_MASK 0xffffffffffffffffull\n"));
  sd::tb::Block block(elaborate<RegisterFile>(map));
  block.reset();
  EXPECT_EQ(read(block, 8), ~0ULL);
}

TEST(RegisterMap, AFieldThatIsNotThereIsNamed) {
  class User : public Module<RegisterFileIo> {
   public:
    User(Context& at, const RegisterMap& map) : Module(at, ModuleName("user"), map) {
      (void)io["CONTROL.NOTHING"];
    }
  };
  EXPECT_THAT(
      [] { (void)elaborate<User>(timer_registers()); },
      ::testing::ThrowsMessage<std::out_of_range>("the register map has no field CONTROL.NOTHING"));
}

}  // namespace
}  // namespace hcl::test
