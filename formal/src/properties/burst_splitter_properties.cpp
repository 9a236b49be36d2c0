// The burst splitter at the product's parameters: its bursts, in order, are the transfer, no more
// and no less.
#include <fmt/format.h>

#include <bit>

#include "formal/proofs.hpp"
#include "properties/handshake.hpp"
#include "properties/helpers.hpp"
#include "rtl/accelerator/control/burst_splitter.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

Task splitter_task(const design::DesignPoint& point, bool with_inside) {
  const int width = rtl::beat_address_bits(point);
  const int page_beats = rtl::axi_page_bytes / point.axi_bytes();
  const int page_bits = std::bit_width(static_cast<unsigned>(page_beats)) - 1;
  std::vector<Probe> probes;
  const auto design = elaborate(ModuleName("burst_splitter_properties"), [&](TopModule& m) {
    auto transfer = m.sink<rtl::Transfer>("transfer", point);
    auto burst = m.source<rtl::Burst>("burst", point);
    auto stop = m.input<Bool>("stop");
    auto dut = m.instance<rtl::BurstSplitter>("u_dut", point);
    dut.transfer <<= transfer;
    burst <<= dut.burst;
    dut.stop <<= stop;
    m.assume_("transfer_not_empty", implies(transfer.valid, (transfer.bits.chunk_beats != 0) &
                                                                (transfer.bits.chunks != 0)));

    // How far the transfer has got: whole chunks, and beats of the one under way.
    auto active = m.reg<Bool>("active", Reset{0});
    auto asked = m.reg<rtl::Transfer>("asked", Reset{0}, point);
    auto chunks_done = m.reg<UInt>("chunks_done", Reset{0}, 16);
    auto chunk_address = m.reg<UInt>("chunk_address", Reset{0}, width);
    auto beats_done = m.reg<UInt>("beats_done", Reset{0}, width);
    const UInt beats = m.name("beats", burst.bits.length.extend(width) + 1);
    const UInt beats_after = m.name("beats_after", beats_done + beats);
    const Bool completes_chunk = m.name("completes_chunk", beats_after == asked.chunk_beats);
    const Bool is_last_chunk = m.name("is_last_chunk", chunks_done + 1 == asked.chunks);
    m.when(transfer.fire(), [&] {
      active <<= true;
      asked <<= transfer.bits;
      chunks_done <<= 0;
      beats_done <<= 0;
      chunk_address <<= transfer.bits.address;
    });
    m.when(burst.fire(), [&] {
      m.when(completes_chunk, [&] {
         beats_done <<= 0;
         chunks_done <<= wrap(chunks_done + 1);
         chunk_address <<= wrap(chunk_address + asked.stride);
         active <<= !is_last_chunk;
       }).otherwise([&] { beats_done <<= beats_after.truncate(width); });
    });
    m.when(stop, [&] { active <<= false; });

    m.assert_("offers_until_all_is_covered", burst.valid == active);
    m.assert_("takes_iff_idle", (transfer.ready == !active) & (dut.idle == !active));
    m.when(burst.valid, [&] {
      m.assert_("begins_where_the_last_one_ended",
                burst.bits.address == wrap(chunk_address + beats_done));
      m.assert_("stays_in_its_chunk", beats_after <= asked.chunk_beats);
      m.assert_("not_longer_than_allowed", beats <= point.axi_burst_beats);
      const UInt in_page = m.name("in_page", burst.bits.address.bits(page_bits - 1, 0) + beats);
      m.assert_("stays_in_its_page", in_page <= page_beats);
      m.assert_("not_shorter_than_need_be",
                completes_chunk | (beats == point.axi_burst_beats) | (in_page == page_beats));
      m.assert_("last_iff_it_completes_the_transfer",
                burst.bits.last == (completes_chunk & is_last_chunk));
    });
    assert_offer_stays(m, "burst", burst.valid, burst.ready, pack(burst.bits), stop);

    auto bursts = m.reg<UInt>("bursts", Reset{0}, 4);
    m.when(transfer.fire(), [&] { bursts <<= 0; }).elsewhen(burst.fire() & (bursts != 15), [&] {
      bursts <<= wrap(bursts + 1);
    });
    m.cover_("three_chunks", burst.fire() & burst.bits.last & (asked.chunks == 3) & (bursts == 5));
    m.cover_("cut_at_a_page", burst.fire() & (burst.bits.length == 2) & !completes_chunk);
    m.cover_("stopped", stop & active);

    if (with_inside) {
      ProbeList list(m);
      const UInt address = list.word("address", "u_dut.address_q", width);
      const UInt left = list.word("left", "u_dut.left_q", width);
      const UInt start = list.word("chunk_start", "u_dut.chunk_start_q", width);
      const UInt chunk_beats = list.word("chunk_beats", "u_dut.chunk_beats_q", width);
      const UInt chunks_left = list.word("chunks_left", "u_dut.chunks_left_q", 16);
      const UInt stride = list.word("stride", "u_dut.stride_q", width);
      m.when(active, [&] {
        m.assert_("inside_position", (address == wrap(chunk_address + beats_done)) &
                                         (start == chunk_address) & (stride == asked.stride));
        m.assert_("inside_rest", (chunk_beats == asked.chunk_beats) & (left != 0) &
                                     (beats_done + left == asked.chunk_beats));
        m.assert_("inside_chunks",
                  (chunks_left != 0) & (chunks_done + chunks_left == asked.chunks));
      });
      probes = list.probes();
    }
  });
  return task(design, probes);
}

design::DesignPoint bus(int bits) {
  design::DesignPoint point;
  point.axi_data_bits = bits;
  return point;
}

}  // namespace

std::vector<Proof> burst_splitter_proofs() {
  std::vector<Proof> proofs;
  for (const int bits : {64, 128}) {
    Proof proof;
    proof.name = fmt::format("burst_splitter_{}", bits);
    proof.what =
        "BurstSplitter: bursts are the transfer exactly, in order; none over 4 KiB or too long";
    proof.parameters = fmt::format("bus of {} bits, 32-bit addresses, bursts of 16", bits);
    proof.method = Method::induction;
    proof.depth = 2;
    proof.cover_depth = 10;
    proof.task = [bits] { return splitter_task(bus(bits), true); };
    proof.fault_modules = {"burst_splitter_axi"};
    proof.faults = 10;
    proof.faults_refuted_at_least = 8;
    proof.fault_depth = 8;
    proofs.push_back(proof);
  }
  return proofs;
}

}  // namespace sd::formal
