#include "planned_fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <variant>
#include <vector>

#include "illegal_commands.hpp"

namespace sd::regression {

namespace {

using namespace schedule;
using Number = std::int64_t;
using tb::MemoryFault;

constexpr int error_read = 2, error_write = 3, error_no_end = 4, error_entries = 5, error_range = 6,
              error_watchdog = 7;

/// A part of DRAM that a command reads or writes.
struct Part {
  std::size_t command = 0;
  std::uint64_t begin = 0, end = 0;
};

Struck struck_by(const Operation& operation) {
  return static_cast<Struck>(operation.index() + 1);
}

void add_parts(std::vector<Part>& parts, std::size_t command, Number address, Number bytes,
               Number chunks, Number stride) {
  for (Number i = 0; i < chunks; ++i)
    parts.push_back({command, static_cast<std::uint64_t>(address + i * stride),
                     static_cast<std::uint64_t>(address + i * stride + bytes)});
}

/// Of all LOADs, or of all STOREs, in program order.
std::vector<Part> parts_of(const std::vector<Command>& commands, bool stores) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const Operation& o = commands[i].operation;
    if (const auto* s = std::get_if<Store>(&o); s != nullptr && stores)
      add_parts(parts, i, s->address, s->chunk_bytes, s->chunks, s->stride);
    if (stores) continue;
    if (const auto* l = std::get_if<LoadInput>(&o))
      add_parts(parts, i, l->address, l->chunk_bytes, l->chunks, l->stride);
    if (const auto* l = std::get_if<LoadIndex>(&o)) add_parts(parts, i, l->address, l->bytes, 1, 0);
    if (const auto* l = std::get_if<LoadWeights>(&o))
      add_parts(parts, i, l->address, l->bytes, 1, 0);
    if (const auto* l = std::get_if<LoadParameters>(&o))
      add_parts(parts, i, l->address, l->bytes, 1, 0);
  }
  return parts;
}

class Planner {
 public:
  Planner(FaultKind kind, const RandomProgram& program, const tb::MemoryOptions& memory, Dice& dice)
      : design_(program.design), dice_(dice) {
    fault_.kind = kind;
    fault_.program = program;
    fault_.address = program.address;
    fault_.count = static_cast<std::uint32_t>(program.commands.size());
    fault_.memory = memory;
  }

  std::optional<PlannedFault> plan() {
    if (!choose()) return std::nullopt;
    return std::move(fault_);
  }

 private:
  bool choose() {
    switch (fault_.kind) {
      case FaultKind::command_read:
        return command_read();
      case FaultKind::load_read:
        return response(false);
      case FaultKind::write_response:
        return response(true);
      case FaultKind::early_rlast:
        return early_rlast();
      case FaultKind::unanswered_read:
        return unanswered_read();
      case FaultKind::unanswered_write:
        return unanswered_write();
      case FaultKind::missing_token:
        return missing_token();
      case FaultKind::short_count:
        return short_count();
      case FaultKind::no_commands:
        fault_.count = 0;
        return expect(error_no_end, 0, "no commands");
      case FaultKind::long_count:
        return long_count();
      case FaultKind::early_end:
        return early_end();
      case FaultKind::misaligned:
        fault_.address += static_cast<std::uint32_t>(4 * dice_.pick(1, 15));
        return expect(error_range, 0, fmt::format("a program at {:#x}", fault_.address));
      case FaultKind::illegal:
        return illegal();
      case FaultKind::other_entries:
        return other_entries();
      case FaultKind::wild_rows:
        return wild_rows();
      case FaultKind::soft_reset:
        fault_.at = any_cycle();
        fault_.what = fmt::format("a soft reset {} cycles after the start", *fault_.at);
        return true;
      case FaultKind::hard_reset:
        fault_.at = any_cycle();
        fault_.what = fmt::format("a reset {} cycles after the start", *fault_.at);
        return true;
      case FaultKind::start_again:
        return while_busy("start written");
      case FaultKind::clear_status:
        return while_busy("status bits cleared");
    }
    return false;
  }

