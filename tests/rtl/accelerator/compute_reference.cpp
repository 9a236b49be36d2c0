#include "rtl/accelerator/compute_reference.hpp"

#include <algorithm>

namespace sd::test {

namespace {

/// Non-zero digits of the radix-4 Booth form, by its definition.
int booth_digits(int x) {
  int count = 0;
  for (int i = 0; i < 4; ++i) {
    const auto bit = [&](int b) { return b < 0 ? 0 : (x >> b) & 1; };
    count += (-2 * bit(2 * i + 1) + bit(2 * i) + bit(2 * i - 1)) != 0 ? 1 : 0;
  }
  return count;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

std::size_t at(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

/// A run of one command: results go through it to where the command wants them.
class Run {
 public:
  Run(const design::DesignPoint& point, Memory& memory, Counters& counters)
      : point_(point), memory_(memory), count_(counters) {}

  void write(const Target& target, int pitch, int channel, int row, int word,
             const std::vector<std::int8_t>& values) {
    const int f = point_.macs, place = row * pitch + word;
    if (target.to_output) {
      ++count_["output_buffer_writes"];
      std::copy(values.begin(), values.end(),
                memory_.output.begin() +
                    (target.output_word + channel * target.output_channel_words + place) * f);
    }
    if (!target.to_input) return;
    ++count_["local_writes"];
    std::copy(values.begin(), values.end(),
              memory_.input.begin() +
                  (target.local_word + channel * target.local_channel_words + place) * f);
    const auto flag = at(target.local_flag + channel * target.local_rows + row);
    const bool nonzero = std::any_of(values.begin(), values.end(), [](auto v) { return v != 0; });
    memory_.flags[flag] = nonzero || (word != 0 && memory_.flags[flag]);
  }

  void compute(const Tile& tile);
  void vector(const VectorShape& v);

 private:
  int byte(std::int64_t address) const { return memory_.input.at(at(address)); }
  int activation(const Tile& tile, const StoredRow& row, int oy, int ox, int step) const;
  void read_beats(const Tile& tile, const IndexEntry& entry, int oy, int word, int span_segments);
  int requantised(std::int64_t sum, std::uint64_t record, bool relu) const;
  void drain(const Tile& tile, int channel, int oy, int word,
             const std::vector<std::int64_t>& sums);

  const design::DesignPoint& point_;
  Memory& memory_;
  Counters& count_;
};

/// The activation that the row meets at `step` for output pixel (oy, ox): zero outside of the tile.
int Run::activation(const Tile& tile, const StoredRow& row, int oy, int ox, int step) const {
  const auto& s = tile.shape;
  int tile_row = 0, x = 0;
  if (s.mode == Mode::fully_connected) {
    tile_row = row.c_row + (row.r + step) / s.input_columns;
    x = (row.r + step) % s.input_columns;
  } else {
    const int y = s.first_row + oy * s.stride_y + row.r;
    if (y < 0 || y >= s.tile_rows) return 0;
    tile_row = row.c_row + y + (s.mode == Mode::pointwise ? step * s.tile_rows : 0);
    x = ox * s.stride_x - s.pad_left;
    if (s.mode != Mode::pointwise) x += step * s.dilation;
  }
  if (tile_row >= s.channels * s.tile_rows || x < 0 || x >= s.input_columns) return 0;
  return byte((tile.at.input_word + std::int64_t{tile_row} * tile.input_pitch) * point_.macs + x);
}

/// Counts the words that a job's beats touch.
void Run::read_beats(const Tile& tile, const IndexEntry& entry, int oy, int word,
                     int span_segments) {
  const auto& s = tile.shape;
  const std::int64_t f = point_.macs;
  const bool window = s.mode == Mode::window;
  const int group = point_.beat_segments(s.stride_x);
  for (int step = 0; step < (window ? 1 : s.steps); ++step) {
    std::int64_t row = entry.c_row, column = 0;
    if (s.mode == Mode::fully_connected) {
      row += (entry.r + step) / s.input_columns;
      column = (entry.r + step) % s.input_columns;
      if (row >= s.channels * s.tile_rows) continue;
    } else {
      if (s.mode == Mode::pointwise) {
        row += step * s.tile_rows;
        if (row >= s.channels * s.tile_rows) continue;
      }
      row += s.first_row + oy * s.stride_y + entry.r;
      column =
          word * f * s.stride_x - s.pad_left + (s.mode == Mode::dilated ? step * s.dilation : 0);
    }
    for (int first = 0; first < span_segments; first += group) {
      const int segments = std::min(group, span_segments - first);
      const std::int64_t from =
          (tile.at.input_word + row * tile.input_pitch) * f + column + first * f * s.stride_x;
      const std::int64_t to = from + (segments * f - 1) * s.stride_x + (window ? s.steps : 1) - 1;
      count_["input_buffer_reads"] +=
          static_cast<std::uint64_t>(floor_div(to, f) - floor_div(from, f) + 1);
    }
  }
}

int Run::requantised(std::int64_t sum, std::uint64_t record, bool relu) const {
  const auto bias = static_cast<std::int32_t>(record & 0xffffffffU);
  const auto multiplier = static_cast<std::int64_t>((record >> 32) & 0xffff);
  const auto value = round_shift((sum + bias) * multiplier, static_cast<int>((record >> 48) & 63));
  return saturate_8(relu ? std::max<std::int64_t>(value, 0) : value);
}

/// The output stage, for one segment of one channel.
void Run::drain(const Tile& tile, int channel, int oy, int word,
                const std::vector<std::int64_t>& sums) {
  const auto& s = tile.shape;
  const int lanes = valid_lanes(point_, tile, word);
  std::vector<std::int8_t> values(at(point_.macs), 0);
  for (int lane = 0; lane < lanes; ++lane) {
    int value = requantised(sums[at(lane)], tile.records[at(channel)], s.relu);
    if (s.residual) {
      const int other =
          byte(std::int64_t{tile.at.residual_word + channel * tile.residual_channel_words +
                            oy * tile.output_pitch + word} *
                   point_.macs +
               lane);
      const auto sum = round_shift(std::int64_t{value} * tile.own_multiplier +
                                       std::int64_t{other} * tile.residual_multiplier,
                                   tile.residual_shift);
      value = saturate_8(tile.residual_relu ? std::max<std::int64_t>(sum, 0) : sum);
    }
    values[at(lane)] = static_cast<std::int8_t>(value);
  }
  write(tile.target, tile.output_pitch, channel, oy, word, values);
  count_["outputs"] += static_cast<std::uint64_t>(lanes);
  if (s.residual) count_["residual_outputs"] += static_cast<std::uint64_t>(lanes);
}

void Run::compute(const Tile& tile) {
  const auto& s = tile.shape;
  const auto active = static_cast<std::uint64_t>(tile.active_slices);
  const bool rebuilds = point_.rebuild && !s.bypass;
  const bool parallel = point_.mac_kind == design::MacKind::parallel;
  bool first_block = true;
  for (int oy = 0; oy < s.output_rows; oy += s.block_rows)
    for (int word = 0; word < tile.output_pitch; word += s.block_words) {
      const int rows = std::min(s.block_rows, s.output_rows - oy),
                words = std::min(s.block_words, tile.output_pitch - word);
      const bool products = valid_lanes(point_, tile, word) > 0;
      // [segment][channel][lane]
      std::vector<std::vector<std::vector<std::int64_t>>> sums(
          at(s.block_rows * s.block_words),
          std::vector<std::vector<std::int64_t>>(active,
                                                 std::vector<std::int64_t>(at(point_.macs), 0)));
      std::size_t next_row = 0;
      if (products) {
        count_["index_buffer_reads"] += tile.entries.size();
        count_["rows_skipped_weight"] += static_cast<std::uint64_t>(tile.rows_not_stored);
        if (first_block || !tile.keep_basis)
          count_["weight_buffer_reads"] +=
              static_cast<std::uint64_t>(tile.markers * point_.rank * point_.columns);
        first_block = false;
      }
      for (const auto& entry : tile.entries) {
        if (!products) break;
        if (entry.marker) continue;
        const StoredRow& row = tile.rows[next_row++];
        const auto segments = computed_segments(point_, tile, memory_.flags, entry, oy, word);
        if (segments.empty()) {
          ++count_["rows_skipped_activation"];
          continue;
        }
        ++count_["rows_executed"];
        count_["weight_buffer_reads"] +=
            static_cast<std::uint64_t>(point_.rebuild && s.bypass ? s.steps : 1);
        if (rebuilds) count_["weights_rebuilt"] += static_cast<std::uint64_t>(s.steps) * active;
        read_beats(tile, entry, oy, word, segments.back() + 1);
        for (const int t : segments) {
          const int y = oy + t / s.block_words, x = word + t % s.block_words;
          const int lanes = valid_lanes(point_, tile, x);
          count_["macs"] += static_cast<std::uint64_t>(s.steps * lanes) * active;
          for (int step = 0; step < s.steps; ++step)
            for (int lane = 0; lane < lanes; ++lane) {
              const int value = activation(tile, row, y, x * point_.macs + lane, step);
              count_["mac_active"] +=
                  active * static_cast<std::uint64_t>(parallel ? 1 : booth_digits(value));
              for (std::size_t m = 0; m < active; ++m)
                sums[at(t)][m][at(lane)] += std::int64_t{row.weights[m][at(step)]} * value;
            }
        }
      }
      for (int channel = 0; channel < tile.active_slices; ++channel) {
        if (s.residual && products)
          count_["input_buffer_reads"] += static_cast<std::uint64_t>(rows * words);
        for (int t = 0; t < rows * s.block_words; ++t)
          if (t % s.block_words < words)
            drain(tile, channel, oy + t / s.block_words, word + t % s.block_words,
                  sums[at(t)][at(channel)]);
      }
    }
}

void Run::vector(const VectorShape& v) {
  const std::int64_t f = point_.macs;
  for (int c = 0; c < v.channels; ++c)
    for (int oy = 0; oy < v.output_rows; ++oy)
      for (int word = 0; word < v.output_pitch; ++word) {
        const auto lanes =
            static_cast<int>(std::clamp<std::int64_t>(v.output_columns - word * f, 0, f));
        std::vector<std::int8_t> values(at(f), 0);
        const auto channel = v.input_word + std::int64_t{c} * v.input_channel_words;
        const auto count_beat = [&](std::int64_t from, std::int64_t stride) {
          const auto to = from + (f - 1) * stride;
          count_["input_buffer_reads"] +=
              static_cast<std::uint64_t>(floor_div(to, f) - floor_div(from, f) + 1);
        };
        // Beats: a tap of all lanes, or (across) macs columns of a row of the window.
        for (int i = 0; i < v.window_rows && lanes > 0; ++i) {
          const int y = v.first_row + oy * v.stride_y + i;
          if (y < 0 || y >= v.tile_rows) continue;
          const auto row = (channel + std::int64_t{y} * v.input_pitch) * f;
          if (v.across)
            for (std::int64_t j = 0; j < v.window_columns; j += f)
              count_beat(row - v.pad_left + j, 1);
          else
            for (int j = 0; j < v.window_columns; ++j)
              count_beat(row + word * f * v.stride_x - v.pad_left + j, v.stride_x);
        }
        const auto second =
            v.second_word + std::int64_t{c} * v.second_channel_words + oy * v.output_pitch + word;
        if (v.two_operands && lanes > 0) count_beat(second * f, 1);
        for (int lane = 0; lane < lanes; ++lane) {
          std::int64_t sum = 0, largest = -1000;
          for (int i = 0; i < v.window_rows; ++i)
            for (int j = 0; j < v.window_columns; ++j) {
              const int y = v.first_row + oy * v.stride_y + i;
              const auto x = (word * f + lane) * v.stride_x - v.pad_left + j;
              if (y < 0 || y >= v.tile_rows || x < 0 || x >= v.input_columns) continue;
              const int tap = byte((channel + std::int64_t{y} * v.input_pitch) * f + x);
              sum += tap;
              largest = std::max<std::int64_t>(largest, tap);
              ++count_["vector_operations"];
            }
          std::int64_t result = v.maximum ? largest : sum * v.first_multiplier;
          if (v.two_operands) {
            result += std::int64_t{byte(second * f + lane)} * v.second_multiplier;
            ++count_["vector_operations"];
          }
          const auto record = static_cast<std::uint64_t>(v.output_multiplier) << 32 |
                              static_cast<std::uint64_t>(v.output_shift) << 48;
          values[at(lane)] = static_cast<std::int8_t>(requantised(result, record, v.relu));
        }
        write(v.target, v.output_pitch, c, oy, word, values);
        count_["outputs"] += static_cast<std::uint64_t>(lanes);
      }
}

}  // namespace

Memory::Memory(const design::DesignPoint& point)
    : input(at(point.input_buffer_bytes), 0),
      output(at(point.output_words() * point.macs), 0),
      flags(at(point.zero_flags()), false) {}

void fill_map(Memory& memory, const design::DesignPoint& point, int word, int first_flag, int rows,
              int pitch, int columns, double zero_rows, std::mt19937_64& random) {
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (int row = 0; row < rows; ++row) {
    const bool zero = std::bernoulli_distribution(zero_rows)(random);
    bool nonzero = false;
    for (int x = 0; x < pitch * point.macs; ++x) {
      int value = 77;  // what lies past the width must not matter
      if (x < columns) {
        const int kind = uniform(0, 9);
        value = zero || kind < 2 ? 0
                : kind == 2      ? (uniform(0, 1) != 0 ? -128 : 127)
                                 : uniform(-60, 60);
        nonzero = nonzero || value != 0;
      }
      memory.input.at(at((word + row * pitch) * point.macs + x)) = static_cast<std::int8_t>(value);
    }
    memory.flags.at(at(first_flag + row)) = nonzero;
  }
}

int valid_lanes(const design::DesignPoint& point, const Tile& tile, int word) {
  return std::clamp(tile.shape.output_columns - word * point.macs, 0,
                    tile.shape.mode == Mode::fully_connected ? 1 : point.macs);
}

std::vector<int> computed_segments(const design::DesignPoint& point, const Tile& tile,
                                   const std::vector<bool>& flags, const IndexEntry& entry, int row,
                                   int word) {
  const auto& s = tile.shape;
  std::vector<int> segments;
  for (int t = 0; t < s.block_rows * s.block_words; ++t) {
    const int oy = row + t / s.block_words, x = word + t % s.block_words;
    if (oy >= s.output_rows || x >= tile.output_pitch || valid_lanes(point, tile, x) == 0) continue;
    if (s.mode != Mode::fully_connected) {
      const int y = s.first_row + oy * s.stride_y + entry.r;
      if (y < 0 || y >= s.tile_rows) continue;
      bool nonzero = !s.skip;
      for (int step = 0; step < (s.mode == Mode::pointwise ? s.steps : 1); ++step) {
        const int number = entry.c_row + step * s.tile_rows + y;
        if (number < s.channels * s.tile_rows)
          nonzero = nonzero || flags.at(at(tile.at.first_flag + number));
      }
      if (!nonzero) continue;
    }
    segments.push_back(t);
  }
  return segments;
}

void execute(const design::DesignPoint& point, const Tile& tile, Memory& memory,
             Counters& counters) {
  Run(point, memory, counters).compute(tile);
}

void execute(const design::DesignPoint& point, const VectorShape& vector, Memory& memory,
             Counters& counters) {
  Run(point, memory, counters).vector(vector);
}

}  // namespace sd::test
