#include "machine_compute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "machine_results.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::schedule {

namespace {

/// Non-zero digits of the radix-4 Booth recoding of each byte: d_i = b_(2i-1) + b_2i - 2 b_(2i+1),
/// b_-1 = 0.
constexpr std::array<std::uint8_t, 256> booth_digits = [] {
  std::array<std::uint8_t, 256> digits{};
  for (unsigned value = 0; value < 256; ++value)
    for (unsigned i = 0; i < 4; ++i) {
      const unsigned triple = value << 1 >> (2 * i) & 7U;
      if (triple != 0 && triple != 7) ++digits[value];
    }
  return digits;
}();

/// A sum of so many products of two signed bytes fits 32 bits.
constexpr std::size_t products_in_32_bits = 131071;

pack::OutputStage stage_of(std::uint64_t record) {
  const auto multiplier = static_cast<int>(record >> 32 & 0xffffU),
             shift = static_cast<int>(record >> 48 & 0x3fU);
  if (multiplier > 32767 || shift > 47)
    throw ProgramFault(
        fmt::format("meets a parameter record with multiplier {} and shift {}; allowed are 32767 "
                    "and 47 at most",
                    multiplier, shift));
  return {static_cast<std::int32_t>(record & 0xffffffffU), static_cast<std::int16_t>(multiplier),
          static_cast<std::uint8_t>(shift)};
}

class ComputeRun {
 public:
  ComputeRun(const Compute& c, const design::DesignPoint& design, Buffers& buffers,
             Activity& activity)
      : c_(c),
        design_(design),
        buffers_(buffers),
        activity_(activity),
        group_(read_group(c, design, buffers)),
        selection_(c, group_, design, buffers),
        shape_{c.active_slices, c.output_rows, c.output_columns, c.output_pitch},
        residual_{"residual", c.residual_word, c.residual_channel_words} {}

  void run() {
    require_sound();
    results_.resize(static_cast<std::size_t>(shape_.words() * design_.macs));
    count_blocks(c_, group_, selection_, design_, activity_);
    // Wide enough for any sum that can occur; the hardware's 32 bits are checked where it matters.
    if (group_.rows.size() * static_cast<std::size_t>(c_.steps) <= products_in_32_bits)
      compute_rows<std::int32_t>();
    else
      compute_rows<std::int64_t>();
    if (c_.residual != 0) activity_.residual_outputs += shape_.pixels();
    write_results(c_, shape_, results_, design_, buffers_, activity_);
  }

 private:
  void require_sound() const {
    if (mode_of(c_) == ComputeMode::fully_connected &&
        (c_.output_rows != 1 || c_.output_columns != 1))
      throw ProgramFault(
          fmt::format("computes {} x {} outputs a channel; a fully connected layer has one",
                      c_.output_rows, c_.output_columns));
    require_apart(c_, shape_, selection_.tile_reads(), "input", design_, buffers_);
    if (c_.residual != 0) require_apart_or_in_place(c_, shape_, residual_, design_, buffers_);
    require_flags_apart(c_, shape_, selection_.flag_reads());
  }

  template <class Sum>
  void compute_rows() {
    const auto columns = static_cast<std::size_t>(c_.output_columns),
               slices = static_cast<std::size_t>(c_.active_slices);
    std::vector<Sum> sums(slices * columns);
    std::vector<std::int16_t> values(columns);
    for (std::int64_t y = 0; y < c_.output_rows; ++y) {
      std::fill(sums.begin(), sums.end(), Sum{0});
      for (std::size_t row = 0; row < group_.rows.size(); ++row) {
        if (!selection_.is_live(y, row)) continue;
        for (std::int64_t step = 0; step < c_.steps; ++step) {
          if (!gather(group_.rows[row], y, step, values)) continue;
          const std::int16_t* weights = &group_.weights[(row * static_cast<std::size_t>(c_.steps) +
                                                         static_cast<std::size_t>(step)) *
                                                        slices];
          for (std::size_t slice = 0; slice < slices; ++slice)
            add_products(&sums[slice * columns], weights[slice], values);
        }
      }
      for (std::size_t slice = 0; slice < slices; ++slice)
        finish_row(static_cast<std::int64_t>(slice), y, &sums[slice * columns]);
    }
  }

