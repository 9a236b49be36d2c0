// The write half of the AXI master: the rules of its channels, and every beat to the right address.
#include "formal/proofs.hpp"
#include "properties/axi_properties.hpp"
#include "properties/handshake.hpp"
#include "properties/transfer_walk.hpp"
#include "rtl/accelerator/control/axi_write_engine.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

/// Rules of the address and data channels, whatever client and memory do, `stop` included.
Task write_rules(const design::DesignPoint& point) {
  std::vector<Probe> probes;
  const auto design = elaborate(ModuleName("write_rules"), [&](TopModule& m) {
    auto dut = m.instance<rtl::AxiWriteEngine>("u_dut", point);
    auto transfer = m.sink<rtl::Transfer>("transfer", point);
    auto data = m.sink<UInt>("data", point.axi_data_bits);
    auto stop = m.input<Bool>("stop");
    rtl::AxiWritePort axi = dut.axi;
    dut.transfer <<= transfer;
    dut.data <<= data;
    dut.stop <<= stop;
    auto awready = m.input<Bool>("awready");
    auto wready = m.input<Bool>("wready");
    auto bvalid = m.input<Bool>("bvalid");
    axi.awready <<= awready;
    axi.wready <<= wready;
    axi.bvalid <<= bvalid;
    axi.bresp <<= m.input<UInt>("bresp", 2);
    m.assume_("transfer_not_empty", implies(transfer.valid, (transfer.bits.chunk_beats != 0) &
                                                                (transfer.bits.chunks != 0)));
    // That no response comes unasked is the memory's part; open_proofs() has the question of the
    // engine with a memory that keeps to the rules.
    m.assume_("responses_were_asked_for", implies(bvalid, axi.bready));

    assert_address_rules(m, point, "aw", axi.awvalid, awready, axi.awaddr, axi.awlen, axi.awsize,
                         axi.awburst);
    assert_offer_stays(m, "w", axi.wvalid, wready, cat(axi.wdata, axi.wstrb, axi.wlast.as_uint()),
                       b(false));
    m.assert_("all_bytes_written", implies(axi.wvalid, reduce_and(axi.wstrb)));
    m.cover_("full_burst", axi.awvalid & (axi.awlen == point.axi_burst_beats - 1));
    m.cover_("last_beat", axi.wvalid & axi.wlast);
    m.cover_("stopped_while_offering", axi.awvalid & stop);

    ProbeList list(m);
    assert_addresses_inside(m, list, point);
    assert_splitter_inside(m, list, point, "transfer", "u_dut.u_splitter");
    const FifoInside beats(list, "beats", "u_dut.u_beats", point.axi_data_bits + 1, 2);
    m.assert_("beats_consistent", beats.consistent());
    const UInt lengths = list.word("lengths_count", "u_dut.u_lengths.count_q", 2);
    const UInt responses = list.word("responses_count", "u_dut.u_responses.count_q", 4);
    m.assert_("queues_in_range", (lengths <= 2) & (responses <= rtl::outstanding_writes));
    probes = list.probes();
  });
  return task(design, probes);
}

