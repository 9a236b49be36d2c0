// The read half of the AXI master: the rules of its address channel, and every beat from the right
// address to the right client.
#include "formal/proofs.hpp"
#include "properties/axi_properties.hpp"
#include "properties/handshake.hpp"
#include "properties/transfer_walk.hpp"
#include "rtl/accelerator/control/axi_read_engine.hpp"
#include "rtl/accelerator/control/fifo.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

/// Rules of the address channel, whatever clients and memory do, `stop` included.
Task read_rules(const design::DesignPoint& point) {
  std::vector<Probe> probes;
  const auto design = elaborate(ModuleName("read_rules"), [&](TopModule& m) {
    auto dut = m.instance<rtl::AxiReadEngine>("u_dut", point);
    auto program = m.sink<rtl::Transfer>("program", point);
    auto load = m.sink<rtl::Transfer>("load", point);
    auto program_beat = m.source<rtl::ReadBeat>("program_beat", point);
    auto load_beat = m.source<rtl::ReadBeat>("load_beat", point);
    auto stop = m.input<Bool>("stop");
    rtl::AxiReadPort axi = dut.axi;
    dut.program <<= program;
    dut.load <<= load;
    program_beat <<= dut.program_beat;
    load_beat <<= dut.load_beat;
    dut.stop <<= stop;
    auto arready = m.input<Bool>("arready");
    axi.arready <<= arready;
    axi.rvalid <<= m.input<Bool>("rvalid");
    axi.rdata <<= m.input<UInt>("rdata", point.axi_data_bits);
    axi.rresp <<= m.input<UInt>("rresp", 2);
    axi.rlast <<= m.input<Bool>("rlast");
    for (const auto& [name, client] : {std::pair{"program", program}, std::pair{"load", load}})
      m.assume_(std::string(name) + "_not_empty",
                implies(client.valid, (client.bits.chunk_beats != 0) & (client.bits.chunks != 0)));

    assert_address_rules(m, point, "ar", axi.arvalid, arready, axi.araddr, axi.arlen, axi.arsize,
                         axi.arburst);
    m.cover_("full_burst", axi.arvalid & (axi.arlen == point.axi_burst_beats - 1));
    m.cover_("stopped_while_offering", axi.arvalid & stop);

    ProbeList list(m);
    assert_addresses_inside(m, list, point);
    assert_splitter_inside(m, list, point, "program", "u_dut.u_program_splitter");
    assert_splitter_inside(m, list, point, "load", "u_dut.u_load_splitter");
    // That no beat comes unasked is the memory's part; open_proofs() has the question of the engine
    // with a memory that keeps to the rules.
    const UInt beats = list.word("beats_count", "u_dut.u_beats.count_q", 2);
    const UInt owners = list.word("owners_count", "u_dut.u_owners.count_q", 5);
    m.assume_("beats_were_asked_for", implies(beats != 0, owners != 0));
    m.assert_("queues_in_range", (beats <= 2) & (owners <= rtl::outstanding_reads));
    probes = list.probes();
  });
  return task(design, probes);
}

