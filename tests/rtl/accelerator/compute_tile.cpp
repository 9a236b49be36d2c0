#include "rtl/accelerator/compute_tile.hpp"

#include <algorithm>
#include <random>

#include "rtl/accelerator/compute_reference.hpp"

namespace sd::test {

namespace {

void put(std::vector<std::uint32_t>& words, int lsb, int width, std::uint64_t value) {
  for (int i = 0; i < width; ++i)
    if ((value >> i) & 1) words[static_cast<std::size_t>((lsb + i) / 32)] |= 1U << ((lsb + i) % 32);
}

class Builder {
 public:
  Builder(const design::DesignPoint& point, const TileShape& shape, const Places& places)
      : point_(point), random_(static_cast<std::uint64_t>(shape.seed) * 7919 + 1) {
    tile_.shape = shape;
    tile_.at = places;
    auto& s = tile_.shape;
    if (s.mode == Mode::pointwise || s.mode == Mode::fully_connected) {
      s.kernel_rows = 1;
      s.steps = point.columns;
    }
    if (s.mode == Mode::fully_connected) {
      s.output_rows = s.output_columns = s.block_rows = s.block_words = 1;
      s.skip = false;
    }
    if (s.mode != Mode::dilated) s.dilation = 1;
    if (!point.rebuild) s.bypass = false;
    if (!point.skip_activation_rows) s.skip = false;
    tile_.active_slices = s.active_slices > 0 ? s.active_slices : point.slices;
    const int align = point.row_align_bytes();
    tile_.input_pitch = s.input_pitch_words > 0
                            ? s.input_pitch_words
                            : (s.input_columns + align - 1) / align * align / point.macs;
    tile_.output_pitch = s.output_pitch_words > 0
                             ? s.output_pitch_words
                             : (s.output_columns + point.macs - 1) / point.macs;
    auto& t = tile_.target;
    t.to_output = s.to_output;
    t.to_input = s.to_input;
    t.output_word = places.output_word;
    t.output_channel_words = tile_.output_words() + 1;
    t.local_word = places.local_word;
    t.local_channel_words = tile_.output_words() + uniform(0, 1);
    t.local_flag = places.local_flag;
    t.local_rows = s.output_rows + uniform(0, 1);
    tile_.residual_channel_words = tile_.output_words() + uniform(0, 1);
    tile_.residual_shift = uniform(0, 16);
    tile_.own_multiplier = uniform(0, 32767);
    tile_.residual_multiplier = uniform(0, 32767);
    tile_.residual_relu = chance(0.5);
  }

  Tile build() {
    make_records();
    make_streams();
    return std::move(tile_);
  }

