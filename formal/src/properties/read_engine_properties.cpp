// The read half of the AXI master: the rules of its address channel.
#include "formal/proofs.hpp"
#include "properties/axi_properties.hpp"
#include "properties/handshake.hpp"
#include "rtl/accelerator/control/axi_read_engine.hpp"

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
    // That no beat comes unasked is the memory's part; read_engine_data has a memory that keeps to
    // it.
    const UInt beats = list.word("beats_count", "u_dut.u_beats.count_q", 2);
    const UInt owners = list.word("owners_count", "u_dut.u_owners.count_q", 5);
    m.assume_("beats_were_asked_for", implies(beats != 0, owners != 0));
    m.assert_("queues_in_range", (beats <= 2) & (owners <= rtl::outstanding_reads));
    probes = list.probes();
  });
  return task(design, probes);
}

}  // namespace

std::vector<Proof> read_engine_proofs() {
  const design::DesignPoint point;
  Proof rules = engine_rules_proof("read_engine");
  rules.what =
      "AxiReadEngine: AR stays until taken; full-width INCR bursts, aligned, <= 16 beats, in 4 KiB";
  rules.parameters = "bus of 64 bits, 32-bit addresses, bursts of 16; any clients, memory, stop";
  rules.task = [point] { return read_rules(point); };
  return {rules, read_engine_data_proof(point)};
}

}  // namespace sd::formal