/// A memory that answers each beat with its address, in order, whenever it likes; each client gets
/// exactly the beats of its transfers, in order.
Task read_data(const design::DesignPoint& point) {
  const auto design = elaborate(ModuleName("read_data"), [&](TopModule& m) {
    auto dut = m.instance<rtl::AxiReadEngine>("u_dut", point);
    const int width = rtl::beat_address_bits(point);
    rtl::AxiReadPort axi = dut.axi;
    dut.stop <<= false;

    // The memory: its queue is as deep as the engine may have bursts under way.
    auto bursts = m.instance<rtl::Fifo>("u_bursts", width + 8, rtl::outstanding_reads);
    bursts.flush <<= false;
    auto arready = m.input<Bool>("arready");
    axi.arready <<= arready;
    const Bool asked = m.name("asked", axi.arvalid & arready);
    bursts.in.valid <<= asked;
    bursts.in.bits <<= cat(axi.araddr.bits(31, rtl::beat_shift(point)), axi.arlen);
    m.assert_("outstanding_in_range", implies(asked, bursts.in.ready));
    auto position = m.reg<UInt>("position", Reset{0}, 8);
    const Bool ends = m.name("ends", position == bursts.out.bits.bits(7, 0));
    const Bool rvalid = m.name("rvalid", m.input<Bool>("answers") & bursts.out.valid);
    auto fails = m.input<Bool>("fails");
    axi.rvalid <<= rvalid;
    axi.rdata <<= cat(fails, u(0, point.axi_data_bits - 1 - width),
                      wrap(bursts.out.bits.bits(width + 7, 8) + position));
    axi.rresp <<= cat(fails, u(0, 1));
    axi.rlast <<= ends;
    const Bool answered = m.name("answered", rvalid & axi.rready);
    m.when(answered, [&] { position <<= mux(ends, u(0, 8), wrap(position + 1)); });
    bursts.out.ready <<= answered & ends;
    m.assert_("counts_beats", dut.beat == answered);

    std::vector<Bool> busy;
    const auto client = [&](const std::string& name, const Decoupled<rtl::Transfer>& transfer,
                            const Decoupled<rtl::ReadBeat>& beat) {
      auto wanted = m.sink<rtl::Transfer>(name, point);
      assume_short_transfer(m, name, wanted.bits, 2, 2);
      auto ready = m.input<Bool>(name + "_beat_ready");
      const Bool moved = m.name(name + "_moved", beat.valid & ready);
      auto accepted = m.wire<Bool>(name + "_accepted");
      const TransferWalk walk =
          walk_transfers(m, point, name, wanted.bits, accepted, u(1, width), moved);
      accepted <<= wanted.valid & transfer.ready & walk.room;
      transfer.valid <<= wanted.valid & walk.room;
      transfer.bits <<= wanted.bits;
      wanted.ready <<= accepted;
      beat.ready <<= ready;
      m.assert_(name + "_gets_only_what_it_asked_for", implies(beat.valid, walk.any));
      m.assert_(name + "_gets_its_next_beat",
                implies(beat.valid, beat.bits.data.bits(width - 1, 0) == walk.address));
      m.assert_(name + "_last_iff_complete", implies(beat.valid, beat.bits.last == walk.completes));
      m.assert_(
          name + "_learns_of_errors",
          implies(beat.valid, beat.bits.error == beat.bits.data.bit(point.axi_data_bits - 1)));
      m.cover_(name + "_complete", moved & walk.completes);
      m.cover_(name + "_error", moved & beat.bits.error);
      busy.push_back(walk.any);
    };
    client("program", dut.program, dut.program_beat);
    client("load", dut.load, dut.load_beat);
    m.assert_("idle_iff_nothing_is_missing", dut.idle == !(busy[0] | busy[1]));
  });
  return task(design);
}

}  // namespace

std::vector<Proof> read_engine_proofs() {
  const design::DesignPoint point;
  Proof rules = engine_rules_proof("read_engine");
  rules.what =
      "AxiReadEngine: AR stays until taken; full-width INCR bursts, aligned, <= 16 beats, in 4 KiB";
  rules.parameters = "bus of 64 bits, 32-bit addresses, bursts of 16; any clients, memory, stop";
  rules.task = [point] { return read_rules(point); };
  return {rules};
}

std::vector<Proof> open_read_engine_proofs() {
  const design::DesignPoint point;
  Proof data = engine_data_proof("read_engine");
  data.what =
      "AxiReadEngine: each client gets the beats of its transfers, all, in order, with errors; at "
      "most 16 bursts under way";
  data.parameters = "bus of 64 bits, bursts of 16; transfers up to 2 x 2 beats, any address";
  data.depth = 10;
  data.cover_depth = 10;
  data.task = [point] { return read_data(point); };
  return {data};
}

}  // namespace sd::formal
