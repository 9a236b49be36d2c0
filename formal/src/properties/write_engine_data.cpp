// The write half of the AXI master with a memory that keeps to the rules: a burst and a beat, both
// of arbitrary choice, are followed from the client's transfer to the response.
#include "properties/axi_properties.hpp"
#include "rtl/accelerator/control/axi_write_engine.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

Task write_data(const design::DesignPoint& point) {
  std::vector<Probe> probes;
  const auto design = elaborate(ModuleName("write_data"), [&](TopModule& m) {
    auto dut = m.instance<rtl::AxiWriteEngine>("u_dut", point);
    const int data_bits = point.axi_data_bits, shift = rtl::beat_shift(point);
    const int address_bits = rtl::beat_address_bits(point);
    rtl::AxiWritePort axi = dut.axi;
    auto transfer = m.sink<rtl::Transfer>("transfer", point);
    auto data = m.sink<UInt>("data", data_bits);
    dut.transfer <<= transfer;
    dut.data <<= data;
    dut.stop <<= m.input<Bool>("stop");
    m.assume_("transfer_not_empty", implies(transfer.valid, (transfer.bits.chunk_beats != 0) &
                                                                (transfer.bits.chunks != 0)));
    auto awready = m.input<Bool>("awready");
    auto wready = m.input<Bool>("wready");
    axi.awready <<= awready;
    axi.wready <<= wready;
    const Bool aw = m.name("aw", axi.awvalid & awready);
    const Bool w = m.name("w", axi.wvalid & wready);
    const Bool w_ends = m.name("w_ends", w & axi.wlast);

    ProbeList list(m);
    const FifoInside addresses(list, "addresses", "u_dut.u_addresses", address_bits + 8, 2);
    const FifoInside lengths(list, "lengths", "u_dut.u_lengths", 8, 2);
    const FifoInside responses(list, "responses", "u_dut.u_responses", 1, rtl::outstanding_writes);
    const FifoInside beats(list, "beats", "u_dut.u_beats", data_bits + 1, 2);
    const UInt position = list.word("position", "u_dut.position_q", 8);
    const SeenBurst burst(list, point, "transfer", "u_dut.u_splitter");
    probes = list.probes();

    // Bursts begun that still lack: their address on the bus, their last beat, their response.
    const Bool begins = burst.begins;
    const auto owed = [&](const std::string& name, const Bool& paid) {
      auto count = m.reg<UInt>(name, Reset{0}, 4);
      count <<= wrap(wrap(count + begins.as_uint()) - paid.as_uint());
      return count;
    };
    auto response = m.wire<Bool>("response");
    const UInt owed_addresses = owed("owed_addresses", aw), owed_ends = owed("owed_ends", w_ends);
    const UInt owed_responses = owed("owed_responses", response);

    // The memory answers a burst that it has the address and the last beat of.
    const Bool may_answer =
        m.name("may_answer", (owed_responses > owed_addresses) & (owed_responses > owed_ends));
    const Bool bvalid = m.name("bvalid", m.input<Bool>("answers") & may_answer);
    auto bresp = m.input<UInt>("bresp", 2);
    axi.bvalid <<= bvalid;
    axi.bresp <<= bresp;
    response <<= bvalid & axi.bready;
    m.assert_("takes_every_response", implies(bvalid, axi.bready));
    m.assert_("error_iff_not_okay", dut.error == (response & (bresp != rtl::axi_okay)));
    m.assert_("outstanding_in_range",
              wrap(owed_responses - owed_addresses) <= rtl::outstanding_writes);
    m.assert_("no_data_without_an_address",
              implies(axi.wvalid, (owed_ends != 0) & ((owed_ends > owed_addresses) | axi.awvalid)));
    m.assert_("idle_iff_nothing_is_missing",
              dut.idle == (dut.transfer.ready & (owed_responses == 0)));
    m.assert_("nothing_moves_when_idle", implies(dut.idle, ~axi.awvalid & ~axi.wvalid));
    m.assert_("counts_beats", dut.beat == w);

    // The inside.
    m.assert_("queues_consistent", addresses.consistent() & lengths.consistent() &
                                       responses.consistent() & beats.consistent());
    const Bool one_waits = beats.count != 0, two_wait = beats.count == 2;
    const Bool first_ends = m.name("first_ends", beats.word_behind(u(0, 2)).bit(data_bits));
    const Bool second_ends = m.name("second_ends", beats.word_behind(u(1, 2)).bit(data_bits));
    const UInt ends =
        m.name("ends",
               ((one_waits & first_ends).as_uint() + (two_wait & second_ends).as_uint()).extend(4));
    m.assert_("owed_is_what_the_queues_hold",
              (owed_addresses == addresses.count.extend(4)) & (owed_responses == responses.count) &
                  (owed_ends == wrap(lengths.count.extend(4) + ends)));
    m.assert_("response_comes_last",
              (owed_responses >= owed_addresses) & (owed_responses >= owed_ends));
    // A burst whose beats wait and whose last one does not is the oldest of `lengths`.
    const Bool open =
        m.name("open", (two_wait & ~second_ends) | (one_waits & ~two_wait & ~first_ends));
    const UInt oldest = m.name("oldest", lengths.word_behind(u(0, 2)));
    m.assert_("position_in_burst", mux(lengths.count == 0, position == 0, position <= oldest));
    m.assert_("open_burst_has_begun", implies(open, position != 0));

    // A burst: its address in turn; behind the bursts before it, as many beats as the address says,
    // the last one marked; then its response.
    auto follows = m.reg<Bool>("follows", Reset{0});
    auto address = m.reg<UInt>("address", Reset{0}, address_bits);
    auto length = m.reg<UInt>("length", Reset{0}, 8);
    auto last = m.reg<Bool>("last", Reset{0});
    auto was_asked = m.reg<Bool>("was_asked", Reset{0});
    auto was_sent = m.reg<Bool>("was_sent", Reset{0});
    auto ask_after = m.reg<UInt>("ask_after", Reset{0}, 4);    // addresses
    auto send_after = m.reg<UInt>("send_after", Reset{0}, 4);  // bursts
    auto done_after = m.reg<UInt>("done_after", Reset{0}, 4);  // responses
    auto sent = m.reg<UInt>("sent", Reset{0}, 9);              // of its beats
    const Bool sends = m.name("sends", follows & ~was_sent & (send_after == 0));
    m.when(begins & ~follows & m.input<Bool>("pick_burst"), [&] {
       follows <<= true;
       address <<= burst.address;
       length <<= burst.length;
       last <<= burst.last;
       was_asked <<= false;
       was_sent <<= false;
       ask_after <<= wrap(owed_addresses - aw.as_uint());
       send_after <<= wrap(owed_ends - w_ends.as_uint());
       done_after <<= wrap(owed_responses - response.as_uint());
       sent <<= 0;
     }).otherwise([&] {
      m.when(aw & ~was_asked, [&] {
        was_asked <<= ask_after == 0;
        ask_after <<= wrap(ask_after - 1);
      });
      m.when(sends & w, [&] { sent <<= wrap(sent + 1); });
      m.when(w_ends & ~was_sent, [&] {
        was_sent <<= send_after == 0;
        send_after <<= wrap(send_after - 1);
      });
      m.when(response, [&] {
        done_after <<= wrap(done_after - 1);
        m.when(done_after == 0, [&] { follows <<= false; });
      });
    });
    m.assert_("address_in_its_turn", implies(follows & ~was_asked & (ask_after == 0),
                                             axi.awvalid & (axi.awaddr.bits(31, shift) == address) &
                                                 (axi.awlen == length)));
    m.assert_("last_beat_where_the_address_says",
              implies(sends & axi.wvalid, axi.wlast == (sent == length.extend(9))));
    m.assert_("response_after_address_and_data",
              implies(follows & (done_after == 0) & response, was_asked & was_sent));
    m.assert_("done_with_the_response_to_the_last_burst",
              implies(follows & (done_after == 0) & response, dut.done == last));
    m.assert_("done_only_with_a_response", implies(dut.done, response));

    // The inside: its address, its length, its beats on their way, its mark among the responses.
    m.assert_("burst_not_asked",
              implies(follows & ~was_asked,
                      (ask_after < owed_addresses) &
                          (addresses.word_behind(ask_after.truncate(2)) == cat(address, length))));
    m.assert_("burst_not_answered",
              implies(follows, (done_after < owed_responses) &
                                   (responses.word_behind(done_after) == last.as_uint())));
    m.assert_("burst_asked",
              implies(follows & was_asked, done_after < wrap(owed_responses - owed_addresses)));
    m.assert_("burst_sent",
              implies(follows & was_sent, done_after < wrap(owed_responses - owed_ends)));
    m.assert_("turns_agree",
              implies(follows & ~was_asked,
                      wrap(done_after - ask_after) == wrap(owed_responses - owed_addresses)) &
                  implies(follows & ~was_sent,
                          wrap(done_after - send_after) == wrap(owed_responses - owed_ends)));
    const Bool waits = m.name("waits", follows & ~was_sent);
    const Bool queued = m.name("queued", waits & (send_after >= ends));  // in `lengths`
    const UInt queue_place = m.name("queue_place", wrap(send_after - ends));
    m.assert_("length_in_its_place",
              implies(queued, (queue_place < lengths.count.extend(4)) &
                                  (lengths.word_behind(queue_place.truncate(2)) == length)));
    m.assert_("sent_in_its_turn", implies(waits & (send_after != 0), sent == 0));
    const Bool owns_first = m.name("owns_first", one_waits & (send_after == 0));
    const Bool owns_second =
        m.name("owns_second", two_wait & (send_after == first_ends.as_uint().extend(4)));
    const UInt entered = m.name(
        "entered", mux(queued, mux(queue_place == 0, position.extend(9), u(0, 9)), length + 1));
    m.assert_("beats_of_it_between", implies(waits, wrap(wrap(sent + owns_first.as_uint()) +
                                                         owns_second.as_uint()) == entered));
    const UInt number_of_second = wrap(sent + owns_first.as_uint());
    m.assert_(
        "last_is_marked",
        implies(waits & owns_first, first_ends == (sent == length.extend(9))) &
            implies(waits & owns_second, second_ends == (number_of_second == length.extend(9))));

    // A beat: goes out unchanged, in its turn.
    auto beat_follows = m.reg<Bool>("beat_follows", Reset{0});
    auto beat = m.reg<UInt>("beat", Reset{0}, data_bits);
    auto beats_before = m.reg<UInt>("beats_before", Reset{0}, 2);
    const Bool beat_turn = m.name("beat_turn", beat_follows & (beats_before == 0));
    m.when(data.fire() & ~beat_follows & m.input<Bool>("pick_beat"), [&] {
       beat_follows <<= true;
       beat <<= data.bits;
       beats_before <<= wrap(beats.count - w.as_uint());
     }).elsewhen(w, [&] {
      beats_before <<= wrap(beats_before - 1);
      m.when(beat_turn, [&] { beat_follows <<= false; });
    });
    m.assert_("data_in_order", implies(beat_turn, axi.wvalid & (axi.wdata == beat)));
    m.assert_("beat_in_the_queue",
              implies(beat_follows,
                      (beats_before < beats.count) &
                          (beats.word_behind(beats_before).bits(data_bits - 1, 0) == beat)));

    m.cover_("last_burst_of_three_beats_done",
             dut.done & follows & (done_after == 0) & (sent == 3));
    m.cover_("data_before_its_address", sends & w & ~was_asked);
    m.cover_("burst_behind_another", sends & w_ends & (done_after == 1));
  });
  return task(design, probes);
}

}  // namespace

Proof write_engine_data_proof(const design::DesignPoint& point) {
  Proof data;
  data.name = "write_engine_data";
  data.what =
      "AxiWriteEngine: each burst's address goes out once, in order, and as many beats as it says, "
      "in order, unchanged, WLAST on the last; none without an address; `done` with the response "
      "to a transfer's last burst; at most 8 under way";
  data.parameters = "bus of 64 bits, 32-bit addresses; any transfers and stop; a memory in order";
  data.method = Method::induction;
  data.depth = 1;
  data.cover_depth = 10;
  data.task = [point] { return write_data(point); };
  data.planted = {{"done with the response to any burst", "axi_write_engine",
                   "response && responses_out_bits", "response"},
                  {"data for the wrong address", "axi_write_engine",
                   "{splitter_burst_bits_address, splitter_burst_bits_length}",
                   "{splitter_burst_bits_address + 29'd1, splitter_burst_bits_length}"}};
  data.fault_modules = {"axi_write_engine"};
  data.faults = 6;
  data.faults_refuted_at_least = 4;
  data.fault_depth = 9;
  return data;
}

}  // namespace sd::formal
