// The index selector: each pair of a stored weight row and a block's activation rows that are not
// zero is issued once, in order, and no other.
#include <fmt/format.h>

#include "formal/proofs.hpp"
#include "properties/handshake.hpp"
#include "properties/selector_walk.hpp"
#include "rtl/accelerator/compute/index_selector.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

design::DesignPoint small_point(int segments) {
  design::DesignPoint point;
  point.slices = point.lines = 1;
  point.macs = 2;
  point.block_segments = segments;
  point.rank = point.columns = 2;
  point.levels = 1;
  point.max_stride = 2;
  point.input_buffer_bytes = 8 * walk_flags;
  point.weight_buffer_bytes = 64;
  point.index_buffer_entries = 16;
  return point;
}

Task selector_task(const design::DesignPoint& point) {
  return task(elaborate(ModuleName("index_selector_properties"), [&](TopModule& m) {
    auto dut = m.instance<rtl::IndexSelector>("u_dut", point);

    // A command comes whenever the selector is idle, with entries and flags of its own.
    auto asked = m.input<rtl::ComputeCommand>("asked", point);
    WalkTile asked_tile{{}, m.input<UInt>("asked_flags", walk_flags)};
    auto command = m.reg<rtl::ComputeCommand>("command", no_reset, point);
    WalkTile tile{{}, m.reg<UInt>("tile_flags", no_reset, walk_flags)};
    for (int k = 0; k < walk_entries; ++k) {
      asked_tile.entries.push_back(m.input<WalkEntry>(fmt::format("asked_entry{}", k)));
      tile.entries.push_back(m.reg<WalkEntry>(fmt::format("entry{}", k), no_reset));
    }
    auto starts = m.reg<Bool>("starts", Reset{0});
    const Bool load = m.name("load", m.input<Bool>("go") & dut.idle & ~starts);
    starts <<= load;
    m.when(load, [&] {
      command <<= asked;
      tile.flags <<= asked_tile.flags;
      for (int k = 0; k < walk_entries; ++k)
        tile.entries[static_cast<std::size_t>(k)] <<=
            asked_tile.entries[static_cast<std::size_t>(k)];
    });
    assume_small_command(m, point, load, asked, asked_tile);
    dut.start <<= starts;
    dut.command <<= command;
    auto ready = m.input<Bool>("rows_ready");
    dut.rows.ready <<= ready;

    // The buffers: what was read last stays.
    auto read_entry = m.reg<UInt>("read_entry", no_reset, rtl::index_bits(point));
    m.when(dut.index_read.valid, [&] { read_entry <<= dut.index_read.bits; });
    const UInt offset = wrap(read_entry - command.index_entry);
    UInt data = m.input<UInt>("other_entry", rtl::entry_bits) | 0;
    for (int k = 0; k < walk_entries; ++k) {
      const WalkEntry& entry = tile.entries[static_cast<std::size_t>(k)];
      data = mux(offset == k, cat(entry.marker, u(0, 6), entry.r, u(0, 13), entry.c_row), data);
    }
    dut.index_data <<= data;
    m.assert_(
        "reads_only_its_entries",
        implies(dut.index_read.valid, wrap(dut.index_read.bits - command.index_entry).extend(16) <
                                          command.index_entries));
    auto flags = m.reg<UInt>("flags", no_reset, point.block_segments);
    const UInt twice = cat(tile.flags, tile.flags);
    m.when(dut.flag_read->valid,
           [&] { flags <<= dshr(twice, dut.flag_read->bits).bits(point.block_segments - 1, 0); });
    *dut.flags <<= flags;

    // What is owed. A command may come while the last one's last end still waits: `tail`.
    auto running = m.reg<Bool>("running", Reset{0});
    auto tail = m.reg<Bool>("tail", Reset{0});
    auto place = m.reg<WalkPlace>("place", no_reset, point);
    const WalkNext next = next_of_walk(m, point, command, tile, place);
    const rtl::SelectedRow row = dut.rows.bits;
    const Bool valid = dut.rows.valid;
    const Bool fire = m.name("fire", valid & ready);
    const Bool live = m.name("live", running & ~tail);
    const Bool moves = m.name("moves", live & (fire | dut.row_dropped));
    const Bool over = m.name("over", live & fire & next.end & next.last);
    m.when(moves, [&] { place <<= next.after; });
    m.when(over, [&] { running <<= false; });
    m.when(tail & fire, [&] { tail <<= false; });
    m.when(load, [&] {
      running <<= true;
      tail <<= running & ~over;
      place.row <<= 0;
      place.word <<= 0;
      place.entry <<= 0;
      place.weight_word <<= asked.weight_word;
      place.first_block <<= true;
    });

    m.assert_("nothing_unasked", implies(valid | dut.row_dropped, running | tail));
    m.assert_("tail_is_the_last_end", implies(tail & valid, row.end & row.last));
    const Bool shows = m.name("shows", live & valid);
    // Once, in order, no other: what is offered or dropped is the next thing that is owed.
    m.assert_("end_in_its_turn", implies(shows, row.end == next.end));
    m.assert_("basis_in_its_turn", implies(shows, row.basis == next.basis));
    m.assert_("no_zero_pair_is_issued", implies(shows & ~row.end & ~row.basis, ~next.dropped));
    m.assert_("no_pair_is_lost", implies(dut.row_dropped, live & next.dropped));
    m.assert_("last_iff_the_last_block", implies(shows & row.end, row.last == next.last));
    const Bool pair = m.name("pair", shows & next.issued);
    m.assert_("segments_are_those_that_need_it", implies(pair, row.segments == next.row.segments));
    m.assert_("weights_are_its_own",
              implies(pair | (shows & next.basis), row.weight_word == next.row.weight_word));
    m.assert_("activations_are_its_own", implies(pair, row.input_word == next.row.input_word));
    m.assert_("column_is_its_own", implies(pair, row.column == next.row.column));
    m.assert_("channel_row_is_its_own", implies(pair & ((command.mode == 1) | (command.mode == 2)),
                                                row.tile_row == next.row.tile_row));
    m.assert_("words_and_lanes", implies(pair, (row.words == next.row.words) &
                                                   (row.tail_lanes == next.row.tail_lanes)));
    // Nothing is lost at the end: idle leaves at most the last end.
    m.assert_("idle_when_all_is_done",
              implies(dut.idle & ~starts & running, live & valid & next.end & next.last));
    // Of an end only `last` has a meaning.
    const UInt payload = pack(row);
    assert_offer_stays(m, "rows", valid, ready,
                       mux(row.end, cat(row.end, row.last).extend(payload.width()), payload),
                       b(false));
    // And something comes: latency 3, markers passed in silence, channels looked at.
    auto waits = m.reg<UInt>("waits", Reset{0}, 4);
    m.when(~running | valid | dut.row_dropped, [&] { waits <<= 0; }).elsewhen(waits != 15, [&] {
      waits <<= wrap(waits + 1);
    });
    m.assert_("comes_in_time", waits <= 3 + walk_entries + point.columns - 1);

    auto issued = m.reg<UInt>("issued", Reset{0}, 3);
    m.when(load, [&] { issued <<= 0; }).elsewhen(fire & next.issued & (issued != 7), [&] {
      issued <<= wrap(issued + 1);
    });
    m.cover_("dropped_between_issued", over & (issued == 2) & (command.index_entries == 3));
    m.cover_("two_blocks", over & (place.word != 0) & (issued == 2));
    m.cover_("some_segments_only", fire & next.issued & (row.segments == 2));
    m.cover_("looks_into_the_second_channel", fire & next.issued & command.skip_zero_rows &
                                                  (command.mode == 1) & (command.steps == 2));
    m.cover_("command_behind_a_waiting_end", tail & fire);
  }));
}

}  // namespace

std::vector<Proof> index_selector_proofs() {
  Proof proof;
  proof.name = "index_selector";
  proof.what =
      "IndexSelector: every pair of a stored row and activation rows that are not zero is issued "
      "once, in order, with its own addresses, and no other; nothing is missing when idle";
  proof.parameters =
      "2 MACs, 2 columns, blocks of 2 segments, all modes; up to 3 entries, 8 flags, 7 rows and "
      "columns; any commands one after the other";
  proof.depth = 12;
  proof.cover_depth = 14;
  proof.task = [] { return selector_task(small_point(2)); };
  proof.fault_modules = {"index_selector"};
  proof.faults = 8;
  proof.faults_refuted_at_least = 6;
  return {proof};
}

}  // namespace sd::formal
