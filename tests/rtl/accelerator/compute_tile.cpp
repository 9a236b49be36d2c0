#include "rtl/accelerator/compute_tile.hpp"

#include <algorithm>
#include <cmath>

namespace sd::test {

namespace {

std::int64_t round_shift(std::int64_t value, int shift) {
  return shift == 0 ? value : (value + (std::int64_t{1} << (shift - 1))) >> shift;
}

int saturate_8(std::int64_t value) {
  return static_cast<int>(std::clamp<std::int64_t>(value, -128, 127));
}

/// Non-zero digits of the radix-4 Booth form, by its definition.
int booth_digits(int x) {
  int count = 0;
  for (int i = 0; i < 4; ++i) {
    const auto bit = [&](int b) { return b < 0 ? 0 : (x >> b) & 1; };
    count += (-2 * bit(2 * i + 1) + bit(2 * i) + bit(2 * i - 1)) != 0 ? 1 : 0;
  }
  return count;
}

void put(std::vector<std::uint32_t>& words, int lsb, int width, std::uint64_t value) {
  for (int i = 0; i < width; ++i)
    if ((value >> i) & 1) words[static_cast<std::size_t>((lsb + i) / 32)] |= 1U << ((lsb + i) % 32);
}

/// One row of a filter's coefficient matrix, in every form in which it is needed.
struct Row {
  bool stored = false;
  int c_row = 0, r = 0;  ///< as the index entry has it
  int channel = 0;       ///< first channel (or first byte, fully connected)
  std::vector<std::vector<std::uint64_t>> codes;  ///< [filter][rank]
  std::vector<std::vector<int>> weights;          ///< [filter][step]
};

class Builder {
 public:
  Builder(const design::DesignPoint& point, const TileShape& shape, int offset)
      : point_(point), random_(static_cast<std::uint64_t>(shape.seed) * 7919 + 1) {
    tile_.shape = shape;
    auto& s = tile_.shape;
    if (s.mode != Mode::window) {
      s.kernel_rows = 1;
      s.steps = point.columns;
    }
    if (s.mode == Mode::fully_connected)
      s.tile_rows = s.output_rows = s.output_columns = s.stride = 1, s.pad_left = s.first_row = 0,
      s.channels = 1;
    tile_.active_slices = s.active_slices > 0 ? s.active_slices : point.slices;
    tile_.input_word = offset * point.row_align_bytes() / point.macs;
    tile_.weight_word = tile_.index_entry = tile_.record = tile_.flag_base = offset;
    tile_.output_word = offset;
    const int align = point.row_align_bytes();
    tile_.input_pitch = (s.input_columns + align - 1) / align * align / point.macs;
    tile_.output_pitch = s.output_pitch_words > 0
                             ? s.output_pitch_words
                             : (s.output_columns + point.macs - 1) / point.macs;
    tile_.output_channel_words = s.output_rows * tile_.output_pitch + 1;
  }

  Tile build() {
    make_input();
    make_rows();
    make_records();
    make_streams();
    compute();
    return std::move(tile_);
  }