  std::vector<Command>& commands() { return fault_.program.commands; }
  int count() { return static_cast<int>(commands().size()); }
  /// Of a kind that is chosen first: there is one END only.
  std::size_t any_command() {
    const auto kind = static_cast<std::size_t>(
        dice_.pick(0, static_cast<int>(std::variant_size_v<Operation>) - 1));
    std::vector<std::size_t> of_kind;
    for (std::size_t i = 0; i < commands().size(); ++i)
      if (commands()[i].operation.index() == kind) of_kind.push_back(i);
    if (of_kind.empty()) return static_cast<std::size_t>(dice_.pick(0, count() - 1));
    return of_kind[static_cast<std::size_t>(dice_.pick(0, static_cast<int>(of_kind.size()) - 1))];
  }
  /// Of the run, which may be over by then.
  std::uint64_t any_cycle() {
    return static_cast<std::uint64_t>(dice_.pick(1, (dice_.chance(0.5) ? 60 : 300) * count()));
  }

  bool expect(int code, std::optional<int> id, const std::string& what) {
    fault_.code = code;
    fault_.id = id;
    fault_.what = what;
    return true;
  }

  void put(std::size_t number, const CommandWords& words) {
    std::memcpy(fault_.program.image.data() + fault_.program.address + number * command_bytes,
                words.data(), command_bytes);
  }
  void put(std::size_t number) { put(number, encode(commands()[number])); }

  std::uint32_t response_code() { return dice_.chance(0.5) ? 2 : 3; }

  bool command_read() {
    const std::size_t number = any_command();
    const int beat = dice_.pick(0, command_bytes / design_.axi_bytes() - 1);
    MemoryFault f;
    f.response = response_code();
    f.begin = fault_.program.address + number * command_bytes +
              static_cast<std::uint64_t>(beat * design_.axi_bytes());
    f.end = f.begin + 1;
    fault_.memory.faults.push_back(f);
    fault_.struck = struck_by(commands()[number].operation);
    // The id comes with the first beat.
    return expect(error_read, beat == 0 ? std::nullopt : std::optional<int>(commands()[number].id),
                  fmt::format("response {} to beat {} of command {}", f.response, beat, number));
  }

  bool response(bool of_writes) {
    const auto parts = parts_of(commands(), of_writes);
    if (parts.empty()) return false;
    const Part& part = any_part(parts);
    const std::uint64_t byte = part.begin + static_cast<std::uint64_t>(dice_.pick(
                                                0, static_cast<int>(part.end - part.begin) - 1));
    const auto first = std::find_if(parts.begin(), parts.end(),
                                    [&](const Part& p) { return byte >= p.begin && byte < p.end; });
    MemoryFault f;
    f.of_writes = of_writes;
    f.response = response_code();
    f.begin = byte, f.end = byte + 1;
    fault_.memory.faults.push_back(f);
    fault_.struck = struck_by(commands()[first->command].operation);
    return expect(of_writes ? error_write : error_read, commands()[first->command].id,
                  fmt::format("response {} at byte {:#x}, which command {} transfers first",
                              f.response, byte, first->command));
  }

  /// Kinds of loads are equally likely.
  const Part& any_part(const std::vector<Part>& parts) {
    const std::size_t kind = static_cast<std::size_t>(dice_.pick(0, 3));
    std::vector<const Part*> of_kind;
    for (const Part& part : parts)
      if (commands()[part.command].operation.index() == kind) of_kind.push_back(&part);
    if (of_kind.empty())
      return parts[static_cast<std::size_t>(dice_.pick(0, static_cast<int>(parts.size()) - 1))];
    return *of_kind[static_cast<std::size_t>(dice_.pick(0, static_cast<int>(of_kind.size()) - 1))];
  }

