// The code of docs/hcl.md. doc_snippets_test.cpp holds that every block of the page stands here as
// it stands there.
#pragma once

#include <rtl/hcl/hcl.hpp>

#include <vector>

namespace hcl::doc {

// clang-format off

// The ports of a module: a plain struct whose constructor names its fields. The same constructor declares the
// ports inside the module and the face that a parent sees, so an instance is used as `queue.in.valid`.
struct QueueIo {
  Decoupled<UInt> in, out;
  QueueIo(Ports& p, int width) : in(p.sink<UInt>("in", width)), out(p.source<UInt>("out", width)) {}
};

/// A queue; the depth is a power of two.
class Queue : public Module<QueueIo> {
 public:
  Queue(Context& at, int width, int depth)
      : Module(at, ModuleName("queue").with("WIDTH", width).with("DEPTH", depth).about("First in, first out."), width) {
    auto store = memory("store", depth, width);
    auto head = reg<UInt>("head", Reset{0}, clog2(depth));
    auto tail = reg<UInt>("tail", Reset{0}, clog2(depth));
    auto count = reg<UInt>("count", Reset{0}, clog2(depth + 1));
    io.in.ready <<= count != depth;
    io.out.valid <<= count != 0;
    io.out.bits <<= store.read(head);
    const Bool push = name("push", io.in.fire());
    const Bool pop = name("pop", io.out.fire());
    when(push, [&] {
      store.write(tail, io.in.bits);
      tail <<= wrap(tail + 1);
    });
    when(pop, [&] { head <<= wrap(head + 1); });
    when(push & !pop, [&] { count <<= wrap(count + 1); }).elsewhen(!push & pop, [&] { count <<= wrap(count - 1); });
    assert_("count_in_range", count <= depth);
  }
};

inline std::vector<EmittedFile> queue_files() {
  const Design design = elaborate<Queue>(8, 4);
  return emit(design);
}

struct Request {
  UInt address;
  Bool write;
  Request(Fields& f, int bits) : address(f.field<UInt>("address", bits)), write(f.field<Bool>("write")) {}
};

enum class Phase { idle, run, drain };

struct EngineIo {
  Decoupled<Request> command;
  UInt word;
  Bool idle;
  explicit EngineIo(Ports& p)
      : command(p.sink<Request>("command", 6)), word(p.output<UInt>("word", 16)), idle(p.output<Bool>("idle")) {}
};

class Engine : public Module<EngineIo> {
 public:
  explicit Engine(Context& at) : Module(at, ModuleName("engine")) {
    // A register of a whole bundle, a state register, a memory macro, a child.
    auto held = reg<Request>("held", no_reset, 6);
    auto phase = state_reg<Phase>("phase", {"idle", "run", "drain"}, Phase::idle);
    auto store = sram("store", 64, 16);
    auto queue = instance<Queue>("u_queue", 7, 4);

    queue.in.valid <<= io.command.valid;
    queue.in.bits <<= pack(io.command.bits);
    io.command.ready <<= queue.in.ready;

    const UInt next = queue.out.bits;
    queue.out.ready <<= phase == Phase::idle;
    switch_(phase, [&](Switch& s) {
      s.is(Phase::idle, [&] {
        when(queue.out.valid, [&] {
          held.address <<= next.bits(6, 1);
          held.write <<= next.bit(0);
          phase <<= mux(next.bit(0), Phase::run, Phase::drain);
        });
      });
      s.otherwise([&] { phase <<= Phase::idle; });
    });
    when(phase == Phase::run, [&] { store.write(held.address, cat(held.address, u(0, 10))); });
    io.word <<= store.read(phase == Phase::drain, held.address);
    io.idle <<= phase == Phase::idle;
  }
};
// clang-format on

struct ClockGateIo {
  Bool enable;
  Bool gated;
  explicit ClockGateIo(Ports& p) : enable(p.input<Bool>("EN")), gated(p.output<Bool>("GCK")) {}
};

/// A cell of the technology: its file comes from elsewhere.
class ClockGate : public BlackBox<ClockGateIo> {
 public:
  explicit ClockGate(Context& at) : BlackBox(at, ModuleName("ICGX1"), {.clock = "CK"}) {}
};

inline RegisterMap blinker_registers() {
  RegisterMap map("blinker", "A lamp that blinks.");
  map.reg(0x0, "CONTROL", "What it does.")
      .field("ENABLE", 0, 0, Access::read_write, "Blinks while set.")
      .field("PERIOD", 15, 8, Access::read_write, "In ticks.", 9)
      .reg(0x4, "EVENTS", "What has happened.")
      .field("OVERRUN", 0, 0, Access::write_one_to_clear, "A tick came too early.");
  return map;
}

inline std::int64_t multiplier_bits(const Design& design) {
  std::int64_t bits = 0;
  for (const OperatorFact& fact : inspect(design).operators())
    if (fact.op == Operator::multiply)
      bits += fact.count * fact.operand_widths[0] * fact.operand_widths[1];
  return bits;
}

}  // namespace hcl::doc
