#include <fmt/format.h>

#include <array>
#include <bit>

#include "directed.hpp"
#include "rtl/accelerator/control/register_map.hpp"
#include "rtl/design/design_point.hpp"

namespace sd::regression {

namespace {

using rtl::Register;

constexpr std::uint32_t okay = 0, slave_error = 2;
constexpr std::uint32_t address_end = 0x1000;

/// The registers as they must read: what a driver believes.
class Sweep {
 public:
  Sweep(DirectedChip& at, Dice& dice) : chip_(at.chip), dice_(dice) {
    const std::string hash = design::content_hash(at.request.design);
    design_ = static_cast<std::uint32_t>(std::stoull(hash, nullptr, 16));
  }

  std::string run() {
    chip_.reset();
    values_[index(Register::watchdog)] = rtl::watchdog_reset;
    for (std::uint32_t address = 0; address < address_end; address += 4) read(address);
    for (int i = 0; i < 32; ++i) read(some_address());
    for (const Register which :
         {Register::command_address, Register::command_count, Register::watchdog})
      for (const std::uint32_t value : {0xffffffffU, 0U, 0xa5a5a5a5U, 0x5a5a5a5aU})
        write(address_of(which), value, 0xf);
    for (int i = 0; i < 300; ++i) {
      write(some_address(), random_word(), static_cast<std::uint32_t>(dice_.pick(0, 15)));
      if (i % 4 == 0) read_all();
    }
    chip_.write_register(address_of(Register::watchdog), rtl::watchdog_reset);
    return wrong_;
  }

 private:
  static std::size_t index(Register which) { return static_cast<std::size_t>(which); }
  static std::uint32_t address_of(Register which) {
    return static_cast<std::uint32_t>(rtl::offset_of(which));
  }
  std::uint32_t random_word() { return static_cast<std::uint32_t>(dice_.seed()); }

  /// Mostly of a register, sometimes not whole, sometimes of nothing.
  std::uint32_t some_address() {
    std::uint32_t address = static_cast<std::uint32_t>(dice_.pick(0, 6)) * 4;
    if (dice_.chance(0.2)) address = static_cast<std::uint32_t>(dice_.pick(0, address_end - 1));
    if (dice_.chance(0.1)) address ^= 1U << dice_.pick(0, 11);
    return address;
  }

  static const rtl::RegisterEntry* entry_at(std::uint32_t address) {
    for (const rtl::RegisterEntry& entry : rtl::register_map)
      if (static_cast<std::uint32_t>(entry.offset) == address) return &entry;
    return nullptr;
  }
  static bool is_counter(std::uint32_t address) {
    return address >= rtl::counters_offset &&
           address < rtl::counters_offset + 8 * tb::Counters::count && address % 4 == 0;
  }

  /// Nothing has run since the reset: counters and status are zero.
  std::uint32_t expected(std::uint32_t address) const {
    const rtl::RegisterEntry* const entry = entry_at(address);
    if (entry == nullptr) return 0;
    if (entry->which == Register::id) return rtl::register_id;
    if (entry->which == Register::design) return design_;
    return values_[index(entry->which)];
  }

  tb::RegisterAccess access(std::uint32_t address) {
    tb::RegisterAccess a;
    a.address = address;
    const auto delay = [&] { return static_cast<std::uint32_t>(dice_.pick(0, 5)); };
    if (dice_.chance(0.5)) a.address_delay = delay();
    if (dice_.chance(0.5)) a.data_delay = delay();
    if (dice_.chance(0.5)) a.answer_delay = delay();
    return a;
  }

  void read(std::uint32_t address) {
    const tb::RegisterAnswer answer = chip_.access_register(access(address));
    const bool there = entry_at(address) != nullptr || is_counter(address);
    hold("response to a read", address, answer.response, there ? okay : slave_error);
    hold("value read", address, answer.value, expected(address));
  }
  void read_all() {
    for (const rtl::RegisterEntry& entry : rtl::register_map)
      read(static_cast<std::uint32_t>(entry.offset));
  }

  void write(std::uint32_t address, std::uint32_t value, std::uint32_t strobes) {
    const rtl::RegisterEntry* const entry = entry_at(address);
    const bool writable = entry != nullptr && entry->writable;
    // What a start does is for programs to show.
    if (writable && entry->which == Register::control) value &= ~1U;
    tb::RegisterAccess a = access(address);
    a.is_write = true;
    a.value = value;
    a.strobes = strobes;
    hold("response to a write", address, chip_.access_register(a).response,
         writable ? okay : slave_error);
    if (!writable || entry->which == Register::status) return;
    std::uint32_t& kept = values_[index(entry->which)];
    if (entry->which == Register::control) {
      if ((strobes & 1) != 0) kept = value & 1U << rtl::control_bits::interrupt_enable.lsb;
      return;
    }
    for (int byte = 0; byte < 4; ++byte)
      if ((strobes >> byte & 1U) != 0) {
        const std::uint32_t mask = 0xffU << 8 * byte;
        kept = (kept & ~mask) | (value & mask);
      }
  }

  void hold(const char* what, std::uint32_t address, std::uint32_t actual, std::uint32_t wanted) {
    if (actual != wanted && wrong_.empty())
      wrong_ = fmt::format("{} of register {:#05x}: {:#x}, expected {:#x}", what, address, actual,
                           wanted);
  }

  tb::Accelerator& chip_;
  Dice& dice_;
  std::uint32_t design_ = 0;
  std::array<std::uint32_t, rtl::register_map.size()> values_{};
  std::string wrong_;
};

}  // namespace

std::string sweep_registers(DirectedChip& at, Dice& dice) {
  return Sweep(at, dice).run();
}

}  // namespace sd::regression