 private:
  int uniform(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(double p) { return std::bernoulli_distribution(p)(random_); }
  int pitch_bytes() const { return tile_.input_pitch * point_.macs; }
  bool rebuilds() const { return point_.rebuild && !tile_.shape.bypass; }

  void make_input() {
    const auto& s = tile_.shape;
    tile_.input.assign(static_cast<std::size_t>(s.channels * s.tile_rows * pitch_bytes()), 0);
    for (int row = 0; row < s.channels * s.tile_rows; ++row) {
      bool nonzero = false;
      if (!chance(s.zero_rows))
        for (int x = 0; x < s.input_columns; ++x) {
          const int value = chance(0.2)   ? 0
                            : chance(0.1) ? (chance(0.5) ? -128 : 127)
                                          : uniform(-60, 60);
          tile_.input[static_cast<std::size_t>(row * pitch_bytes() + x)] =
              static_cast<std::int8_t>(value);
          nonzero = nonzero || value != 0;
        }
      tile_.row_nonzero.push_back(nonzero);
      // What lies past the width must not matter.
      for (int x = s.input_columns; x < pitch_bytes(); ++x)
        tile_.input[static_cast<std::size_t>(row * pitch_bytes() + x)] = 77;
    }
  }

  void make_rows() {
    const auto& s = tile_.shape;
    const int n = point_.columns;
    const auto add = [&](int c_row, int r, int channel) {
      Row row;
      row.stored = !point_.skip_weight_rows || chance(s.stored);
      row.c_row = c_row;
      row.r = r;
      row.channel = channel;
      rows_.push_back(row);
    };
    if (s.mode == Mode::window)
      for (int c = 0; c < s.channels; ++c)
        for (int r = 0; r < s.kernel_rows; ++r) add(c * s.tile_rows, r, c);
    else if (s.mode == Mode::pointwise)
      for (int c = 0; c < s.channels; c += n) add(c * s.tile_rows, 0, c);
    else
      for (int x = 0; x < s.input_columns; x += n) add(x, 0, x);
  }

  void make_records() {
    for (int m = 0; m < tile_.active_slices; ++m) {
      const int q = uniform(0, 4), shift = chance(0.1) ? 0 : uniform(6, 24);
      const int multiplier = uniform(1, 32767), bias = uniform(-4000, 4000);
      shifts_.push_back(q);
      tile_.records.push_back(
          static_cast<std::uint32_t>(bias) | static_cast<std::uint64_t>(multiplier) << 32 |
          static_cast<std::uint64_t>(shift) << 48 | static_cast<std::uint64_t>(q) << 56);
    }
  }

  std::vector<std::uint32_t> empty_word() const {
    return std::vector<std::uint32_t>(
        static_cast<std::size_t>((point_.weight_word_bits() + 31) / 32), 0);
  }

  void make_streams() {
    const auto& s = tile_.shape;
    const int n = point_.columns, code_bits = point_.code_bits();
    const int slice =
        s.matrix_slice_rows > 0 ? s.matrix_slice_rows : static_cast<int>(rows_.size());
    tile_.keep_basis = rebuilds() && slice >= static_cast<int>(rows_.size());
    std::vector<std::vector<std::vector<int>>> basis;  // [filter][j][s]
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      Row& row = rows_[k];
      if (rebuilds() && static_cast<int>(k) % slice == 0) {
        basis.assign(static_cast<std::size_t>(tile_.active_slices),
                     std::vector<std::vector<int>>(static_cast<std::size_t>(point_.rank),
                                                   std::vector<int>(static_cast<std::size_t>(n))));
        tile_.entries.push_back({true, row.c_row, row.r});
        for (int j = 0; j < point_.rank; ++j)
          for (int x = 0; x < n; ++x) {
            auto word = empty_word();
            for (std::size_t m = 0; m < basis.size(); ++m) {
              const int value = uniform(-128, 127);
              basis[m][static_cast<std::size_t>(j)][static_cast<std::size_t>(x)] = value;
              put(word, static_cast<int>(m) * point_.row_bits(), 8,
                  static_cast<std::uint8_t>(value));
            }
            tile_.weight_words.push_back(word);
          }
      }
      if (!row.stored) {
        ++tile_.rows_not_stored;
        continue;
      }
      tile_.entries.push_back({false, row.c_row, row.r});
      row.weights.assign(static_cast<std::size_t>(tile_.active_slices),
                         std::vector<int>(static_cast<std::size_t>(n)));
      std::vector<std::vector<std::uint32_t>> words;
      words.push_back(empty_word());
      for (int m = 0; m < tile_.active_slices; ++m) {
        auto& weights = row.weights[static_cast<std::size_t>(m)];
        if (!rebuilds()) {
          for (auto& w : weights) w = chance(0.1) ? -128 : uniform(-100, 100);
          continue;
        }
        std::vector<std::int64_t> sums(static_cast<std::size_t>(n), 0);
        for (int j = 0; j < point_.rank; ++j) {
          const int magnitude = uniform(0, point_.levels);
          const bool negative = magnitude != 0 && chance(0.5);
          put(words[0], m * point_.row_bits() + j * code_bits, code_bits,
              static_cast<std::uint64_t>(magnitude) |
                  (negative ? std::uint64_t{1} << (code_bits - 1) : 0));
          if (magnitude == 0) continue;
          for (int x = 0; x < n; ++x) {
            const std::int64_t term =
                std::int64_t{basis[static_cast<std::size_t>(m)][static_cast<std::size_t>(j)]
                                  [static_cast<std::size_t>(x)]} *
                (1 << (point_.levels - magnitude));
            sums[static_cast<std::size_t>(x)] += negative ? -term : term;
          }
        }
        for (int x = 0; x < n; ++x)
          weights[static_cast<std::size_t>(x)] = saturate_8(
              round_shift(sums[static_cast<std::size_t>(x)], shifts_[static_cast<std::size_t>(m)]));
      }
      if (!point_.rebuild) {
        for (int m = 0; m < tile_.active_slices; ++m)
          for (int x = 0; x < n; ++x)
            put(words[0], m * point_.row_bits() + x * 8, 8,
                static_cast<std::uint8_t>(
                    row.weights[static_cast<std::size_t>(m)][static_cast<std::size_t>(x)]));
      } else if (s.bypass) {
        words.clear();
        for (int x = 0; x < n; ++x) {
          words.push_back(empty_word());
          for (int m = 0; m < tile_.active_slices; ++m)
            put(words.back(), m * point_.row_bits(), 8,
                static_cast<std::uint8_t>(
                    row.weights[static_cast<std::size_t>(m)][static_cast<std::size_t>(x)]));
        }
      }
      tile_.weight_words.insert(tile_.weight_words.end(), words.begin(), words.end());
    }
  }

  /// The activation that the row meets at `step` for output pixel (oy, ox): zero outside of the
  /// tile.
  int activation(const Row& row, int oy, int ox, int step) const {
    const auto& s = tile_.shape;
    int channel = row.channel, y = s.first_row + oy * s.stride + row.r,
        x = ox * s.stride - s.pad_left + step;
    if (s.mode == Mode::pointwise) channel += step, x = ox * s.stride - s.pad_left;
    if (s.mode == Mode::fully_connected) channel = 0, y = 0, x = row.channel + step;
    if (channel >= s.channels || y < 0 || y >= s.tile_rows || x < 0 || x >= s.input_columns)
      return 0;
    return tile_.input[static_cast<std::size_t>((channel * s.tile_rows + y) * pitch_bytes() + x)];
  }