 private:
  int uniform(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(double p) { return std::bernoulli_distribution(p)(random_); }
  bool rebuilds() const { return point_.rebuild && !tile_.shape.bypass; }

  /// Index entries of all rows, stored or not.
  std::vector<IndexEntry> all_rows() const {
    const auto& s = tile_.shape;
    const int n = point_.columns;
    std::vector<IndexEntry> rows;
    if (s.mode == Mode::pointwise)
      for (int c = 0; c < s.channels; c += n) rows.push_back({false, c * s.tile_rows, 0});
    else if (s.mode == Mode::fully_connected)
      for (int x = 0; x < s.channels * s.tile_rows * s.input_columns; x += n)
        rows.push_back({false, x / s.input_columns, x % s.input_columns});
    else
      for (int c = 0; c < s.channels; ++c)
        for (int r = 0; r < s.kernel_rows; ++r)
          rows.push_back({false, c * s.tile_rows, r * s.dilation});
    return rows;
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

  using Basis = std::vector<std::vector<int>>;  // [j][s]

  void make_basis(std::vector<Basis>& basis) {
    basis.assign(static_cast<std::size_t>(tile_.active_slices),
                 Basis(static_cast<std::size_t>(point_.rank),
                       std::vector<int>(static_cast<std::size_t>(point_.columns))));
    for (int j = 0; j < point_.rank; ++j)
      for (int x = 0; x < point_.columns; ++x) {
        auto word = empty_word();
        for (std::size_t m = 0; m < basis.size(); ++m) {
          const int value = uniform(-128, 127);
          basis[m][static_cast<std::size_t>(j)][static_cast<std::size_t>(x)] = value;
          put(word, static_cast<int>(m) * point_.row_bits(), 8, static_cast<std::uint8_t>(value));
        }
        tile_.weight_words.push_back(word);
      }
  }

  /// Random codes for a row of filter m, and the weights that they are rebuilt to.
  std::vector<int> rebuilt_row(int m, const Basis& basis, std::vector<std::uint32_t>& word) {
    const int n = point_.columns, code_bits = point_.code_bits();
    std::vector<std::int64_t> sums(static_cast<std::size_t>(n), 0);
    for (int j = 0; j < point_.rank; ++j) {
      const int magnitude = uniform(0, point_.levels);
      const bool negative = magnitude != 0 && chance(0.5);
      put(word, m * point_.row_bits() + j * code_bits, code_bits,
          static_cast<std::uint64_t>(magnitude) |
              (negative ? std::uint64_t{1} << (code_bits - 1) : 0));
      if (magnitude == 0) continue;
      for (int x = 0; x < n; ++x) {
        const std::int64_t term =
            std::int64_t{basis[static_cast<std::size_t>(j)][static_cast<std::size_t>(x)]} *
            (1 << (point_.levels - magnitude));
        sums[static_cast<std::size_t>(x)] += negative ? -term : term;
      }
    }
    std::vector<int> weights;
    for (const auto sum : sums)
      weights.push_back(saturate_8(round_shift(sum, shifts_[static_cast<std::size_t>(m)])));
    return weights;
  }

  std::vector<int> dense_row() {
    std::vector<int> weights;
    for (int x = 0; x < point_.columns; ++x)
      weights.push_back(chance(0.1) ? -128 : uniform(-100, 100));
    return weights;
  }

  void make_streams() {
    const auto rows = all_rows();
    const int slice = tile_.shape.matrix_slice_rows > 0 ? tile_.shape.matrix_slice_rows
                                                        : static_cast<int>(rows.size());
    tile_.keep_basis = rebuilds() && slice >= static_cast<int>(rows.size());
    std::vector<Basis> basis;
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (rebuilds() && static_cast<int>(k) % slice == 0) {
        tile_.entries.push_back({true, rows[k].c_row, rows[k].r});
        ++tile_.markers;
        make_basis(basis);
      }
      if (point_.skip_weight_rows && !chance(tile_.shape.stored)) {
        ++tile_.rows_not_stored;
        continue;
      }
      tile_.entries.push_back(rows[k]);
      StoredRow row{rows[k].c_row, rows[k].r, {}};
      std::vector<std::vector<std::uint32_t>> words;
      const int row_words = point_.rebuild && tile_.shape.bypass ? point_.columns : 1;
      for (int i = 0; i < row_words; ++i) words.push_back(empty_word());
      for (int m = 0; m < tile_.active_slices; ++m) {
        row.weights.push_back(rebuilds()
                                  ? rebuilt_row(m, basis[static_cast<std::size_t>(m)], words[0])
                                  : dense_row());
        if (rebuilds()) continue;
        for (int x = 0; x < point_.columns; ++x)
          put(words[static_cast<std::size_t>(row_words == 1 ? 0 : x)],
              m * point_.row_bits() + (row_words == 1 ? x * 8 : 0), 8,
              static_cast<std::uint8_t>(row.weights.back()[static_cast<std::size_t>(x)]));
      }
      tile_.rows.push_back(row);
      tile_.weight_words.insert(tile_.weight_words.end(), words.begin(), words.end());
    }
  }

  const design::DesignPoint& point_;
  std::mt19937_64 random_;
  Tile tile_;
  std::vector<int> shifts_;
};

}  // namespace

Tile make_tile(const design::DesignPoint& point, const TileShape& shape, const Places& places) {
  return Builder(point, shape, places).build();
}

}  // namespace sd::test
