// Modules that between them use every construct of the library.
#pragma once

#include <vector>

#include "rtl/hcl/hcl.hpp"

namespace hcl::test {

struct QueueIo {
  Decoupled<UInt> in, out;
  QueueIo(Ports& p, int width) : in(p.sink<UInt>("in", width)), out(p.source<UInt>("out", width)) {}
};

/// A queue of any depth; a depth that is no power of two wraps by comparison.
class Queue : public Module<QueueIo> {
 public:
  Queue(Context& at, int width, int depth)
      : Module(at,
               ModuleName("queue")
                   .with("WIDTH", width)
                   .with("DEPTH", depth)
                   .about("A queue: what goes in first comes out first."),
               width) {
    auto store = memory("store", depth, width);
    auto head = reg<UInt>("head", Reset{0}, clog2(depth));
    auto tail = reg<UInt>("tail", Reset{0}, clog2(depth));
    auto count = reg<UInt>("count", Reset{0}, clog2(depth + 1));
    const auto after = [&](const UInt& position) {
      return mux(position == depth - 1, u(0, 1), wrap(position + 1));
    };
    io.in.ready <<= count != depth;
    io.out.valid <<= count != 0;
    io.out.bits <<= store.read(head);
    auto push = wire<Bool>("push");
    auto pop = wire<Bool>("pop");
    push <<= io.in.fire();
    pop <<= io.out.fire();
    when(push, [&] {
      store.write(tail, io.in.bits);
      tail <<= after(tail);
    });
    when(pop, [&] { head <<= after(head); });
    when(push & !pop, [&] { count <<= wrap(count + 1); }).elsewhen(!push & pop, [&] {
      count <<= wrap(count - 1);
    });
    assert_("count_in_range", count <= depth);
    when(push, [&] { cover_("last_place_taken", count == depth - 1); });
  }
};

struct Request {
  UInt address;
  Bool write;
  SInt delta;
  Request(Fields& f, int bits)
      : address(f.field<UInt>("address", bits)),
        write(f.field<Bool>("write")),
        delta(f.field<SInt>("delta", 8)) {}
};

enum class Phase { idle, run, drain };

struct EngineIo {
  Valid<Request> command;
  Vec<UInt> lanes;
  SInt sum;
  UInt status;
  Bool busy;
  explicit EngineIo(Ports& p)
      : command(p.input<Valid<Request>>("command", 6)),
        lanes(p.input<Vec<UInt>>("lanes", 3, 8)),
        sum(p.output<SInt>("sum", 18)),
        status(p.output<UInt>("status", 20)),
        busy(p.output<Bool>("busy")) {}
};

/// States, registers with and without reset, bundles in registers, memory macros with and without
/// mask.
class Engine : public Module<EngineIo> {
 public:
  explicit Engine(Context& at) : Module(at, ModuleName("engine")) {
    auto phase = state_reg<Phase>("phase", {"idle", "run", "drain"}, Phase::idle);
    auto sum = reg<SInt>("sum", Reset{-3}, 18);
    auto held = reg<Valid<Request>>("held", Reset{0}, 6);
    auto last = reg<Request>("last", no_reset, 6);
    auto steps = reg<UInt>("steps", Reset{5}, 4);
    auto masked = sram("masked", 64, 24, 3);
    auto plain = sram("plain", 40, 16);
    switch_(phase, [&](Switch& s) {
      s.is(Phase::idle, [&] {
        when(io.command.valid, [&] {
          phase <<= Phase::run;
          held <<= io.command;
          steps <<= 0;
        });
      });
      s.is(Phase::run, [&] {
        sum <<= wrap(sum + held.bits.delta * held.bits.delta);
        steps <<= wrap(steps + 1);
        when(steps == 3, [&] { phase <<= mux(held.bits.write, Phase::drain, Phase::idle); });
      });
      s.otherwise([&] {
        phase <<= Phase::idle;
        sum <<= 0;
      });
    });
    last <<= mux(io.command.fire(), io.command.bits, held.bits);
    when(io.command.valid & io.command.bits.write, [&] {
      masked.write(io.command.bits.address, cat(io.lanes[2], io.lanes[1], io.lanes[0]),
                   cat(b(true), io.command.bits.delta.bit(0), io.command.bits.delta.bit(1)));
      plain.write(mux(io.command.bits.address < 40, io.command.bits.address, u(7, 6)),
                  cat(io.lanes[0], io.lanes[1]));
    });
    const UInt wide = masked.read(io.command.valid, io.command.bits.address);
    const UInt narrow =
        plain.read(phase == Phase::run, mux(last.address < 40, last.address, u(0, 6)));
    const UInt lane = name("lane", io.lanes.at(last.address.bits(1, 0)));
    io.busy <<= phase != Phase::idle;
    io.sum <<= sum;
    io.status <<= cat(wide.bits(23, 16) ^ lane, narrow.bits(11, 4), phase.as_uint(),
                      reduce_xor(narrow), last.write);
    cover_("drains", phase == Phase::drain);
  }
};

struct ArbiterIo {
  Vec<Decoupled<Request>> in;
  Decoupled<Request> out;
  UInt chosen;
  ArbiterIo(Ports& p, int inputs)
      : in(p.input<Vec<Decoupled<Request>>>("in", inputs, 6)),
        out(p.source<Request>("out", 6)),
        chosen(p.output<UInt>("chosen", clog2(inputs))) {}
};

/// Wires under conditions that read each other: the emitter has to take the group apart.
class Arbiter : public Module<ArbiterIo> {
 public:
  Arbiter(Context& at, int inputs)
      : Module(at, ModuleName("arbiter").with("INPUTS", inputs), inputs) {
    auto any = wire<Bool>("any");
    auto grant = wire<UInt>("grant", clog2(inputs));
    auto locked = reg<Bool>("locked", Reset{false});
    auto owner = reg<UInt>("owner", Reset{0}, clog2(inputs));
    any <<= false;
    grant <<= 0;
    for (int i = inputs - 1; i >= 0; --i)
      when(io.in[i].valid, [&] {
        any <<= true;
        grant <<= i;
      });
    auto turn = wire<UInt>("turn", clog2(inputs));
    auto request = wire<Bool>("request");
    when(locked, [&] {
      turn <<= owner;
      request <<= b(false);
      for (int i = 0; i < inputs; ++i) when(turn == i, [&] { request <<= io.in[i].valid; });
    }).otherwise([&] {
      turn <<= grant;
      request <<= any;
    });
    io.out.valid <<= request;
    auto bits = io.in[0].bits;
    for (int i = 1; i < inputs; ++i) bits = mux(turn == i, io.in[i].bits, bits);
    io.out.bits <<= bits;
    for (int i = 0; i < inputs; ++i) io.in[i].ready <<= io.out.ready & (turn == i);
    io.chosen <<= turn;
    when(request, [&] {
      locked <<= !io.out.ready;
      owner <<= turn;
    });
  }
};

struct TopIo {
  Decoupled<UInt> in, out;
  Valid<Request> command;
  SInt sum;
  UInt status, chosen;
  Bool busy;
  explicit TopIo(Ports& p)
      : in(p.sink<UInt>("in", 8)),
        out(p.source<UInt>("out", 8)),
        command(p.input<Valid<Request>>("command", 6)),
        sum(p.output<SInt>("sum", 18)),
        status(p.output<UInt>("status", 20)),
        chosen(p.output<UInt>("chosen", 2)),
        busy(p.output<Bool>("busy")) {}
};

/// Queues in a row, an engine, an arbiter with open outputs.
class Top : public Module<TopIo> {
 public:
  explicit Top(Context& at)
      : Module(at,
               ModuleName("top").about("Two queues in a row beside an engine and an arbiter.")) {
    auto first = instance<Queue>("u_first", 8, 4);
    auto second = instance<Queue>("u_second", 8, 4);
    auto third = instance<Queue>("u_third", 8, 3);
    first.in <<= io.in;
    second.in <<= first.out;
    third.in <<= second.out;
    io.out <<= third.out;
    auto engine = instance<Engine>("u_engine");
    engine.command <<= io.command;
    for (int i = 0; i < 3; ++i) engine.lanes[i] <<= shl(io.in.bits.bits(7 - i, 0), i).truncate(8);
    io.sum <<= engine.sum;
    io.status <<= engine.status;
    io.busy <<= engine.busy;
    auto arbiter = instance<Arbiter>("u_arbiter", 3);
    for (int i = 0; i < 3; ++i) {
      arbiter.in[i].valid <<= io.command.bits.address.bit(i);
      arbiter.in[i].bits <<= io.command.bits;
    }
    arbiter.out.ready <<= io.out.ready;
    io.chosen <<= arbiter.chosen;
  }
};

}  // namespace hcl::test