  /// A memory that never rests longer than the watchdog allows.
  void set_watchdog() {
    fault_.watchdog = static_cast<std::uint32_t>(dice_.pick(3000, 6000));
    tb::MemoryOptions calm;
    calm.latency_cycles = dice_.pick(1, 60);
    calm.seed = fault_.memory.seed;
    calm.faults = fault_.memory.faults;
    fault_.memory = calm;
  }

  bool early_rlast() {
    if (design_.axi_burst_beats < 2) return false;
    MemoryFault f;
    f.kind = MemoryFault::Kind::early_rlast;
    const std::size_t number = any_command();
    f.begin = fault_.program.address + number * command_bytes;
    f.end = f.begin + command_bytes;
    fault_.memory.faults.push_back(f);
    fault_.struck = struck_by(commands()[number].operation);
    set_watchdog();
    fault_.drains = false;
    // A command whose last beat never comes, with none behind it, is a wait without end.
    fault_.other_code = error_watchdog;
    return expect(error_read, {}, fmt::format("RLAST too early in command {}", number));
  }

  bool unanswered_read() {
    MemoryFault f;
    f.kind = MemoryFault::Kind::no_answer;
    const auto parts = parts_of(commands(), false);
    if (parts.empty() || dice_.chance(0.4)) {
      const std::size_t number = any_command();
      f.begin = fault_.program.address + number * command_bytes;
      f.end = f.begin + command_bytes;
      fault_.struck = struck_by(commands()[number].operation);
    } else {
      const Part& part = any_part(parts);
      f.begin = part.begin, f.end = part.end;
      fault_.struck = struck_by(commands()[part.command].operation);
    }
    fault_.memory.faults.push_back(f);
    set_watchdog();
    fault_.drains = false;
    return expect(error_watchdog, {}, fmt::format("no answer to a read of {:#x}", f.begin));
  }

  bool unanswered_write() {
    const auto parts = parts_of(commands(), true);
    if (parts.empty()) return false;
    const Part& part = any_part(parts);
    MemoryFault f;
    f.kind = MemoryFault::Kind::no_answer;
    f.of_writes = true;
    f.begin = part.begin, f.end = part.end;
    fault_.memory.faults.push_back(f);
    fault_.struck = struck_by(commands()[part.command].operation);
    set_watchdog();
    fault_.drains = false;
    return expect(error_watchdog, {}, fmt::format("no answer to a write of {:#x}", f.begin));
  }

  bool missing_token() {
    std::vector<std::pair<std::size_t, bool Tokens::*>> pushes;
    for (std::size_t i = 0; i < commands().size(); ++i)
      for (const auto flag : {&Tokens::push_prev, &Tokens::push_next})
        if (commands()[i].tokens.*flag) pushes.emplace_back(i, flag);
    if (pushes.empty()) return false;
    const auto& [number, flag] =
        pushes[static_cast<std::size_t>(dice_.pick(0, static_cast<int>(pushes.size()) - 1))];
    commands()[number].tokens.*flag = false;
    put(number);
    fault_.struck = struck_by(commands()[number].operation);
    set_watchdog();
    return expect(error_watchdog, {}, fmt::format("a token that command {} does not give", number));
  }

  bool short_count() {
    if (count() < 2) return false;
    fault_.count = static_cast<std::uint32_t>(dice_.pick(1, count() - 1));
    fault_.struck = struck_by(commands()[fault_.count - 1].operation);
    return expect(error_no_end, commands()[fault_.count - 1].id,
                  fmt::format("{} of {} commands", fault_.count, count()));
  }

  bool long_count() {
    // What is fetched behind END is no command.
    const int more = dice_.pick(1, 6);
    for (int i = 0; i < more * command_bytes; ++i)
      fault_.program.image.push_back(static_cast<std::uint8_t>(dice_.pick(0, 255)));
    fault_.count += static_cast<std::uint32_t>(more);
    fault_.what = fmt::format("{} commands behind END", more);
    return true;
  }

