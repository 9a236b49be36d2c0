// The read half of the AXI master with a memory that keeps to the rules: a burst and a beat, both
// of arbitrary choice, are followed from the client's transfer to the client.
#include "properties/axi_properties.hpp"
#include "rtl/accelerator/control/axi_read_engine.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

/// The places of a beat and of the two behind it: the burst, counted from the oldest that is not
/// yet delivered, and the position in it.
struct Places {
  std::vector<UInt> burst;     ///< 5 bits
  std::vector<UInt> position;  ///< 8 bits
};

/// `oldest`: the first words of the engine's queue of bursts.
Places places_from(TopModule& m, const std::vector<UInt>& oldest, const UInt& position) {
  Places places{{u(0, 5)}, {position}};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string name = "place" + std::to_string(i);
    const UInt word = i == 0 ? oldest[0] : UInt(mux(places.burst[1] == 0, oldest[0], oldest[1]));
    const Bool ends = m.name(name + "_ends", places.position[i] == word.bits(7, 0));
    places.burst.push_back(m.name(name + "_burst", wrap(places.burst[i] + ends.as_uint())));
    places.position.push_back(
        m.name(name + "_position", mux(ends, u(0, 8), wrap(places.position[i] + 1))));
  }
  return places;
}

Task read_data(const design::DesignPoint& point) {
  std::vector<Probe> probes;
  const auto design = elaborate(ModuleName("read_data"), [&](TopModule& m) {
    auto dut = m.instance<rtl::AxiReadEngine>("u_dut", point);
    const int data_bits = point.axi_data_bits, shift = rtl::beat_shift(point);
    const int address_bits = rtl::beat_address_bits(point);
    rtl::AxiReadPort axi = dut.axi;
    auto program = m.sink<rtl::Transfer>("program", point);
    auto load = m.sink<rtl::Transfer>("load", point);
    auto program_beat = m.source<rtl::ReadBeat>("program_beat", point);
    auto load_beat = m.source<rtl::ReadBeat>("load_beat", point);
    dut.program <<= program;
    dut.load <<= load;
    program_beat <<= dut.program_beat;
    load_beat <<= dut.load_beat;
    dut.stop <<= m.input<Bool>("stop");
    for (const auto& [name, client] : {std::pair{"program", program}, std::pair{"load", load}})
      m.assume_(std::string(name) + "_not_empty",
                implies(client.valid, (client.bits.chunk_beats != 0) & (client.bits.chunks != 0)));

    ProbeList list(m);
    const FifoInside addresses(list, "addresses", "u_dut.u_addresses", address_bits + 8, 2);
    const FifoInside beats(list, "beats", "u_dut.u_beats", data_bits + 2, 2);
    const FifoInside owners(list, "owners", "u_dut.u_owners", 10, rtl::outstanding_reads);
    const UInt begun = owners.count;
    const UInt position = list.word("position", "u_dut.position_q", 8);
    const SeenBurst from_program(list, point, "program", "u_dut.u_program_splitter");
    const SeenBurst from_load(list, point, "load", "u_dut.u_load_splitter");
    probes = list.probes();

    // The memory answers the bursts in the order of their addresses, each with as many beats as it
    // was asked for, whenever it likes; RLAST may slip. How long a burst is it looks up in the
    // engine's queue: `memory_was_told_the_length` shows that this is what the address said.
    auto arready = m.input<Bool>("arready");
    axi.arready <<= arready;
    const Bool ar = m.name("ar", axi.arvalid & arready);
    auto finished = m.reg<UInt>("finished", Reset{0}, 5);  // answered, not yet delivered
    auto bus_position = m.reg<UInt>("bus_position", Reset{0}, 8);
    const UInt asked = m.name("asked", wrap(begun - addresses.count));
    const UInt under_way = m.name("under_way", wrap(asked - finished));
    std::vector<UInt> first_words;
    for (int i = 0; i < 3; ++i)
      first_words.push_back(m.name("owner" + std::to_string(i), owners.word_behind(u(i, 5))));
    const UInt oldest = first_words[0];
    const UInt answering =
        m.name("answering",
               mux(finished == 0, oldest, mux(finished == 1, first_words[1], first_words[2])));
    const Bool bus_ends = m.name("bus_ends", bus_position == answering.bits(7, 0));
    const Bool rvalid = m.name("rvalid", m.input<Bool>("answers") & (under_way != 0));
    const Bool rlast = m.name("rlast", bus_ends ^ m.input<Bool>("slips"));
    auto rdata = m.input<UInt>("rdata", data_bits);
    auto rresp = m.input<UInt>("rresp", 2);
    axi.rvalid <<= rvalid;
    axi.rdata <<= rdata;
    axi.rresp <<= rresp;
    axi.rlast <<= rlast;
    const Bool answered = m.name("answered", rvalid & axi.rready);
    const Bool delivered = m.name("delivered", (dut.program_beat.valid & program_beat.ready) |
                                                   (dut.load_beat.valid & load_beat.ready));
    const Bool completes = m.name("completes", delivered & (position == oldest.bits(7, 0)));
    m.when(answered, [&] { bus_position <<= mux(bus_ends, u(0, 8), wrap(bus_position + 1)); });
    finished <<= wrap(wrap(finished + (answered & bus_ends).as_uint()) - completes.as_uint());
    for (int i = 0; i < addresses.depth; ++i) {
      const std::string slot = std::to_string(i);
      const UInt place = wrap(asked + u(i, 1));
      m.assert_("memory_was_told_the_length_" + slot,
                implies(addresses.count > i, addresses.word_behind(u(i, 2)).bits(7, 0) ==
                                                 owners.word_behind(place).bits(7, 0)));
    }
    auto outstanding = m.reg<UInt>("outstanding", Reset{0}, 5);
    outstanding <<= wrap(wrap(outstanding + ar.as_uint()) - (answered & bus_ends).as_uint());
    m.assert_("outstanding_in_range", outstanding <= rtl::outstanding_reads);
    m.assert_("counts_beats", dut.beat == answered);
    m.assert_("nothing_comes_unasked",
              implies(dut.program_beat.valid | dut.load_beat.valid, begun != 0));
    m.assert_("one_client_at_a_time", ~(dut.program_beat.valid & dut.load_beat.valid));
    m.assert_("idle_iff_nothing_is_missing",
              dut.idle == (dut.program.ready & dut.load.ready & (begun == 0)));
    m.assert_("nothing_moves_when_idle",
              implies(dut.idle, ~axi.arvalid & (outstanding == 0) & ~dut.program_beat.valid &
                                    ~dut.load_beat.valid));

    // The inside: where the memory and the clients are, and that they are as many beats apart as
    // the queue between them holds.
    m.assert_("queues_consistent",
              addresses.consistent() & beats.consistent() & owners.consistent());
    m.assert_("bursts_in_order", addresses.count.extend(6) + finished <= begun);
    m.assert_("outstanding_counts", outstanding == under_way);
    m.assert_("position_in_burst", mux(begun == 0, position == 0, position <= oldest.bits(7, 0)));
    m.assert_("bus_position_in_burst",
              mux(under_way == 0, bus_position == 0, bus_position <= answering.bits(7, 0)));
    const Places places = places_from(m, first_words, position);
    for (std::size_t i = 0; i < 3; ++i)
      m.assert_("beats_between_" + std::to_string(i),
                implies(beats.count == static_cast<int>(i),
                        (finished == places.burst[i]) & (bus_position == places.position[i])));

    // A burst: asked for once, in its turn; its beats, and no others, go to its client.
    m.assert_("one_burst_at_a_time", ~(from_program.begins & from_load.begins));
    const Bool begins = m.name("begins", from_program.begins | from_load.begins);
    auto follows = m.reg<Bool>("follows", Reset{0});
    auto address = m.reg<UInt>("address", Reset{0}, address_bits);
    auto length = m.reg<UInt>("length", Reset{0}, 8);
    auto for_load = m.reg<Bool>("for_load", Reset{0});
    auto last = m.reg<Bool>("last", Reset{0});
    auto was_asked = m.reg<Bool>("was_asked", Reset{0});
    auto ask_after = m.reg<UInt>("ask_after", Reset{0}, 2);  // addresses
    auto before = m.reg<UInt>("before", Reset{0}, 5);        // bursts
    auto got = m.reg<UInt>("got", Reset{0}, 8);
    const Bool turn = m.name("turn", follows & (before == 0));
    m.when(begins & ~follows & m.input<Bool>("pick_burst"), [&] {
       follows <<= true;
       address <<= mux(from_load.begins, from_load.address, from_program.address);
       length <<= mux(from_load.begins, from_load.length, from_program.length);
       last <<= mux(from_load.begins, from_load.last, from_program.last);
       for_load <<= from_load.begins;
       was_asked <<= false;
       ask_after <<= wrap(addresses.count - ar.as_uint());
       before <<= wrap(begun - completes.as_uint());
       got <<= 0;
     }).otherwise([&] {
      m.when(follows & ar & ~was_asked, [&] {
        was_asked <<= ask_after == 0;
        ask_after <<= wrap(ask_after - 1);
      });
      m.when(turn & delivered, [&] { got <<= wrap(got + 1); });
      m.when(completes, [&] {
        before <<= wrap(before - 1);
        m.when(turn, [&] { follows <<= false; });
      });
    });
    m.assert_(
        "burst_is_asked_in_its_turn",
        implies(follows & ~was_asked & (ask_after == 0),
                axi.arvalid & (axi.araddr.bits(31, shift) == address) & (axi.arlen == length)));
    m.assert_("no_beat_before_its_address", implies(turn & delivered, was_asked));
    m.assert_("beats_go_to_its_client",
              implies(turn, ~mux(for_load, dut.program_beat.valid, dut.load_beat.valid)));
    m.assert_("as_many_beats_as_asked", implies(turn & delivered, completes == (got == length)));
    m.assert_(
        "last_iff_it_completes_the_transfer",
        implies(turn & delivered, mux(for_load, dut.load_beat.bits.last,
                                      dut.program_beat.bits.last) == (last & (got == length))));
    m.assert_("burst_in_the_queues",
              implies(follows, (before < begun) &
                                   (owners.word_behind(before) == cat(for_load, last, length)) &
                                   (got == mux(before == 0, position, u(0, 8)))));
    m.assert_("burst_asked", implies(follows & was_asked, before < asked));
    m.assert_("burst_not_asked",
              implies(follows & ~was_asked,
                      (ask_after < addresses.count) & (before == wrap(asked + ask_after)) &
                          (addresses.word_behind(ask_after) == cat(address, length))));

    // A beat: what the bus brought goes unchanged, in its turn, to the client of its burst.
    auto beat_follows = m.reg<Bool>("beat_follows", Reset{0});
    auto beat = m.reg<UInt>("beat", Reset{0}, data_bits + 2);
    auto beat_ends = m.reg<Bool>("beat_ends", Reset{0});
    auto beat_owner = m.reg<UInt>("beat_owner", Reset{0}, 2);  // load, last of its transfer
    auto beats_before = m.reg<UInt>("beats_before", Reset{0}, 2);
    const Bool beat_turn = m.name("beat_turn", beat_follows & (beats_before == 0));
    m.when(answered & ~beat_follows & m.input<Bool>("pick_beat"), [&] {
       beat_follows <<= true;
       beat <<= cat(rresp != rtl::axi_okay, rlast, rdata);
       beat_ends <<= bus_ends;
       beat_owner <<= answering.bits(9, 8);
       beats_before <<= wrap(beats.count - delivered.as_uint());
     }).elsewhen(delivered, [&] {
      beats_before <<= wrap(beats_before - 1);
      m.when(beat_turn, [&] { beat_follows <<= false; });
    });
    const auto shown = [&](const Bool& valid, const rtl::ReadBeat& bits) {
      return valid & (bits.data == beat.bits(data_bits - 1, 0)) &
             (bits.error == (beat.bit(data_bits + 1) | (beat.bit(data_bits) != beat_ends))) &
             (bits.last == (beat_ends & beat_owner.bit(0)));
    };
    m.assert_(
        "beat_reaches_its_client",
        implies(beat_turn, mux(beat_owner.bit(1), shown(dut.load_beat.valid, dut.load_beat.bits),
                               shown(dut.program_beat.valid, dut.program_beat.bits))));
    const UInt burst_of_beat =
        m.name("burst_of_beat", mux(beats_before == 0, u(0, 5), places.burst[1]));
    const UInt place_of_beat =
        m.name("place_of_beat", mux(beats_before == 0, position, places.position[1]));
    const UInt owner_of_beat =
        m.name("owner_of_beat", mux(burst_of_beat == 0, oldest, first_words[1]));
    m.assert_("beat_in_the_queue",
              implies(beat_follows,
                      (beats_before < beats.count) & (beats.word_behind(beats_before) == beat) &
                          (owner_of_beat.bits(9, 8) == beat_owner) &
                          ((place_of_beat == owner_of_beat.bits(7, 0)) == beat_ends)));

    m.cover_("burst_of_three_delivered", turn & completes & (got == 2));
    m.cover_("burst_behind_another", follows & was_asked & (before == 2));
    m.cover_("error_reaches_load", beat_turn & dut.load_beat.valid & dut.load_beat.bits.error);
    m.cover_("two_beats_wait", beat_follows & (beats_before == 1) & (finished == 2));
  });
  return task(design, probes);
}

}  // namespace

Proof read_engine_data_proof(const design::DesignPoint& point) {
  Proof data;
  data.name = "read_engine_data";
  data.what =
      "AxiReadEngine: each burst of a client is asked for once, in order, and its beats, all and "
      "no "
      "others, reach that client unchanged, with errors; at most 16 bursts under way";
  data.parameters = "bus of 64 bits, 32-bit addresses; any transfers and stop; a memory in order";
  data.method = Method::induction;
  data.depth = 1;
  data.cover_depth = 9;
  data.task = [point] { return read_data(point); };
  data.planted = {{"an error is forgotten", "axi_read_engine",
                   "load_beat_bits_error_o = head[65] || ", "load_beat_bits_error_o = "},
                  {"each burst ends a transfer", "axi_read_engine",
                   "program_beat_bits_last_o = ends_burst && owner[8]",
                   "program_beat_bits_last_o = ends_burst"}};
  data.fault_modules = {"axi_read_engine"};
  data.faults = 6;
  data.faults_refuted_at_least = 4;
  data.fault_depth = 8;
  return data;
}

}  // namespace sd::formal