/// A client and a memory that keep to the rules and take their time: addresses are those of the
/// transfers, data stays in order, WLAST and `done` come where they belong.
Task write_data(const design::DesignPoint& point) {
  constexpr int bits = 5;  // of counts: more than pass in the depth of the proof
  const auto design = elaborate(ModuleName("write_data"), [&](TopModule& m) {
    auto dut = m.instance<rtl::AxiWriteEngine>("u_dut", point);
    const int width = rtl::beat_address_bits(point);
    rtl::AxiWritePort axi = dut.axi;
    dut.stop <<= false;
    auto data = m.sink<UInt>("data", point.axi_data_bits);
    dut.data <<= data;
    auto awready = m.input<Bool>("awready");
    auto wready = m.input<Bool>("wready");
    axi.awready <<= awready;
    axi.wready <<= wready;
    const Bool aw = m.name("aw", axi.awvalid & awready);
    const Bool w = m.name("w", axi.wvalid & wready);
    const Bool w_last = m.name("w_last", w & axi.wlast);

    const auto counter = [&](const std::string& name, const Bool& event) {
      auto count = m.reg<UInt>(name, Reset{0}, bits);
      m.when(event, [&] { count <<= wrap(count + 1); });
      return count;
    };
    const UInt addresses = counter("addresses", aw), bursts = counter("bursts", w_last);
    auto b_event = m.wire<Bool>("b_event");
    const UInt responses = counter("responses", b_event);
    const UInt dones = counter("dones", dut.done);

    // The memory answers a burst when it has its address and its last beat.
    const Bool owed = m.name("owed", (responses < addresses) & (responses < bursts));
    const Bool bvalid = m.name("bvalid", m.input<Bool>("answers") & owed);
    auto bresp = m.input<UInt>("bresp", 2);
    axi.bvalid <<= bvalid;
    axi.bresp <<= bresp;
    b_event <<= bvalid & axi.bready;
    m.assert_("takes_every_response", implies(bvalid, axi.bready));
    m.assert_("error_iff_not_okay", dut.error == (b_event & (bresp != 0)));
    m.assert_("outstanding_in_range", wrap(addresses - responses) <= rtl::outstanding_writes);

    // Addresses are those of the transfers.
    auto wanted = m.sink<rtl::Transfer>("transfer", point);
    assume_short_transfer(m, "transfer", wanted.bits, 3, 2);
    auto accepted = m.wire<Bool>("accepted");
    const UInt beats = m.name("address_beats", (axi.awlen + 1).extend(width));
    const TransferWalk walk = walk_transfers(m, point, "walk", wanted.bits, accepted, beats, aw);
    accepted <<= wanted.valid & dut.transfer.ready & walk.room;
    dut.transfer.valid <<= wanted.valid & walk.room;
    dut.transfer.bits <<= wanted.bits;
    wanted.ready <<= accepted;
    m.when(axi.awvalid, [&] {
      m.assert_(
          "address_of_a_transfer",
          walk.any & walk.fits & (axi.awaddr.bits(31, rtl::beat_shift(point)) == walk.address));
    });

    // Beats of one burst, of arbitrary choice: as many as its address says, the last one marked.
    const UInt burst = constant_input(m, "burst", 3);
    auto length_known = m.reg<Bool>("length_known", Reset{0});
    auto length = m.reg<UInt>("length", Reset{0}, 8);
    m.when(aw & (addresses == burst), [&] {
      length_known <<= true;
      length <<= axi.awlen;
    });
    auto beats_of_it = m.reg<UInt>("beats_of_it", Reset{0}, bits);
    const Bool in_burst = m.name("in_burst", w & (bursts == burst));
    m.when(in_burst, [&] { beats_of_it <<= wrap(beats_of_it + 1); });
    m.assert_("last_beat_where_the_address_says",
              implies(in_burst & length_known, axi.wlast == (beats_of_it == length)));
    m.assert_("address_as_the_beats_were",
              implies(length_known & (bursts > burst), beats_of_it == length + 1));
    // Data may go ahead of its address, but the address is then on its way.
    auto begun = m.reg<Bool>("begun", Reset{0});  // a burst's first beat went, not its last
    m.when(w, [&] { begun <<= !axi.wlast; });
    const UInt bursts_begun = m.name("bursts_begun", wrap(bursts + begun.as_uint()));
    m.assert_("no_data_without_an_address",
              implies(bursts_begun > addresses, axi.awvalid) & (bursts_begun <= addresses + 2));

    // Data of one beat, of arbitrary choice.
    const UInt beat = constant_input(m, "beat", 3);
    const UInt beats_in = counter("beats_in", data.fire()), beats_out = counter("beats_out", w);
    auto value = m.reg<UInt>("value", Reset{0}, point.axi_data_bits);
    m.when(data.fire() & (beats_in == beat), [&] { value <<= data.bits; });
    m.when(axi.wvalid & (beats_out == beat),
           [&] { m.assert_("data_in_order", (beats_in > beat) & (axi.wdata == value)); });

    // `done` of one transfer: with the response to its last burst, and with no other.
    const UInt chosen = constant_input(m, "chosen", 2);
    const UInt transfers = counter("transfers", aw & walk.completes);
    auto last_known = m.reg<Bool>("last_known", Reset{0});
    auto last_burst = m.reg<UInt>("last_burst", Reset{0}, bits);
    m.when(aw & walk.completes & (transfers == chosen), [&] {
      last_known <<= true;
      last_burst <<= addresses;
    });
    const Bool is_last = m.name("is_last", b_event & last_known & (responses == last_burst));
    m.assert_("done_with_its_last_response", implies(is_last, dut.done & (dones == chosen)));
    m.assert_("done_only_then", implies(dut.done & (dones == chosen), is_last));
    m.assert_("idle_iff_nothing_is_missing", dut.idle == (!walk.any & (addresses == responses)));

    m.cover_("two_transfers_done", dones == 2);
    m.cover_("data_before_its_address", bursts_begun > addresses);
    m.cover_("chosen_burst_of_three", in_burst & axi.wlast & (beats_of_it == 2) & (burst == 1));
  });
  return task(design);
}

}  // namespace

std::vector<Proof> write_engine_proofs() {
  const design::DesignPoint point;
  Proof rules = engine_rules_proof("write_engine");
  rules.what =
      "AxiWriteEngine: AW and W stay until taken; full-width INCR bursts, aligned, <= 16 beats, in "
      "4 KiB";
  rules.parameters = "bus of 64 bits, 32-bit addresses, bursts of 16; any client, memory, stop";
  rules.task = [point] { return write_rules(point); };
  return {rules};
}

std::vector<Proof> open_write_engine_proofs() {
  const design::DesignPoint point;
  Proof data = engine_data_proof("write_engine");
  data.what =
      "AxiWriteEngine: addresses are the transfers', data in order, WLAST and done where they "
      "belong; no data without an address; at most 8 bursts under way";
  data.parameters = "bus of 64 bits, bursts of 16; transfers up to 2 x 3 beats, any address";
  data.depth = 11;
  data.cover_depth = 12;
  data.task = [point] { return write_data(point); };
  return {data};
}

}  // namespace sd::formal
