// Faults on the chip, one after the other: each must be answered as the document says, and the next
// program must run as if nothing had been.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "coverage_samples.hpp"
#include "planned_fault.hpp"
#include "program_workload.hpp"
#include "random_memory.hpp"
#include "workload_seed.hpp"

namespace sd::regression {

namespace {

using tb::Status;
namespace registers = tb::registers;

constexpr std::size_t memory_bytes = std::size_t{4} << 20;
constexpr std::uint64_t longest_run = 20'000'000;  ///< cycles
constexpr int longest_drain = 40'000;              ///< looks at STATUS
constexpr std::uint32_t watchdog_after_reset = 1048576;

class Trial {
 public:
  Trial(Session& session, const PlannedFault& fault, FaultFacts& facts)
      : session_(session), chip_(session.chip()), fault_(fault), facts_(facts) {}

  /// What is wrong with the answer to the fault; empty: nothing.
  std::string run() {
    prepare(session_, fault_.program, fault_.memory);
    if (fault_.watchdog != 0) chip_.write_register(registers::watchdog, fault_.watchdog);
    chip_.start(fault_.address, fault_.count);
    std::string wrong;
    switch (fault_.kind) {
      case FaultKind::soft_reset:
        wrong = reset_in_the_middle(true);
        break;
      case FaultKind::hard_reset:
        wrong = reset_in_the_middle(false);
        break;
      case FaultKind::start_again:
        (void)chip_.advance(*fault_.at);
        chip_.write_register(registers::control,
                             registers::start_bit | registers::interrupt_enable_bit);
        wrong = to_the_end();
        break;
      case FaultKind::clear_status:
        (void)chip_.advance(*fault_.at);
        chip_.write_register(registers::status, registers::done_bit | registers::error_bit);
        wrong = to_the_end();
        break;
      default:
        chip_.expect({});  // values may be anything
        wrong = to_the_end();
    }
    chip_.expect({});
    if (!wrong.empty()) return wrong;
    if (wrong = untouched(); !wrong.empty()) return wrong;
    return recover();
  }

  /// How the chip gets ready for the next program.
  void choose_recovery(Dice& dice) {
    if (!fault_.drains) {
      facts_.recovery = Recovery::hard_reset;
    } else {
      facts_.recovery = std::array{Recovery::soft_reset, Recovery::soft_reset, Recovery::none,
                                   Recovery::hard_reset}[static_cast<std::size_t>(dice.pick(0, 3))];
    }
  }

 private:
  Status status() { return Status{chip_.read_register(registers::status)}; }

  /// Until the interrupt; false: it never came.
  bool interrupted() {
    const std::uint64_t start = chip_.cycles();
    constexpr std::uint64_t step = 4096;
    while (chip_.cycles() - start < longest_run) {
      if (chip_.advance(step)) return true;
      session_.report(chip_.cycles() - start);
    }
    return false;
  }

  /// STATUS when busy has fallen; busy still: it never did.
  Status idle_status() {
    Status now = status();
    for (int look = 0; look < longest_drain && now.busy(); ++look) now = status();
    return now;
  }

  std::string to_the_end() {
    if (!interrupted())
      return fmt::format("no interrupt after {} cycles; handshakes:\n{}", longest_run,
                         chip_.handshakes());
    Status now = status();
    facts_.code = now.error() ? now.error_code() : 0;
    if (fault_.code.has_value() != now.error() ||
        (now.error() && now.error_code() != *fault_.code &&
         now.error_code() != fault_.other_code.value_or(-1)))
      return fmt::format("STATUS {:#010x} says error {} ({}), expected {}", now.word, facts_.code,
                         tb::error_text(facts_.code), fault_.code.value_or(0));
    if (fault_.id && now.command_id() != *fault_.id && (now.error() || now.done()))
      return fmt::format("STATUS {:#010x} names command {}, expected {}", now.word,
                         now.command_id(), *fault_.id);
    if (!fault_.drains) return {};
    now = idle_status();
    if (now.busy())
      return fmt::format("busy does not fall after the error; handshakes:\n{}", chip_.handshakes());
    if (!now.done()) return fmt::format("STATUS {:#010x} without done after the drain", now.word);
    if (fault_.exact) {
      if (const std::string wrong = wrong_after(session_, fault_.program); !wrong.empty())
        return wrong;
    }
    return cleared(now);
  }

  /// Bits that are written as ones fall, and the interrupt with the last of them.
  std::string cleared(Status before) {
    if (before.error()) {
      chip_.write_register(registers::status, registers::error_bit);
      if (const Status now = status(); now.error() || !now.done())
        return fmt::format("STATUS {:#010x} after error was cleared", now.word);
      if (!chip_.advance(1)) return "no interrupt though done is set";
    }
    chip_.write_register(registers::status, registers::done_bit);
    if (const Status now = status(); now.error() || now.done() || now.busy())
      return fmt::format("STATUS {:#010x} after done was cleared", now.word);
    if (chip_.advance(1)) return "the interrupt stays though done and error are cleared";
    return {};
  }

