#include "rtl/accelerator/compute/job_issuer.hpp"

#include <algorithm>
#include <bit>

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

JobIssuerIo::JobIssuerIo(Ports& p, const design::DesignPoint& point)
    : command(p.input<ComputeCommand>("command", point)),
      jobs_allowed(p.input<Bool>("jobs_allowed")),
      rows(p.sink<SelectedRow>("rows", point)),
      free(p.input<UInt>("free", point.lines)),
      issue(p.output<JobIssue>("issue", point)),
      weight_read(p.output<Valid<UInt>>("weight_read", weight_bits(point))),
      input_read(p.source<InputRead>("input_read", point)),
      word_load(p.output<WordLoad>("word_load", point)),
      piece_load(p.output<PieceLoad>("piece_load", point)),
      basis_load(output_if<Valid<UInt>>(point.rebuild, p, "basis_load", basis_index_bits(point))),
      tag(p.output<Bool>("tag")),
      config(p.output<Vec<BlockConfig>>("config", 2, point)),
      closed(p.output<Bool>("closed")),
      take(p.input<Bool>("take")),
      finished(p.output<Bool>("finished")),
      stall(p.output<Bool>("stall")) {}

namespace {

UInt fit(const UInt& value, int width) {
  return value.width() > width ? value.truncate(width) : value.extend(width);
}

/// Bytes from a beat of a row to the next one: beat_segments(stride) segments of F * stride bytes.
UInt beat_distance(const design::DesignPoint& point, const UInt& stride) {
  const int lane_bits = std::bit_width(static_cast<unsigned>(point.macs)) - 1;
  UInt words = stride;
  for (int i = 1; i <= 2; ++i)
    words =
        mux(stride == i, u(i * point.beat_segments(i), bits_for(2 * point.block_segments)), words);
  return shl(words, lane_bits);
}

/// Number of the highest bit that is set, plus one; 0 for none.
UInt significant_bits(const UInt& value) {
  const int bits = bits_for(value.width());
  UInt count = u(0, bits);
  for (int i = 0; i < value.width(); ++i) count = mux(value.bit(i), u(i + 1, bits), count);
  return count;
}

}  // namespace

