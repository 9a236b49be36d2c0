// The queue behind every handshake: an item of arbitrary choice is followed from in to out.
#include <fmt/format.h>

#include "formal/proofs.hpp"
#include "properties/handshake.hpp"
#include "properties/helpers.hpp"
#include "rtl/accelerator/control/fifo.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

/// `with_inside`: invariants over the queue's registers, which induction needs.
Task fifo_task(int width, int depth, bool with_inside) {
  std::vector<Probe> probes;
  const auto design = elaborate(ModuleName("fifo_properties"), [&](TopModule& m) {
    auto in = m.sink<UInt>("in", width);
    auto out = m.source<UInt>("out", width);
    auto flush = m.input<Bool>("flush");
    auto pick = m.input<Bool>("pick");
    auto dut = m.instance<rtl::Fifo>("u_dut", width, depth);
    dut.in <<= in;
    out <<= dut.out;
    dut.flush <<= flush;

    // What the queue holds, by what went in and out; a flush wins over a word offered with it.
    const int count_bits = bits_for(depth);
    auto held = m.reg<UInt>("held", Reset{0}, count_bits);
    const Bool push = m.name("push", in.fire());
    const Bool pop = m.name("pop", out.fire());
    const UInt left = m.name("left", wrap(held - pop.as_uint()));
    held <<= mux(flush, u(0, count_bits), wrap(left + push.as_uint()));
    m.assert_("offers_iff_it_holds", out.valid == (held != 0));
    m.assert_("takes_iff_it_has_room", in.ready == (held != depth));
    m.assert_("empty_iff_it_holds_none", dut.empty == (held == 0));
    m.assert_("never_over_depth", held <= depth);
    assert_offer_stays(m, "out", out.valid, out.ready, out.bits, flush);

    // One item: neither lost, doubled, changed nor overtaken.
    auto follows = m.reg<Bool>("follows", Reset{0});
    auto item = m.reg<UInt>("item", Reset{0}, width);
    auto ahead = m.reg<UInt>("ahead", Reset{0}, count_bits);
    m.when(push & pick & !follows & !flush, [&] {
      follows <<= true;
      item <<= in.bits;
      ahead <<= left;
    });
    m.when(follows & pop, [&] {
      ahead <<= wrap(ahead - 1);
      m.when(ahead == 0, [&] { follows <<= false; });
    });
    m.when(flush, [&] { follows <<= false; });
    const Bool is_next = m.name("is_next", follows & (ahead == 0));
    m.assert_("item_is_offered_in_its_turn", implies(is_next, out.valid & (out.bits == item)));

    auto was_full = m.reg<Bool>("was_full", Reset{0});
    m.when(held == depth, [&] { was_full <<= true; });
    m.cover_("drained_after_full", was_full & (held == 0) & !follows);
    m.cover_("item_leaves", is_next & pop & was_full);
    m.cover_("push_and_pop_at_once", push & pop);
    m.cover_("flushed_while_full", flush & (held == depth));

    if (with_inside) {
      ProbeList list(m);
      const FifoInside inside(list, "dut", "u_dut", width, depth);
      m.assert_("inside_consistent", inside.consistent() & (inside.count == held));
      m.assert_("item_in_its_slot",
                implies(follows, (ahead < held) & (inside.word_behind(ahead) == item)));
      probes = list.probes();
    }
  });
  return task(design, probes);
}

Proof fifo_proof(int width, int depth) {
  Proof proof;
  proof.name = fmt::format("fifo_w{}_d{}", width, depth);
  proof.what =
      "Fifo: order kept, nothing lost, doubled or changed; offers stay; fill exact and in range";
  proof.parameters = fmt::format("width {}, depth {}", width, depth);
  proof.fault_modules = {"fifo_width"};
  proof.faults = 10;
  proof.faults_refuted_at_least = 8;
  return proof;
}

}  // namespace

std::vector<Proof> fifo_proofs() {
  std::vector<Proof> proofs;
  Proof bounded = fifo_proof(3, 4);
  bounded.depth = 12;
  bounded.cover_depth = 12;
  bounded.task = [] { return fifo_task(3, 4, false); };
  proofs.push_back(bounded);
  // The depths in use: two in front of each channel, four in front of a unit, sixteen bursts.
  for (const int depth : {2, 4, 8, 16}) {
    Proof induction = fifo_proof(37, depth);
    induction.method = Method::induction;
    induction.depth = 2;
    induction.cover_depth = 2 * depth + 4;
    induction.fault_depth = depth + 6;
    if (depth > 4) induction.faults = induction.faults_refuted_at_least = 0;  // the same text
    induction.task = [depth] { return fifo_task(37, depth, true); };
    proofs.push_back(induction);
  }
  return proofs;
}

}  // namespace sd::formal