  /// Whether the selector must drop the row for this output row.
  bool dropped(const Row& row, int oy) const {
    const auto& s = tile_.shape;
    const int y = s.mode == Mode::fully_connected ? 0 : s.first_row + oy * s.stride + row.r;
    if (y < 0 || y >= s.tile_rows) return true;
    if (!s.skip || !point_.skip_activation_rows) return false;
    const int count = s.mode == Mode::pointwise ? s.steps : 1;
    const int channel = s.mode == Mode::fully_connected ? 0 : row.channel;
    for (int c = channel; c < channel + count && c < s.channels; ++c)
      if (tile_.row_nonzero[static_cast<std::size_t>(c * s.tile_rows + y)]) return false;
    return true;
  }

  void compute() {
    const auto& s = tile_.shape;
    auto& count = tile_.counters;
    const auto active = static_cast<std::uint64_t>(tile_.active_slices);
    for (const char* name :
         {"macs", "mac_active", "rows_executed", "rows_skipped_weight", "rows_skipped_activation",
          "input_buffer_reads", "weight_buffer_reads", "index_buffer_reads", "output_buffer_writes",
          "weights_rebuilt", "outputs"})
      count[name] = 0;
    tile_.output.assign(
        active, std::vector<std::int8_t>(
                    static_cast<std::size_t>(s.output_rows * tile_.output_pitch * point_.macs), 0));
    bool first_segment = true;
    for (int oy = 0; oy < s.output_rows; ++oy)
      for (int word = 0; word < tile_.output_pitch; ++word) {
        const int ox0 = word * point_.macs;
        const int lanes = std::clamp(s.output_columns - ox0, 0, point_.macs);
        count["output_buffer_writes"] += active;
        count["outputs"] += static_cast<std::uint64_t>(lanes) * active;
        if (lanes == 0) continue;
        count["index_buffer_reads"] += tile_.entries.size();
        count["rows_skipped_weight"] += static_cast<std::uint64_t>(tile_.rows_not_stored);
        for (const auto& entry : tile_.entries)
          if (entry.marker && (first_segment || !tile_.keep_basis))
            count["weight_buffer_reads"] +=
                static_cast<std::uint64_t>(point_.rank * point_.columns);
        first_segment = false;
        std::vector<std::vector<std::int64_t>> sums(
            active, std::vector<std::int64_t>(static_cast<std::size_t>(lanes), 0));
        for (const Row& row : rows_) {
          if (!row.stored) continue;
          if (dropped(row, oy)) {
            ++count["rows_skipped_activation"];
            continue;
          }
          ++count["rows_executed"];
          count["macs"] += static_cast<std::uint64_t>(s.steps * lanes) * active;
          count["weight_buffer_reads"] +=
              static_cast<std::uint64_t>(point_.rebuild && s.bypass ? s.steps : 1);
          if (rebuilds()) count["weights_rebuilt"] += static_cast<std::uint64_t>(s.steps) * active;
          for (int step = 0; step < s.steps; ++step) {
            if (s.mode == Mode::pointwise ? row.channel + step < s.channels : step == 0)
              ++count["input_buffer_reads"];
            for (int lane = 0; lane < lanes; ++lane) {
              const int x = activation(row, oy, ox0 + lane, step);
              count["mac_active"] +=
                  active * static_cast<std::uint64_t>(
                               point_.mac_kind == design::MacKind::parallel ? 1 : booth_digits(x));
              for (std::size_t m = 0; m < active; ++m)
                sums[m][static_cast<std::size_t>(lane)] +=
                    std::int64_t{row.weights[m][static_cast<std::size_t>(step)]} * x;
            }
          }
        }
        for (std::size_t m = 0; m < active; ++m)
          for (int lane = 0; lane < lanes; ++lane) {
            const std::uint64_t record = tile_.records[m];
            const auto bias = static_cast<std::int32_t>(record & 0xffffffffU);
            const auto multiplier = static_cast<std::int64_t>((record >> 32) & 0xffff);
            std::int64_t value =
                round_shift((sums[m][static_cast<std::size_t>(lane)] + bias) * multiplier,
                            static_cast<int>((record >> 48) & 63));
            if (s.relu) value = std::max<std::int64_t>(value, 0);
            tile_.output[m][static_cast<std::size_t>(
                (oy * tile_.output_pitch + word) * point_.macs + lane)] =
                static_cast<std::int8_t>(saturate_8(value));
          }
      }
  }

  const design::DesignPoint& point_;
  std::mt19937_64 random_;
  Tile tile_;
  std::vector<Row> rows_;
  std::vector<int> shifts_;
};

}  // namespace

Tile make_tile(const design::DesignPoint& point, const TileShape& shape, int offset) {
  return Builder(point, shape, offset).build();
}

}  // namespace sd::test