  std::string reset_in_the_middle(bool soft) {
    (void)chip_.advance(*fault_.at);
    const Status before = status();
    facts_.busy = before.busy();
    const auto id = static_cast<std::size_t>(before.command_id());
    if (id < fault_.program.commands.size())
      facts_.under_way = static_cast<Struck>(fault_.program.commands[id].operation.index() + 1);
    return soft ? soft_reset() : hard_reset();
  }

  std::string soft_reset() {
    const std::uint32_t before = chip_.read_register(registers::command_count);
    chip_.write_register(registers::control,
                         registers::soft_reset_bit | registers::interrupt_enable_bit);
    const Status now = idle_status();
    if (now.word != 0)
      return fmt::format("STATUS {:#010x} after a soft reset{}", now.word,
                         now.busy() ? fmt::format("; handshakes:\n{}", chip_.handshakes()) : "");
    if (chip_.advance(1)) return "an interrupt after a soft reset";
    if (const std::uint32_t count = chip_.read_register(registers::command_count); count != before)
      return fmt::format("COMMAND_COUNT {} after a soft reset, it was {}", count, before);
    return {};
  }

  std::string hard_reset() {
    chip_.reset();
    if (const Status now = status(); now.word != 0)
      return fmt::format("STATUS {:#010x} after a reset", now.word);
    const std::uint32_t control = chip_.read_register(registers::control),
                        watchdog = chip_.read_register(registers::watchdog);
    if (control != 0 || watchdog != watchdog_after_reset)
      return fmt::format("CONTROL {:#x}, WATCHDOG {} after a reset", control, watchdog);
    return {};
  }

  /// Nothing is written but what the program may write.
  std::string untouched() {
    auto image = fault_.program.image;
    for (const ExpectedBytes& e : fault_.program.expected)
      std::copy_n(session_.memory().begin() + e.address, e.bytes.size(), image.begin() + e.address);
    if (const auto at = session_.first_difference(image))
      return fmt::format("byte {:#x} was written; the program writes elsewhere", *at);
    return {};
  }

  std::string recover() {
    std::string wrong;
    if (facts_.recovery == Recovery::soft_reset) wrong = soft_reset();
    if (facts_.recovery == Recovery::hard_reset) wrong = hard_reset();
    if (fault_.watchdog != 0) chip_.write_register(registers::watchdog, watchdog_after_reset);
    return wrong;
  }

  Session& session_;
  tb::Accelerator& chip_;
  const PlannedFault& fault_;
  FaultFacts& facts_;
};

/// A fault, of whatever kind the dice choose, in whatever program has room for it.
PlannedFault some_fault(FaultKind kind, Dice& dice, const design::DesignPoint& design) {
  for (int tries = 0; tries < 20; ++tries) {
    const RandomProgram program = some_program(dice, design);
    if (auto fault = plan_fault(kind, program, random_memory(dice), dice)) return *fault;
  }
  // A design whose programs never have what the kind needs.
  const RandomProgram program = some_program(dice, design);
  return *plan_fault(FaultKind::misaligned, program, random_memory(dice), dice);
}

/// False: the session has failed.
bool run_fault(Session& session, FaultKind kind, Dice& dice) {
  const PlannedFault fault = some_fault(kind, dice, session.design());
  FaultFacts facts;
  facts.kind = fault.kind;
  facts.struck = fault.struck;
  facts.rule = fault.rule;
  Trial trial(session, fault, facts);
  trial.choose_recovery(dice);
  std::string wrong;
  try {
    wrong = trial.run();
  } catch (const tb::DesignFault& broken) {
    wrong = broken.what();
  }
  if (!wrong.empty()) {
    std::string text = fmt::format("{} ({}): {}", name_of(fault.kind), fault.what, wrong);
    if (fault.id && static_cast<std::size_t>(*fault.id) < fault.program.commands.size())
      text += fmt::format("\n{}", schedule::disassemble(
                                      fault.program.commands[static_cast<std::size_t>(*fault.id)]));
    session.fail(text, session.chip().cycles());
    return false;
  }
  sample_fault(session.functional(), facts);
  return true;
}

/// Illegal commands come in so many ways that several of them come one after the other, and often.
void run_repetition(Session& session, Dice& dice) {
  auto kind = static_cast<FaultKind>(dice.pick(0, fault_kinds - 1));
  if (dice.chance(0.35))
    kind = FaultKind::illegal;
  else if (dice.chance(0.2))  // so do the moments of a reset
    kind = dice.chance(0.5) ? FaultKind::soft_reset : FaultKind::hard_reset;
  for (int i = kind == FaultKind::illegal ? 5 : 1; i > 0; --i)
    if (!run_fault(session, kind, dice)) return;
  const RandomProgram next = some_program(dice, session.design());
  prepare(session, next, random_memory(dice));
  if (run_exactly(session, next)) return;
  session.explain(fmt::format("the program after {}", name_of(kind)));
}

}  // namespace

Ending run_faults(const Request& request) {
  Session session(request, memory_bytes);
  for (int i = 0; i < request.workload.repetitions && !session.failed(); ++i) {
    session.begin_repetition(i);
    session.report();
    Dice dice(repetition_seed(request.workload.seed, i));
    run_repetition(session, dice);
  }
  const std::uint64_t cycle = session.failure_cycle();
  return {session.finish(), cycle};
}

}  // namespace sd::regression