  bool early_end() {
    if (count() < 3) return false;
    const auto number = static_cast<std::size_t>(dice_.pick(1, count() - 2));
    commands()[number] = {{}, commands()[number].id, End{}};
    put(number);
    fault_.id = commands()[number].id;
    fault_.what = fmt::format("END as command {} of {}", number, count());
    return true;
  }

  bool illegal() {
    const auto& rules = illegal_rules();
    const std::string& rule =
        rules[static_cast<std::size_t>(dice_.pick(0, static_cast<int>(rules.size()) - 1))];
    const int first = dice_.pick(0, count() - 1);
    for (int i = 0; i < count(); ++i) {
      const auto number = static_cast<std::size_t>((first + i) % count());
      const Command& command = commands()[number];
      const auto broken = break_rule(rule, command, design_, dice_);
      if (!broken) continue;
      put(number, broken->words);
      fault_.struck = struck_by(command.operation);
      fault_.rule = rule;
      return expect(broken->code, command.id, fmt::format("command {}: {}", number, rule));
    }
    return false;
  }

  bool other_entries() {
    std::vector<std::size_t> loads;
    for (std::size_t i = 0; i < commands().size(); ++i)
      if (std::holds_alternative<LoadIndex>(commands()[i].operation)) loads.push_back(i);
    if (loads.empty()) return false;
    const std::size_t number =
        loads[static_cast<std::size_t>(dice_.pick(0, static_cast<int>(loads.size()) - 1))];
    auto& load = std::get<LoadIndex>(commands()[number].operation);
    fault_.struck = Struck::load_index;
    if (dice_.chance(0.6)) {
      const int row = dice_.pick(0, static_cast<int>(load.rows) - 1);
      fault_.program.image[static_cast<std::size_t>(load.address + row / 8)] ^=
          static_cast<std::uint8_t>(1U << (row % 8));
    } else {
      const Number most = design_.index_buffer_entries - load.entry;
      const Number other =
          dice_.pick(0, static_cast<int>(std::min<Number>(most, load.entries + 2)));
      if (other == load.entries) return false;
      load.entries = other;
      put(number);
    }
    return expect(error_entries, commands()[number].id,
                  fmt::format("LOAD_INDEX {} finds other entries", number));
  }

  /// Steps through the tile that lead outside of it.
  bool wild_rows() {
    bool any = false;
    for (std::size_t i = 0; i < commands().size(); ++i)
      if (auto* load = std::get_if<LoadIndex>(&commands()[i].operation)) {
        load->row_step = dice_.pick(0, 65535);
        load->row_carry = dice_.pick(0, 65535);
        put(i);
        any = true;
      }
    fault_.struck = Struck::load_index;
    fault_.what = "entries that name rows outside the tile";
    return any;
  }

  bool while_busy(const char* what) {
    // A command takes the reader nine cycles at least: so long it is busy for sure.
    if (count() < 10) return false;
    fault_.at = static_cast<std::uint64_t>(dice_.pick(1, 9 * (count() - 8)));
    fault_.exact = true;
    fault_.what = fmt::format("{} {} cycles after the start", what, *fault_.at);
    return true;
  }

  const design::DesignPoint design_;
  Dice& dice_;
  PlannedFault fault_;
};

}  // namespace

std::string_view name_of(FaultKind kind) {
  constexpr std::array<std::string_view, fault_kinds> names = {
      "command_read",     "load_read",     "write_response", "early_rlast",   "unanswered_read",
      "unanswered_write", "missing_token", "short_count",    "no_commands",   "long_count",
      "early_end",        "misaligned",    "illegal",        "other_entries", "wild_rows",
      "soft_reset",       "hard_reset",    "start_again",    "clear_status"};
  return names.at(static_cast<std::size_t>(kind));
}

std::optional<PlannedFault> plan_fault(FaultKind kind, const RandomProgram& program,
                                       const tb::MemoryOptions& memory, Dice& dice) {
  return Planner(kind, program, memory, dice).plan();
}

}  // namespace sd::regression
