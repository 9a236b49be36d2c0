#include "rtl/accelerator/control/index_decoder.hpp"

#include <string>
#include <utility>
#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/control/fifo.hpp"

namespace sd::rtl {

using namespace hcl;

IndexJob::IndexJob(Fields& f, const design::DesignPoint& point)
    : entry(f.field<UInt>("entry", index_bits(point))),
      rows(f.field<UInt>("rows", 16)),
      r_step(f.field<UInt>("r_step", 8)),
      r_wrap(f.field<UInt>("r_wrap", 8)),
      row_step(f.field<UInt>("row_step", 16)),
      row_carry(f.field<UInt>("row_carry", 16)),
      slice_rows(f.field<UInt>("slice_rows", 16)),
      markers(f.field<Bool>("markers")),
      expected(f.field<UInt>("expected", 16)),
      id(f.field<UInt>("id", command_id_bits)) {}

IndexDecoderIo::IndexDecoderIo(Ports& p, const design::DesignPoint& point)
    : job(p.sink<IndexJob>("job", point)),
      beat(p.sink<UInt>("beat", point.axi_data_bits)),
      beat_last(p.input<Bool>("beat_last")),
      write(p.output<Valid<IndexWrite>>("write", point)),
      error(p.output<Bool>("error")),
      error_id(p.output<UInt>("error_id", command_id_bits)),
      drop(p.input<Bool>("drop")),
      idle(p.output<Bool>("idle")) {}

IndexDecoder::IndexDecoder(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("index_decoder").about("Index bitmap to index buffer entries."),
             point) {
  const int beat_bits = point.axi_data_bits;
  auto queue = instance<Fifo>("u_queue", beat_bits + 1, bitmap_queue_beats);  // last, data
  queue.in.valid <<= io.beat.valid;
  queue.in.bits <<= cat(io.beat_last, io.beat.bits);
  io.beat.ready <<= queue.in.ready;
  queue.flush <<= io.drop;

  auto active = reg<Bool>("active", Reset{0});
  auto job = reg<IndexJob>("job", no_reset, point);
  auto bitmap = reg<UInt>("bitmap", no_reset, beat_bits);
  auto bits_left = reg<UInt>("bits_left", no_reset, bits_for(beat_bits));
  auto had_last = reg<Bool>("had_last", no_reset);  // no more beats of this job
  auto rows_left = reg<UInt>("rows_left", no_reset, 16);
  auto slice_left = reg<UInt>("slice_left", no_reset, 16);
  auto at_head = reg<Bool>("at_head", no_reset);  // of a matrix slice, whose marker is due
  auto c_row = reg<UInt>("c_row", no_reset, 16);
  auto r = reg<UInt>("r", no_reset, 8);
  auto found = reg<UInt>("found", no_reset, 17);  // entries so far

  // How far r and c_row are 1, 2, ... rows after a row with r = 0: worked out in as many cycles
  // before the first row, so that every row in view then costs one sum and one comparison, however
  // many they are.
  std::vector<UInt> ahead_r, ahead_c;
  for (int k = 1; k <= rows_at_once; ++k) {
    ahead_r.push_back(reg<UInt>("ahead_r" + std::to_string(k), no_reset, 8));
    ahead_c.push_back(reg<UInt>("ahead_c" + std::to_string(k), no_reset, 16));
  }
  auto to_prepare = reg<UInt>("to_prepare", no_reset, bits_for(rows_at_once));
  /// r and c_row after a step from (at_r, at_c), of which at_r is less than r_wrap.
  const auto stepped = [&](const std::string& of, const UInt& at_r, const UInt& at_c,
                           const UInt& step_r, const UInt& step_c) {
    const UInt sum = name("sum" + of, at_r + step_r);
    const Bool wraps = name("wraps" + of, sum >= job.r_wrap);
    const UInt with_carry = name("with_carry" + of, wrap(step_c + job.row_carry));
    return std::pair{name("row_r" + of, mux(wraps, wrap(sum - job.r_wrap), sum).truncate(8)),
                     name("row_c" + of, wrap(at_c + mux(wraps, with_carry, step_c)))};
  };
  const auto [next_r, next_c] =
      stepped("_ahead", ahead_r.back(), ahead_c.back(), job.r_step, job.row_step);
  const Bool prepares = name("prepares", active & (to_prepare != 0));
  when(prepares, [&, next_r = next_r, next_c = next_c] {
    to_prepare <<= wrap(to_prepare - 1);
    for (std::size_t k = 0; k + 1 < ahead_r.size(); ++k) {
      ahead_r[k] <<= ahead_r[k + 1];
      ahead_c[k] <<= ahead_c[k + 1];
    }
    ahead_r.back() <<= next_r;
    ahead_c.back() <<= next_c;
  });

  io.job.ready <<= !active;
  when(io.job.fire(), [&] {
    active <<= true;
    job <<= io.job.bits;
    bits_left <<= 0;
    had_last <<= false;
    rows_left <<= io.job.bits.rows;
    slice_left <<= io.job.bits.slice_rows;
    at_head <<= io.job.bits.markers;
    c_row <<= 0;
    r <<= 0;
    to_prepare <<= rows_at_once;
    ahead_r.back() <<= 0;
    ahead_c.back() <<= 0;
    found <<= 0;
  });

  // The rows in view: whether they are there and stored, and r and c_row of each (and of the row
  // after the last).
  std::vector<UInt> row_c{c_row}, row_r{r};
  std::vector<UInt> valid;
  std::vector<Bool> stored;
  for (int i = 0; i < rows_at_once; ++i) {
    const std::string number = std::to_string(i);
    const Bool there = name("valid" + number,
                            (bits_left > i) & (rows_left > i) & (!job.markers | (slice_left > i)));
    valid.push_back(there.as_uint());
    stored.push_back(name("stored" + number, there & bitmap.bit(i)));
    const auto steps = static_cast<std::size_t>(i);
    const auto [row_r_after, row_c_after] =
        stepped(std::to_string(i + 1), r, c_row, ahead_r[steps], ahead_c[steps]);
    row_r.push_back(row_r_after);
    row_c.push_back(row_c_after);
  }
  // Up to the first stored row, or past all of them.
  const int count_bits = bits_for(rows_at_once);
  auto passed = wire<UInt>("passed", count_bits);
  auto stored_c = wire<UInt>("stored_c", 16);
  auto stored_r = wire<UInt>("stored_r", 8);
  passed <<= tree_sum(valid).truncate(count_bits);
  stored_c <<= row_c[0];
  stored_r <<= row_r[0];
  for (int i = rows_at_once - 1; i >= 0; --i) {
    const auto at_row = static_cast<std::size_t>(i);
    when(stored[at_row], [&] {
      passed <<= i + 1;
      stored_c <<= row_c[at_row];
      stored_r <<= row_r[at_row];
    });
  }

  const Bool rows_remain = name("rows_remain", active & !prepares & (rows_left != 0));
  const Bool marker_due = name("marker_due", rows_remain & at_head);
  const Bool looks = name("looks", rows_remain & !at_head & (bits_left != 0));
  const Bool finds = name("finds", looks & reduce_or(cat(stored)));
  const Bool counts = name("counts", marker_due | finds);
  io.write.valid <<= counts & (found < job.expected);
  io.write.bits.entry <<= wrap(job.entry + found.truncate(job.entry.width()));
  io.write.bits.marker <<= marker_due;
  io.write.bits.c_row <<=
      mux(marker_due, c_row, stored_c);  // a marker carries those of its slice's first row
  io.write.bits.r <<= mux(marker_due, r, stored_r);
  when(counts, [&] { found <<= wrap(found + 1); });
  when(marker_due, [&] { at_head <<= false; });
  when(looks, [&] {
    bitmap <<= dshr(bitmap, passed);
    bits_left <<= wrap(bits_left - passed);
    rows_left <<= wrap(rows_left - passed);
    for (int k = 1; k <= rows_at_once; ++k) {
      when(passed == k, [&] {
        c_row <<= row_c[static_cast<std::size_t>(k)];
        r <<= row_r[static_cast<std::size_t>(k)];
      });
    }
    when(slice_left == passed, [&] {
      slice_left <<= job.slice_rows;
      at_head <<= job.markers;
    }).otherwise([&] { slice_left <<= wrap(slice_left - passed); });
  });

  // The next beat; those past the last row are dropped.
  const Bool wants_beat =
      name("wants_beat", active & !had_last & ((bits_left == 0) | (rows_left == 0)));
  queue.out.ready <<= wants_beat;
  when(wants_beat & queue.out.valid, [&] {
    bitmap <<= queue.out.bits.bits(beat_bits - 1, 0);
    bits_left <<= beat_bits;
    had_last <<= queue.out.bits.bit(beat_bits);
  });

  const Bool finished = name("finished", active & had_last & (rows_left == 0));
  when(finished | io.drop, [&] { active <<= false; });
  io.error <<= finished & (found != job.expected);
  io.error_id <<= job.id;
  io.idle <<= !active;
  assert_("bitmap_covers_the_rows", !rows_remain | !had_last | (bits_left != 0));
}

}  // namespace sd::rtl
