#include "rtl/accelerator/control/unit_queue.hpp"

#include "rtl/accelerator/control/fifo.hpp"

namespace sd::rtl {

using namespace hcl;

TokenFlags::TokenFlags(Fields& f)
    : pop_prev(f.field<Bool>("pop_prev")),
      pop_next(f.field<Bool>("pop_next")),
      push_prev(f.field<Bool>("push_prev")),
      push_next(f.field<Bool>("push_next")) {}

QueuedCommand::QueuedCommand(Fields& f, int width)
    : tokens(f.field<TokenFlags>("tokens")), command(f.field<UInt>("command", width)) {}

UnitQueueIo::UnitQueueIo(Ports& p, int width)
    : in(p.sink<QueuedCommand>("in", width)),
      out(p.source<UInt>("out", width)),
      done(p.input<Bool>("done")),
      prev_available(p.input<Bool>("prev_available")),
      next_available(p.input<Bool>("next_available")),
      moved(p.output<TokenFlags>("moved")),
      drop_waiting(p.input<Bool>("drop_waiting")),
      drop_running(p.input<Bool>("drop_running")),
      running(p.output<Bool>("running")),
      idle(p.output<Bool>("idle")) {}

UnitQueue::UnitQueue(Context& at, int width)
    : Module(at,
             ModuleName("unit_queue")
                 .with("WIDTH", width)
                 .about("Commands in front of a unit, and their tokens."),
             width) {
  auto waiting = instance<Fifo>("u_waiting", width + 4, unit_queue_depth);
  auto pushes =
      instance<Fifo>("u_pushes", 2, unit_queue_depth);  // of the commands under way: prev, next
  auto offered = reg<Bool>("offered", Reset{0});
  auto command = reg<UInt>("command", no_reset, width);

  waiting.in.valid <<= io.in.valid;
  io.in.ready <<= waiting.in.ready;
  waiting.in.bits <<= pack(io.in.bits);
  waiting.flush <<= io.drop_waiting;
  pushes.flush <<= io.drop_running;

  // The head goes on when its tokens are there; it takes them then.
  const UInt& head = waiting.out.bits;
  const Bool pop_prev = head.bit(width + 3);
  const Bool pop_next = head.bit(width + 2);
  const Bool tokens_there =
      name("tokens_there", (!pop_prev | io.prev_available) & (!pop_next | io.next_available));
  const Bool may_go =
      name("may_go", tokens_there & pushes.in.ready & (!offered | io.out.ready) & !io.drop_waiting);
  waiting.out.ready <<= may_go;
  const Bool go = name("go", waiting.out.fire());
  pushes.in.valid <<= go;
  pushes.in.bits <<= head.bits(width + 1, width);
  when(go, [&] {
    offered <<= true;
    command <<= head.bits(width - 1, 0);
  }).elsewhen(io.out.ready, [&] { offered <<= false; });
  when(io.drop_running, [&] { offered <<= false; });

  io.out.valid <<= offered;
  io.out.bits <<= command;
  pushes.out.ready <<= io.done;
  io.moved.pop_prev <<= go & pop_prev;
  io.moved.pop_next <<= go & pop_next;
  io.moved.push_prev <<= io.done & pushes.out.valid & pushes.out.bits.bit(1);
  io.moved.push_next <<= io.done & pushes.out.valid & pushes.out.bits.bit(0);
  io.running <<= !pushes.empty;
  io.idle <<= waiting.empty & pushes.empty;

  assert_("done_belongs_to_a_command", !io.done | pushes.out.valid | io.drop_running);
}

}  // namespace sd::rtl
