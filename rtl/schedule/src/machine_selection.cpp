#include "machine_selection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sd::schedule {

namespace {

bool is_padding(const Compute& c, const Group::Row& row, std::int64_t output_row) {
  if (mode_of(c) == ComputeMode::fully_connected) return false;
  const std::int64_t y = input_row(c, row, output_row);
  return y < 0 || y >= c.tile_rows;
}

/// Steps that read rows of their own.
std::int64_t reading_steps(const Compute& c) {
  const bool moves =
      mode_of(c) == ComputeMode::pointwise || mode_of(c) == ComputeMode::fully_connected;
  return moves ? c.steps : 1;
}

/// First and last column inside the input that a step of any output pixel reads; first > last if
/// none.
std::pair<std::int64_t, std::int64_t> columns_read(const Compute& c) {
  std::int64_t last = c.input_columns - 1;
  if (mode_of(c) == ComputeMode::fully_connected) return {0, last};
  std::int64_t reach = (c.output_columns - 1) * c.stride_x - c.pad_left;
  if (mode_of(c) == ComputeMode::window) reach += c.steps - 1;
  if (mode_of(c) == ComputeMode::dilated) reach += (c.steps - 1) * c.dilation_x;
  return {0, std::min(last, reach)};
}

}  // namespace

TapRow tap_row(const Compute& c, const Group::Row& row, std::int64_t output_row,
               std::int64_t step) {
  TapRow tap;
  if (mode_of(c) == ComputeMode::fully_connected) {
    const std::int64_t place = row.r + step;
    tap.number = row.c_row + place / c.input_columns;
    tap.column = place % c.input_columns;
    tap.exists = tap.number < c.total_tile_rows;
    return tap;
  }
  tap.number = row.c_row + input_row(c, row, output_row);
  tap.column = -c.pad_left;
  switch (mode_of(c)) {
    case ComputeMode::window:
      tap.column += step;
      break;
    case ComputeMode::dilated:
      tap.column += step * c.dilation_x;
      break;
    default:
      tap.number += step * c.tile_rows;
      tap.exists = tap.number < c.total_tile_rows;
  }
  return tap;
}

Selection::Selection(const Compute& c, const Group& group, const design::DesignPoint& design,
                     Buffers& buffers)
    : by_flags_(c.skip_zero_rows != 0 && design.skip_activation_rows),
      rows_(group.rows.size()),
      live_(static_cast<std::size_t>(c.output_rows) * rows_),
      needed_(static_cast<std::size_t>(c.total_tile_rows)) {
  find_needed(c, group);
  read_needed(c, design, buffers);
  find_live(c, group, buffers);
}

void Selection::need(const Compute& c, const Group::Row& row, const TapRow& tap) {
  if (tap.number >= c.total_tile_rows)
    throw ProgramFault(fmt::format("index entry {} leads to row {} of the tile, which has {}",
                                   row.entry, tap.number, c.total_tile_rows));
  needed_[static_cast<std::size_t>(tap.number)] = 1;
}

void Selection::find_needed(const Compute& c, const Group& group) {
  const bool connected = mode_of(c) == ComputeMode::fully_connected;
  for (const Group::Row& row : group.rows) {
    if (connected && row.r >= c.input_columns)
      throw ProgramFault(fmt::format("index entry {} begins at column {} of a row; there are {}",
                                     row.entry, row.r, c.input_columns));
    for (std::int64_t y = 0; y < (connected ? 1 : c.output_rows); ++y) {
      if (is_padding(c, row, y)) continue;
      for (std::int64_t step = 0; step < reading_steps(c); ++step) {
        const TapRow tap = tap_row(c, row, y, step);
        if (tap.exists) need(c, row, tap);
      }
    }
  }
}

void Selection::read_needed(const Compute& c, const design::DesignPoint& design, Buffers& buffers) {
  const auto [first_column, last_column] = columns_read(c);
  for (std::int64_t number = 0; number < c.total_tile_rows; ++number) {
    if (needed_[static_cast<std::size_t>(number)] == 0) continue;
    if (by_flags_) {
      (void)buffers.flags.read(c.first_flag + number, 1);
      flag_reads_.add(c.first_flag + number, c.first_flag + number);
    }
    if (first_column > last_column) continue;
    const std::int64_t at = (c.input_word + number * c.input_pitch) * design.macs + first_column;
    const std::int64_t count = last_column - first_column + 1;
    (void)buffers.input.read(at, count);
    tile_reads_.add(buffers.input.place_of(at), buffers.input.place_of(at + count - 1));
  }
}

void Selection::find_live(const Compute& c, const Group& group, const Buffers& buffers) {
  for (std::int64_t y = 0; y < c.output_rows; ++y)
    for (std::size_t i = 0; i < rows_; ++i) {
      const Group::Row& row = group.rows[i];
      bool live = !is_padding(c, row, y);
      if (live && by_flags_) {
        live = false;
        for (std::int64_t step = 0; step < reading_steps(c) && !live; ++step) {
          const TapRow tap = tap_row(c, row, y, step);
          live = tap.exists &&
                 buffers.flags.data()[static_cast<std::size_t>(c.first_flag + tap.number)] != 0;
        }
      }
      live_[static_cast<std::size_t>(y) * rows_ + i] = live ? 1 : 0;
    }
}

}  // namespace sd::schedule
