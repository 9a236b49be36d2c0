#include "rtl/accelerator/compute/job_issuer.hpp"

#include <algorithm>

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

JobIssuerIo::JobIssuerIo(Ports& p, const design::DesignPoint& point)
    : command(p.input<ComputeCommand>("command", point)),
      shifts_ready(p.input<Bool>("shifts_ready")),
      rows(p.sink<SelectedRow>("rows", point)),
      free(p.input<UInt>("free", point.lines)),
      issue(p.output<UInt>("issue", point.lines)),
      tag(p.output<Bool>("tag")),
      weight_read(p.output<Valid<UInt>>("weight_read", weight_bits(point))),
      input_read(p.output<Valid<InputRead>>("input_read", point)),
      load(p.output<UInt>("load", point.lines)),
      piece_load(p.output<UInt>("piece_load", point.lines)),
      piece(p.output<UInt>("piece", step_bits(point))),
      piece_last(p.output<Bool>("piece_last")),
      basis_load(output_if<Valid<UInt>>(point.rebuild, p, "basis_load", basis_index_bits(point))),
      closed(p.output<Bool>("closed")),
      closed_last(p.output<Bool>("closed_last")),
      take(p.input<Bool>("take")),
      lanes0(p.output<UInt>("lanes0", lane_count_bits(point))),
      lanes1(p.output<UInt>("lanes1", lane_count_bits(point))),
      stall(p.output<Bool>("stall")) {}

JobIssuer::JobIssuer(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("job_issuer")
                 .about("Gives selected rows to free lines and reads their operands."),
             point) {
  const ComputeCommand& command = io.command;
  const SelectedRow& row = io.rows.bits;
  const Bool pointwise =
      name("pointwise", command.mode == static_cast<int>(ComputeMode::pointwise));
  const Bool is_job = name("is_job", ~row.basis & ~row.end);

  // One row may take several cycles: `part` counts them.
  const int part_bits = std::max(basis_index_bits(point), 4);
  auto part = reg<UInt>("part", Reset{0}, part_bits);
  auto closed = reg<Bool>("closed", Reset{0});
  auto tag = reg<Bool>("tag", Reset{0});
  const Bool first_part = name("first_part", part == 0);
  const Bool many_words = point.rebuild ? command.bypass : b(false);
  const UInt last_step = wrap(command.steps - 1);
  const UInt job_last = name("job_last", mux(pointwise | many_words, last_step, u(0, 4)));
  const UInt part_last =
      point.rebuild ? mux(row.basis, u(point.rank * point.columns - 1, part_bits), job_last)
                    : job_last;
  const Bool any_free = name("any_free", io.free != 0);
  const Bool can_go = mux(row.end, ~closed, row.basis | ~first_part | (any_free & io.shifts_ready));
  const Bool go = name("go", io.rows.valid & can_go);
  const Bool done = name("done", go & (row.end | (part == part_last)));
  io.rows.ready <<= done;
  io.stall <<= io.rows.valid & is_job & first_part & io.shifts_ready & ~any_free;
  when(done, [&] { part <<= 0; }).elsewhen(go, [&] { part <<= wrap(part + 1); });

  auto chosen = reg<UInt>("chosen", no_reset, point.lines);
  const UInt line = name("line", mux(first_part, lowest_set(io.free), chosen));
  const Bool job_go = name("job_go", go & is_job);
  when(job_go, [&] { chosen <<= line; });
  io.issue <<= mux(job_go & first_part, line, u(0, point.lines));
  io.tag <<= tag;

  // Weights: one word, or one per part.
  const Bool word = name("word", job_go & (first_part | many_words));
  io.weight_read.valid <<= word | (go & row.basis);
  io.weight_read.bits <<=
      wrap(row.weight_word.extend(std::max(weight_bits(point), part_bits)) + part)
          .truncate(weight_bits(point));

  // Activations: one segment, or (pointwise) one per part, each a channel further.
  const int word_bits = input_word_bits(point);
  auto channel_words = reg<UInt>("channel_words", no_reset, word_bits);
  const auto low = [&](const UInt& value) {
    return value.width() > word_bits ? value.truncate(word_bits) : value;
  };
  channel_words <<= low(low(command.tile_rows) * low(command.input_pitch));
  auto word_offset = reg<UInt>("word_offset", Reset{0}, word_bits);
  auto row_offset = reg<UInt>("row_offset", Reset{0}, 16);
  when(done, [&] {
    word_offset <<= 0;
    row_offset <<= 0;
  }).elsewhen(job_go, [&] {
    word_offset <<= wrap(word_offset + channel_words);
    row_offset <<= wrap(row_offset + command.tile_rows);
  });
  const Bool read = name("read", job_go & (first_part | pointwise));
  const UInt input_word = wrap(row.input_word + word_offset);
  const int byte_bits = input_byte_bits(point);
  const int sum_bits = std::max(byte_bits, position_bits);
  const UInt word_start = cat(input_word, u(0, byte_bits - word_bits)).extend(sum_bits);
  io.input_read.valid <<= read;
  io.input_read.bits.byte_address <<=
      wrap(word_start + row.column.extend(sum_bits).as_uint()).truncate(byte_bits);
  io.input_read.bits.column <<= row.column;
  io.input_read.bits.zero <<= pointwise & ((row.tile_row + row_offset) >= command.total_tile_rows);

  // The data comes in the next cycle.
  auto load = reg<UInt>("load", Reset{0}, point.lines);
  auto piece_load = reg<UInt>("piece_load", Reset{0}, point.lines);
  auto piece_last = reg<Bool>("piece_last", no_reset);
  auto piece = reg<UInt>("piece", no_reset, step_bits(point));
  load <<= mux(word, line, u(0, point.lines));
  piece_load <<= mux(read, line, u(0, point.lines));
  piece_last <<= ~pointwise | (part == last_step);
  piece <<= part.truncate(step_bits(point));
  io.load <<= load;
  io.piece_load <<= piece_load;
  io.piece <<= piece;
  io.piece_last <<= piece_last;
  if (point.rebuild) {
    auto basis_load = reg<Bool>("basis_load", Reset{0});
    auto basis_index = reg<UInt>("basis_index", no_reset, basis_index_bits(point));
    basis_load <<= go & row.basis;
    basis_index <<= part.truncate(basis_index_bits(point));
    io.basis_load->valid <<= basis_load;
    io.basis_load->bits <<= basis_index;
  }

  // Segments: jobs of `tag` are being issued; while `closed`, lines may still run those of the
  // segment before.
  auto closed_last = reg<Bool>("closed_last", no_reset);
  const Bool close = name("close", go & row.end);
  when(close, [&] {
    closed <<= true;
    closed_last <<= row.last;
    tag <<= ~tag;
  }).elsewhen(io.take, [&] { closed <<= false; });
  auto lanes0 = reg<UInt>("lanes0", no_reset, lane_count_bits(point));
  auto lanes1 = reg<UInt>("lanes1", no_reset, lane_count_bits(point));
  when(go & ~tag, [&] { lanes0 <<= row.lanes; });
  when(go & tag, [&] { lanes1 <<= row.lanes; });
  io.closed <<= closed;
  io.closed_last <<= closed_last;
  io.lanes0 <<= lanes0;
  io.lanes1 <<= lanes1;

  assert_("take_only_closed", implies(io.take, closed));
  assert_("row_has_one_kind", implies(io.rows.valid, ~(row.basis & row.end)));
}

}  // namespace sd::rtl
