// The write half of the AXI master: the rules of its channels.
#include "formal/proofs.hpp"
#include "properties/axi_properties.hpp"
#include "properties/handshake.hpp"
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

}  // namespace

std::vector<Proof> write_engine_proofs() {
  const design::DesignPoint point;
  Proof rules = engine_rules_proof("write_engine");
  rules.what =
      "AxiWriteEngine: AW and W stay until taken; full-width INCR bursts, aligned, <= 16 beats, in "
      "4 KiB";
  rules.parameters = "bus of 64 bits, 32-bit addresses, bursts of 16; any client, memory, stop";
  rules.task = [point] { return write_rules(point); };
  return {rules, write_engine_data_proof(point)};
}

}  // namespace sd::formal
