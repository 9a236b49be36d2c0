// The queue in front of a unit: a command of arbitrary choice is followed from `in` over `out` to
// its `done`, with the tokens it takes and gives.
#include <fmt/format.h>

#include "formal/proofs.hpp"
#include "properties/handshake.hpp"
#include "properties/helpers.hpp"
#include "rtl/accelerator/control/unit_queue.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

constexpr int depth = rtl::unit_queue_depth;
constexpr int count_bits = bits_for(depth);

Task unit_queue_task(int width, bool with_inside) {
  std::vector<Probe> probes;
  const auto design = elaborate(ModuleName("unit_queue_properties"), [&](TopModule& m) {
    auto in = m.sink<rtl::QueuedCommand>("in", width);
    auto out = m.source<UInt>("out", width);
    auto done = m.input<Bool>("done");
    auto prev_available = m.input<Bool>("prev_available");
    auto next_available = m.input<Bool>("next_available");
    auto moved = m.output<rtl::TokenFlags>("moved");
    auto drop_waiting = m.input<Bool>("drop_waiting");
    auto drop_running = m.input<Bool>("drop_running");
    auto pick = m.input<Bool>("pick");
    auto dut = m.instance<rtl::UnitQueue>("u_dut", width);
    dut.in <<= in;
    out <<= dut.out;
    dut.done <<= done;
    dut.prev_available <<= prev_available;
    dut.next_available <<= next_available;
    moved <<= dut.moved;
    dut.drop_waiting <<= drop_waiting;
    dut.drop_running <<= drop_running;

    ProbeList list(m);
    const Bool go = list.flag("go", "u_dut.go");  // a command leaves the queue for the unit

    // Counted by what happens at the ports, and by `go`.
    auto waiting = m.reg<UInt>("waiting", Reset{0}, count_bits);
    auto offered = m.reg<Bool>("offered", Reset{0});
    auto under_way = m.reg<UInt>("under_way", Reset{0}, count_bits);  // from `go` to `done`
    const Bool push = m.name("push", in.fire());
    const Bool ends = m.name("ends", done & (under_way != 0));
    const UInt waiting_left = m.name("waiting_left", wrap(waiting - go.as_uint()));
    const UInt under_way_left = m.name("under_way_left", wrap(under_way - ends.as_uint()));
    waiting <<= mux(drop_waiting, u(0, count_bits), wrap(waiting_left + push.as_uint()));
    offered <<= (go | (offered & !out.ready)) & !drop_running;
    under_way <<= mux(drop_running, u(0, count_bits), wrap(under_way_left + go.as_uint()));
    m.assume_("done_belongs_to_a_command", implies(done, (under_way != 0) | drop_running));

    m.assert_("takes_iff_it_has_room", in.ready == (waiting != depth));
    m.assert_("offers_what_went", out.valid == offered);
    m.assert_("goes_only_if_one_waits", implies(go, (waiting != 0) & (under_way != depth)));
    m.assert_("goes_only_into_a_free_place", implies(go, !offered | out.ready));
    m.assert_("counts_in_range", (waiting <= depth) & (under_way <= depth));
    m.assert_("running_iff_under_way", dut.running == (under_way != 0));
    m.assert_("idle_iff_empty", dut.idle == ((waiting == 0) & (under_way == 0)));
    m.assert_("takes_tokens_that_are_there", implies(moved.pop_prev, prev_available & go) &
                                                 implies(moved.pop_next, next_available & go));
    m.assert_("gives_tokens_when_done", implies(moved.push_prev | moved.push_next, ends));
    assert_offer_stays(m, "out", out.valid, out.ready, out.bits, drop_running);

    // One command.
    auto waits = m.reg<Bool>("waits", Reset{0});
    auto runs = m.reg<Bool>("runs", Reset{0});
    auto fresh = m.reg<Bool>("fresh", Reset{0});  // it went in the last cycle
    auto command = m.reg<UInt>("command", Reset{0}, width);
    auto tokens = m.reg<rtl::TokenFlags>("tokens", Reset{0});
    auto ahead = m.reg<UInt>("ahead", Reset{0}, count_bits);
    m.when(push & pick & !waits & !runs & !drop_waiting, [&] {
      waits <<= true;
      command <<= in.bits.command;
      tokens <<= in.bits.tokens;
      ahead <<= waiting_left;
    });
    const Bool next_to_go = m.name("next_to_go", waits & (ahead == 0));
    const Bool goes = m.name("goes", next_to_go & go);
    fresh <<= goes & !drop_running;
    m.when(waits & go, [&] {
      ahead <<= wrap(ahead - 1);
      m.when(ahead == 0, [&] {
        waits <<= false;
        runs <<= !drop_running;
        ahead <<= under_way_left;
      });
    });
    const Bool ends_it = m.name("ends_it", runs & ends & (ahead == 0));
    m.when(runs & ends, [&] {
      ahead <<= wrap(ahead - 1);
      m.when(ahead == 0, [&] { runs <<= false; });
    });
    m.when(drop_waiting & waits, [&] { waits <<= false; });
    m.when(drop_running & runs, [&] { runs <<= false; });
    const Bool tokens_there =
        implies(tokens.pop_prev, prev_available) & implies(tokens.pop_next, next_available);
    m.assert_("goes_as_soon_as_it_may",
              implies(next_to_go, go == (tokens_there & (under_way != depth) &
                                         (!offered | out.ready) & !drop_waiting)));
    m.assert_("takes_its_own_tokens", implies(goes, (moved.pop_prev == tokens.pop_prev) &
                                                        (moved.pop_next == tokens.pop_next)));
    m.assert_("is_offered_when_it_went", implies(fresh, out.valid & (out.bits == command)));
    m.assert_("gives_its_own_tokens", implies(ends_it, (moved.push_prev == tokens.push_prev) &
                                                           (moved.push_next == tokens.push_next)));

    m.cover_("all_tokens_of_one", ends_it & tokens.pop_prev & tokens.pop_next & tokens.push_prev &
                                      tokens.push_next & (under_way == 2));
    m.cover_("full_both_ways", (waiting == depth) & (under_way == depth));
    m.cover_("dropped_while_running", drop_running & drop_waiting & runs & (waiting != 0));

    if (with_inside) {
      const FifoInside queue(list, "waiting", "u_dut.u_waiting", width + 4, depth);
      const FifoInside pushes(list, "pushes", "u_dut.u_pushes", 2, depth);
      m.assert_("queue_consistent", queue.consistent() & (queue.count == waiting));
      m.assert_("pushes_consistent", pushes.consistent() & (pushes.count == under_way));
      m.assert_("never_in_two_places", !(waits & runs));
      m.assert_("in_its_slot", implies(waits, (ahead < waiting) & (queue.word_behind(ahead) ==
                                                                   cat(pack(tokens), command))));
      m.assert_("its_tokens_in_their_slot",
                implies(runs, (ahead < under_way) & (pushes.word_behind(ahead) ==
                                                     cat(tokens.push_prev, tokens.push_next))));
    }
    probes = list.probes();
  });
  return task(design, probes);
}

}  // namespace

std::vector<Proof> unit_queue_proofs() {
  Proof proof;
  proof.what =
      "UnitQueue: order kept, nothing lost; a command waits for, takes and gives its own tokens";
  proof.fault_modules = {"unit_queue_width"};
  proof.faults = 10;
  proof.faults_refuted_at_least = 7;
  proof.fault_depth = 6;

  Proof bounded = proof;
  bounded.name = "unit_queue_w6";
  bounded.parameters = "commands of 6 bits";
  bounded.depth = 7;
  bounded.cover_depth = 14;
  bounded.task = [] { return unit_queue_task(6, false); };
  Proof induction = proof;
  induction.name = "unit_queue_w32";
  induction.parameters = "commands of 32 bits";
  induction.method = Method::induction;
  induction.depth = 2;
  induction.task = [] { return unit_queue_task(32, true); };
  induction.faults = induction.faults_refuted_at_least = 0;  // planted in the bounded one
  return {bounded, induction};
}

}  // namespace sd::formal