  template <class Sum>
  static void add_products(Sum* sums, std::int16_t weight,
                           const std::vector<std::int16_t>& values) {
    if (weight == 0) return;
    for (std::size_t x = 0; x < values.size(); ++x) sums[x] += weight * values[x];
  }

  /// What the output pixels of a row see at a step; false if zeros only. Counts Booth digits.
  bool gather(const Group::Row& row, std::int64_t y, std::int64_t step,
              std::vector<std::int16_t>& values) {
    const TapRow tap = tap_row(c_, row, y, step);
    if (!tap.exists) return false;
    // Pixel x sees column x * stride + tap.column: inside the input for first <= x < end.
    const std::int64_t stride = c_.stride_x;
    const std::int64_t first =
        std::min(c_.output_columns, tap.column < 0 ? (-tap.column + stride - 1) / stride : 0);
    const std::int64_t end = std::clamp<std::int64_t>(
        (c_.input_columns - tap.column + stride - 1) / stride, first, c_.output_columns);
    if (first >= end) return false;
    std::fill(values.begin(), values.begin() + first, std::int16_t{0});
    std::fill(values.begin() + end, values.end(), std::int16_t{0});
    const auto bytes = buffers_.input.data().subspan(
        static_cast<std::size_t>((c_.input_word + tap.number * c_.input_pitch) * design_.macs +
                                 tap.column + first * stride));
    std::uint64_t digits = 0;
    const bool booth = design_.mac_kind == design::MacKind::booth_serial;
    for (std::int64_t x = first; x < end; ++x) {
      const std::uint8_t byte = bytes[static_cast<std::size_t>((x - first) * stride)];
      values[static_cast<std::size_t>(x)] = static_cast<std::int8_t>(byte);
      if (booth) digits += booth_digits[byte];
    }
    activity_.mac_active += digits * static_cast<std::uint64_t>(c_.active_slices);
    return true;
  }

  template <class Sum>
  void finish_row(std::int64_t slice, std::int64_t y, const Sum* sums) {
    const pack::OutputStage stage =
        stage_of(buffers_.parameters.data()[static_cast<std::size_t>(c_.parameter_record + slice)]);
    std::span<const std::uint8_t> residual;
    if (c_.residual != 0) residual = read_companion(residual_, shape_, slice, y, design_, buffers_);
    std::uint8_t* out = &results_[static_cast<std::size_t>((slice * c_.output_rows + y) *
                                                           c_.output_pitch * design_.macs)];
    for (std::int64_t x = 0; x < c_.output_columns; ++x) {
      const std::int64_t sum = sums[x];
      if (sum < std::numeric_limits<std::int32_t>::min() ||
          sum > std::numeric_limits<std::int32_t>::max())
        throw ProgramFault(fmt::format("accumulates {}, which 32 bits do not hold", sum));
      std::int64_t value = pack::apply(stage, static_cast<std::int32_t>(sum), c_.relu != 0);
      if (c_.residual != 0)
        value = std::clamp<std::int64_t>(
            pack::round_shift(value * c_.own_multiplier +
                                  static_cast<std::int8_t>(residual[static_cast<std::size_t>(x)]) *
                                      c_.residual_multiplier,
                              static_cast<int>(c_.residual_shift)),
            c_.residual_relu != 0 ? 0 : -128, 127);
      out[x] = static_cast<std::uint8_t>(value);
    }
  }

  const Compute& c_;
  const design::DesignPoint& design_;
  Buffers& buffers_;
  Activity& activity_;
  Group group_;
  Selection selection_;
  ResultShape shape_;
  CompanionMap residual_;
  std::vector<std::uint8_t> results_;
};

}  // namespace

void run_compute(const Compute& c, const design::DesignPoint& design, Buffers& buffers,
                 Activity& activity) {
  ComputeRun(c, design, buffers, activity).run();
}

}  // namespace sd::schedule