JobIssuer::JobIssuer(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("job_issuer")
                 .about("Gives selected rows to free lines and reads their operands."),
             point) {
  const ComputeCommand& command = io.command;
  const SelectedRow& row = io.rows.bits;
  const int segments = point.block_segments;
  const int count_bits = block_count_bits(point);
  const Bool window = name("window", command.mode == static_cast<int>(ComputeMode::window));
  const Bool pointwise =
      name("pointwise", command.mode == static_cast<int>(ComputeMode::pointwise));
  const Bool fully_connected =
      name("fully_connected", command.mode == static_cast<int>(ComputeMode::fully_connected));
  const Bool dilated = name("dilated", command.mode == static_cast<int>(ComputeMode::dilated));
  const Bool is_job = name("is_job", ~row.basis & ~row.end);

  // A row's words: `word` counts them.
  const int word_count_bits = std::max(basis_index_bits(point), 4);
  auto word = reg<UInt>("word", Reset{0}, word_count_bits);
  const Bool many_words = point.rebuild ? command.bypass : b(false);
  const UInt last_step = wrap(command.steps - 1);
  UInt last_word = mux(many_words, last_step, u(0, 4)).extend(word_count_bits);
  if (point.rebuild)
    last_word = mux(row.basis, u(point.rank * point.columns - 1, word_count_bits), last_word);
  auto words_over = reg<Bool>("words_over", Reset{0});

  // A job's beats: from segment `beat` on, for step `step`. One segment is one beat.
  const bool beats = segments > 1;
  auto step = reg<UInt>("step", Reset{0}, 4);
  const UInt beat = beats ? reg<UInt>("beat", Reset{0}, count_bits) : u(0, count_bits);
  // Without rebuilding a job is one word, which waits for the last beat.
  const Bool beats_over = point.rebuild ? reg<Bool>("beats_over", Reset{0}) : b(false);
  UInt beat_size = u(1, count_bits);
  for (int stride = 1; stride <= 2; ++stride)
    beat_size =
        mux(command.stride_x == stride, u(point.beat_segments(stride), count_bits), beat_size);
  const UInt span = name("span_segments", significant_bits(row.segments));
  const UInt beat_left = name("beat_left", wrap(span - beat));
  const Bool row_read = name("row_read", beats ? beat_left <= beat_size : b(true));
  const UInt in_beat = name("in_beat", mux(row_read, beat_left, beat_size));
  const Bool beats_end = name("beats_end", row_read & (window | (step == last_step)));

  // What happens in this cycle.
  auto first = reg<Bool>("first", Reset{1});  // of the row's cycles
  auto opened = reg<Bool>("opened", Reset{0});
  auto closed = reg<Bool>("closed", Reset{0});
  auto tag = reg<Bool>("tag", Reset{0});
  const Bool any_free = name("any_free", io.free != 0);
  const Bool may_start = name("may_start", any_free & io.jobs_allowed & opened);
  const Bool job = name("job", io.rows.valid & is_job & (~first | may_start));
  const Bool wants_beat = name("wants_beat", job & ~beats_over);
  const Bool job_go = name("job_go", job & (beats_over | io.input_read.ready));
  const Bool basis_go = name("basis_go", io.rows.valid & row.basis);
  const Bool end_go = name("end_go", io.rows.valid & row.end & ~closed);
  const Bool words_end = name("words_end", words_over | (word == last_word));
  const Bool done = name(
      "done", end_go | (basis_go & words_end) | (job_go & words_end & (beats_over | beats_end)));
  io.rows.ready <<= done;
  io.stall <<= io.rows.valid & is_job & first & opened & io.jobs_allowed & ~any_free;
  when(done, [&] { first <<= true; }).elsewhen(job_go | basis_go, [&] { first <<= false; });

  // Lines in turn, so that all have a job before one has two.
  auto chosen = reg<UInt>("chosen", Reset{1}, point.lines);
  const UInt behind = name("behind", io.free & ~(wrap(chosen - 1) | chosen));
  const UInt next_line = mux(behind != 0, lowest_set(behind), lowest_set(io.free));
  const UInt line = name("line", mux(first, next_line, chosen));
  when(job_go, [&] { chosen <<= line; });
  io.issue.line <<= mux(job_go & first, line, u(0, point.lines));
  io.issue.tag <<= tag;
  io.issue.segments <<= row.segments;
  io.tag <<= tag;

  // Weights.
  const Bool word_go = name("word_go", (job_go & ~words_over) | basis_go);
  io.weight_read.valid <<= word_go;
  io.weight_read.bits <<=
      fit(wrap(row.weight_word.extend(std::max(weight_bits(point), word_count_bits)) + word),
          weight_bits(point));
  when(done, [&] {
    word <<= 0;
    words_over <<= false;
  }).elsewhen(word_go, [&] {
    word <<= wrap(word + 1);
    words_over <<= word == last_word;
  });

  // Activations. `base`, `base_column`: of the step's first byte; `past`: of a row that the tile
  // does not have. The steps after the first have theirs in registers.
  const int word_bits = input_word_bits(point);
  const int byte_bits = input_byte_bits(point);
  const int lane_bits = byte_bits - word_bits;
  auto channel_words = reg<UInt>("channel_words", no_reset, word_bits);
  channel_words <<=
      fit(fit(command.tile_rows, word_bits) * fit(command.input_pitch, word_bits), word_bits);
  auto next_base = reg<UInt>("next_base", no_reset, byte_bits);
  auto next_column = reg<SInt>("next_column", no_reset, position_bits);
  auto next_row = reg<UInt>("next_row", no_reset, 16);
  auto next_past = reg<Bool>("next_past", no_reset);
  const UInt offset = beats ? reg<UInt>("offset", Reset{0}, position_bits) : u(0, position_bits);

  const Bool first_step = name("first_step", window | (step == 0));
  const int sum_bits = std::max(byte_bits, position_bits);
  const UInt row_base = wrap(cat(row.input_word, u(0, lane_bits)).extend(sum_bits) +
                             row.column.extend(sum_bits).as_uint());
  const UInt base = name("base", mux(first_step, fit(row_base, byte_bits), next_base));
  const SInt base_column = name("base_column", mux(first_step, row.column, next_column));
  const UInt tile_row = name("tile_row", mux(first_step, row.tile_row, next_row));
  const Bool past =
      name("past", mux(first_step, row.tile_row >= command.total_tile_rows, next_past));
  InputRead read = io.input_read.bits;
  io.input_read.valid <<= wants_beat;
  read.byte_address <<= fit(wrap(base.extend(sum_bits) + fit(offset, sum_bits)), byte_bits);
  read.column <<= wrap(base_column + offset.as_sint());
  read.first_segment <<= beat.truncate(segment_bits(point));
  read.segments <<= in_beat;
  read.row_words <<= command.block_words;
  read.span <<= mux(window, command.steps, u(1, 4));
  read.stride <<= command.stride_x;
  read.columns <<= command.input_columns;
  read.gather <<= ~window;
  read.zero <<= (pointwise | fully_connected) & past;
  read.raw <<= false;

  const Bool beat_go = name("beat_go", job_go & ~beats_over);
  const UInt pitch_bytes = cat(fit(command.input_pitch, word_bits), u(0, lane_bits));
  const Bool row_over =
      name("row_over", base_column + 1 == command.input_columns.extend(17).as_sint());
  if (point.rebuild)
    when(done, [&] { beats_over <<= false; }).elsewhen(beat_go & beats_end, [&] {
      beats_over <<= true;
    });
  when(done, [&] { step <<= 0; }).elsewhen(beat_go & row_read & ~beats_end, [&] {
    step <<= wrap(step + 1);
  });
  if (beats) {
    when(done | (beat_go & row_read), [&] {
      beat <<= 0;
      offset <<= 0;
    }).elsewhen(beat_go, [&] {
      beat <<= wrap(beat + beat_size);
      offset <<= wrap(offset + beat_distance(point, command.stride_x));
    });
  }
  when(beat_go & row_read, [&] {
    next_base <<= wrap(base + cat(channel_words, u(0, lane_bits)));
    next_column <<= base_column;
    const UInt row_after =
        name("row_after", tile_row + mux(pointwise, command.tile_rows, u(1, 16)));
    next_row <<= tile_row;
    next_past <<= past | (row_after >= command.total_tile_rows);
    when(pointwise, [&] { next_row <<= row_after.truncate(16); });
    when(dilated, [&] {
      next_base <<= wrap(base + command.dilation_x);
      next_column <<= wrap(base_column + command.dilation_x.extend(6).as_sint());
    });
    when(fully_connected, [&] {
      next_base <<= wrap(base + 1);
      next_column <<= wrap(base_column + 1);
      next_past <<= past;
    });
    when(fully_connected & row_over, [&] {
      next_base <<= fit(wrap(wrap(base.extend(sum_bits) + fit(pitch_bytes, sum_bits)) -
                             fit(base_column.as_uint(), sum_bits)),
                        byte_bits);
      next_column <<= 0;
      next_row <<= row_after.truncate(16);
      next_past <<= past | (row_after >= command.total_tile_rows);
    });
  });

  // The data comes in the next cycle.
  auto word_line = reg<UInt>("word_line", Reset{0}, point.lines);
  auto word_step = reg<UInt>("word_step", no_reset, step_bits(point));
  word_line <<= mux(job_go & ~words_over, line, u(0, point.lines));
  when(word_go, [&] { word_step <<= word.truncate(step_bits(point)); });
  io.word_load.line <<= word_line;
  io.word_load.step <<= word_step;
  auto piece_line = reg<UInt>("piece_line", Reset{0}, point.lines);
  auto piece_segments = reg<UInt>("piece_segments", no_reset, segments);
  auto piece_step = reg<UInt>("piece_step", no_reset, step_bits(point));
  auto piece_last = reg<Bool>("piece_last", no_reset);
  piece_line <<= mux(beat_go, line, u(0, point.lines));
  when(beat_go, [&] {
    std::vector<UInt> here;
    for (int t = 0; t < segments; ++t) {
      const UInt number = u(t, count_bits);
      const Bool in_beat_now = (beat <= number) & ((number - beat) < beat_size);
      here.push_back(beats ? in_beat_now.as_uint() : u(1, 1));
    }
    piece_segments <<= row.segments & pack_low_first(here);
    piece_step <<= step.truncate(step_bits(point));
    piece_last <<= beats_end;
  });
  io.piece_load.line <<= piece_line;
  io.piece_load.segments <<= piece_segments;
  io.piece_load.step <<= piece_step;
  io.piece_load.last <<= piece_last;
  if (point.rebuild) {
    auto basis_load = reg<Bool>("basis_load", Reset{0});
    auto basis_index = reg<UInt>("basis_index", no_reset, basis_index_bits(point));
    basis_load <<= basis_go;
    when(basis_go, [&] { basis_index <<= fit(word, basis_index_bits(point)); });
    io.basis_load->valid <<= basis_load;
    io.basis_load->bits <<= basis_index;
  }

  // Blocks: jobs of `tag` are being issued; while `closed`, lines may still run those of the block
  // before.
  const Bool open = name("open", io.rows.valid & ~row.end & ~opened);
  when(end_go, [&] {
    closed <<= true;
    opened <<= false;
    tag <<= ~tag;
  }).otherwise([&] {
    when(io.take, [&] { closed <<= false; });
    when(open, [&] { opened <<= true; });
  });
  io.closed <<= closed;
  io.finished <<= end_go & row.last;
  std::vector<UInt> tails;
  for (int t = 0; t < segments; ++t) {
    // Segment t ends its row where t mod block_words = words - 1.
    Bool tail = row.words == t + 1;
    for (int pitch = t; pitch >= 1; --pitch)
      tail = mux(command.block_words == pitch, row.words == t % pitch + 1, tail);
    tails.push_back(tail.as_uint());
  }
  const UInt tail_segments = name("tail_segments", pack_low_first(tails));
  for (int i = 0; i < 2; ++i) {
    auto config = reg<BlockConfig>("config" + std::to_string(i), no_reset, point);
    when(open & (tag == (i == 1)), [&] {
      config.steps <<= command.steps;
      config.stride <<= command.stride_x;
      config.gather <<= ~window;
      if (point.rebuild) *config.bypass <<= command.bypass;
      config.tail_segments <<= tail_segments;
      config.tail_lanes <<= row.tail_lanes;
    });
    io.config[i] <<= config;
  }

  assert_("take_only_closed", implies(io.take, closed));
  assert_("row_has_one_kind", implies(io.rows.valid, ~(row.basis & row.end)));
  assert_("job_has_segments", implies(io.rows.valid & is_job, row.segments != 0));
}

}  // namespace sd::rtl
