#include "support/program_walk.hpp"

#include <algorithm>
#include <variant>

#include "program_maps.hpp"

namespace sd::test {

namespace {

using namespace schedule;
using regression::RandomProgram;
using regression::requantised;
using regression::Stage;

struct Entry {
  bool marker = false;
  int c_row = 0, r = 0;
};

class Walker {
 public:
  explicit Walker(const RandomProgram& program)
      : d_(program.design),
        image_(program.image),
        input_(static_cast<std::size_t>(d_.input_buffer_bytes)),
        output_(static_cast<std::size_t>(d_.output_buffer_bytes)),
        flags_(static_cast<std::size_t>(d_.zero_flags())),
        index_(static_cast<std::size_t>(d_.index_buffer_entries)),
        weights_(static_cast<std::size_t>(d_.weight_words())),
        records_(static_cast<std::size_t>(d_.parameter_records())),
        basis_(static_cast<std::size_t>(d_.slices * d_.rank * d_.columns)) {}

  Walked run(const std::vector<Command>& commands) {
    for (const Command& command : commands) {
      count(a_.dram_read_beats, command_bytes / d_.axi_bytes());
      std::visit([&](const auto& o) { run(o); }, command.operation);
    }
    return {image_, a_};
  }

 private:
  using Number = std::int64_t;
  static void count(std::uint64_t& counter, Number by = 1) {
    counter += static_cast<std::uint64_t>(by);
  }
  template <class T>
  static T& at(std::vector<T>& values, Number i) {
    return values.at(static_cast<std::size_t>(i));
  }
  int bit(Number address, Number number) {
    return at(image_, address + number / 8) >> (number % 8) & 1;
  }
  void read_beats(Number bytes) { count(a_.dram_read_beats, bytes / d_.axi_bytes()); }

  void run(const End&) {}

  void run(const LoadInput& l) {
    for (Number i = 0; i < l.chunks * l.chunk_bytes; ++i) {
      const std::uint8_t byte =
          at(image_, l.address + i / l.chunk_bytes * l.stride + i % l.chunk_bytes);
      at(input_, l.word * d_.macs + i) = byte;
      auto& flag = at(flags_, l.first_flag + i / l.row_bytes);
      flag = static_cast<std::uint8_t>((i % l.row_bytes == 0 ? 0 : flag) | (byte != 0 ? 1 : 0));
    }
    read_beats(l.chunks * l.chunk_bytes);
    count(a_.input_buffer_writes, l.chunks * l.chunk_bytes / d_.axi_bytes());
  }

  void run(const LoadIndex& l) {
    Number to = l.entry, r = 0, c_row = 0;
    for (Number row = 0; row < l.rows; ++row) {
      const Entry entry{false, static_cast<int>(c_row), static_cast<int>(r)};
      if (l.markers != 0 && row % l.slice_rows == 0) {
        at(index_, to) = entry;
        at(index_, to++).marker = true;
      }
      if (bit(l.address, row) != 0) at(index_, to++) = entry;
      r += l.r_step, c_row += l.row_step;
      if (r >= l.r_wrap) r -= l.r_wrap, c_row += l.row_carry;
    }
    read_beats(l.bytes);
    count(a_.index_buffer_writes, to - l.entry);
  }

  void run(const LoadWeights& l) {
    for (Number word = 0; word < l.words; ++word) {
      auto& bits = at(weights_, l.word + word);
      bits.clear();
      for (int i = 0; i < d_.weight_word_bits(); ++i)
        bits.push_back(bit(l.address, word * d_.weight_word_bits() + i));
    }
    read_beats(l.bytes);
    count(a_.weight_buffer_writes, l.words);
  }

  void run(const LoadParameters& l) {
    for (Number i = 0; i < l.records; ++i) {
      std::uint64_t record = 0;
      for (int b = 0; b < 64; ++b)
        record |= static_cast<std::uint64_t>(bit(l.address, i * 64 + b)) << b;
      at(records_, l.record + i) = record;
    }
    read_beats(l.bytes);
  }

  void run(const Store& s) {
    for (Number chunk = 0; chunk < s.chunks; ++chunk) {
      for (Number i = 0; i < s.chunk_bytes; ++i)
        at(image_, s.address + chunk * s.stride + i) =
            at(output_, (s.word + chunk * s.chunk_words) * d_.macs + i);
      count(a_.dram_write_beats, s.chunk_bytes / d_.axi_bytes());
      count(a_.output_buffer_reads, (s.chunk_bytes + d_.macs - 1) / d_.macs);
    }
  }

  // --- COMPUTE

  /// Of a word of the weight buffer: `bits` bits of a slice's part.
  int weight_bits(Number word, Number slice, int first, int bits) {
    int value = 0;
    for (int i = 0; i < bits; ++i)
      value |= at(at(weights_, word), slice * d_.row_bits() + first + i) << i;
    return value;
  }
  static int signed_byte(int value) { return value > 127 ? value - 256 : value; }

  void load_basis(Number word) {
    for (int i = 0; i < d_.rank * d_.columns; ++i) {
      for (Number m = 0; m < d_.slices; ++m)
        at(basis_, m * d_.rank * d_.columns + i) = signed_byte(weight_bits(word + i, m, 0, 8));
      count(a_.weight_buffer_reads);
    }
  }

  int weight(const Compute& c, Number word, Number m, int s) {
    if (!d_.rebuild) return signed_byte(weight_bits(word, m, 8 * s, 8));
    if (c.bypass != 0) return signed_byte(weight_bits(word + s, m, 0, 8));
    Number sum = 0;
    for (int j = 0; j < d_.rank; ++j) {
      const int code = weight_bits(word, m, j * d_.code_bits(), d_.code_bits()),
                sign = code >> (d_.code_bits() - 1),
                magnitude = code - (sign << (d_.code_bits() - 1));
      if (magnitude == 0) continue;
      const Number element = at(basis_, (m * d_.rank + j) * d_.columns + s);
      const Number term = element * (Number{1} << (d_.levels - magnitude));
      sum += sign != 0 ? -term : term;
    }
    return requantised(
        sum, {0, 1, static_cast<int>(at(records_, c.parameter_record + m) >> 56 & 31U)}, false);
  }

  struct Block {
    Number row = 0, rows = 0, word = 0, words = 0;
  };

  /// Tile row that a segment's step reads; -1: vertical padding, -2: past the tile.
  Number tile_row(const Compute& c, const Entry& e, Number oy, int step) const {
    if (c.mode == 2) {
      const Number number = e.c_row + (e.r + step) / c.input_columns;
      return number < c.total_tile_rows ? number : -2;
    }
    const Number iy = c.first_row + oy * c.stride_y + e.r;
    if (iy < 0 || iy >= c.tile_rows) return -1;
    const Number number = e.c_row + iy + (c.mode == 1 ? step * c.tile_rows : 0);
    return number < c.total_tile_rows ? number : -2;
  }

  Number lanes_of(const Compute& c, Number word) const {
    return std::clamp<Number>(c.output_columns - word * d_.macs, 0, d_.macs);
  }

  bool computes(const Compute& c, const Entry& e, Number oy, Number word) {
    if (lanes_of(c, word) == 0 || tile_row(c, e, oy, 0) == -1) return false;
    if (c.skip_zero_rows == 0 || !d_.skip_activation_rows) return true;
    for (int s = 0; s < (c.mode == 1 ? c.steps : 1); ++s) {
      const Number number = tile_row(c, e, oy, s);
      if (number >= 0 && at(flags_, c.first_flag + number) != 0) return true;
    }
    return false;
  }

  static Number column_of(const Compute& c, const Entry& e, Number ox, int step) {
    switch (c.mode) {
      case 0:
        return ox * c.stride_x - c.pad_left + step;
      case 3:
        return ox * c.stride_x - c.pad_left + step * c.dilation_x;
      case 1:
        return ox * c.stride_x - c.pad_left;
      default:
        return (e.r + step) % c.input_columns;
    }
  }

  /// Words between the first and the last byte; `first` may lie before the buffer.
  void count_read(Number first, Number bytes) {
    const Number far = Number{1} << 40;
    for (Number word = (far + first) / d_.macs; word <= (far + first + bytes - 1) / d_.macs; ++word)
      count(a_.input_buffer_reads);
  }

  void count_job_reads(const Compute& c, const Entry& e, const Block& b) {
    const Number g = d_.beat_segments(static_cast<int>(c.stride_x));
    for (int step = 0; step < (c.mode == 0 ? 1 : c.steps); ++step)
      for (Number t0 = 0; t0<b.rows * c.block_words; t0 += b.rows> 1 ? b.rows * c.block_words : g) {
        Number last = -1;
        bool in_memory = false;
        for (Number t = t0; t < std::min(t0 + g, b.rows * c.block_words); ++t) {
          const Number oy = b.row + t / c.block_words, word = b.word + t % c.block_words;
          if (t % c.block_words >= b.words || !computes(c, e, oy, word)) continue;
          last = t;
          in_memory |= tile_row(c, e, oy, step) >= 0;
        }
        if (!in_memory) continue;
        const Number span = c.mode == 0 ? c.steps : 1;
        const Number word = b.word + t0 % c.block_words;
        count_read(column_of(c, e, word * d_.macs, step),
                   ((last - t0 + 1) * d_.macs - 1) * c.stride_x + span);
      }
  }

  void run_job(const Compute& c, const Entry& e, Number weight_word, const Block& b,
               std::vector<Number>& sums) {
    for (Number y = 0; y < b.rows; ++y)
      for (Number w = 0; w < b.words; ++w) {
        if (!computes(c, e, b.row + y, b.word + w)) continue;
        for (int s = 0; s < c.steps; ++s)
          for (Number f = 0; f < lanes_of(c, b.word + w); ++f)
            run_lane(c, e, weight_word, s, b.row + y, (b.word + w) * d_.macs + f,
                     &at(sums, ((y * b.words + w) * d_.macs + f) * c.active_slices));
      }
    count(a_.rows_executed);
    count(a_.weight_buffer_reads, d_.rebuild && c.bypass != 0 ? c.steps : 1);
    if (d_.rebuild && c.bypass == 0) count(a_.weights_rebuilt, c.steps * c.active_slices);
    count_job_reads(c, e, b);
  }

  void run_lane(const Compute& c, const Entry& e, Number weight_word, int s, Number oy, Number ox,
                Number* sums) {
    const Number number = tile_row(c, e, oy, s), column = column_of(c, e, ox, s);
    int value = 0;
    if (number >= 0 && column >= 0 && column < c.input_columns)
      value = signed_byte(at(input_, (c.input_word + number * c.input_pitch) * d_.macs + column));
    for (Number m = 0; m < c.active_slices; ++m) {
      sums[m] += value * weight(c, weight_word, m, s);
      count(a_.macs);
      count(a_.mac_active, d_.mac_kind == design::MacKind::parallel ? 1 : booth_digits(value));
    }
  }

  static int booth_digits(int value) {
    int digits = 0;
    for (int i = 0; i < 4; ++i) digits += booth_digit(value, i) != 0 ? 1 : 0;
    return digits;
  }
  /// d_i = b_(2i-1) + b_2i - 2 b_(2i+1)
  static int booth_digit(int value, int i) {
    const auto b = [&](int n) { return n < 0 ? 0 : value >> n & 1; };
    return b(2 * i - 1) + b(2 * i) - 2 * b(2 * i + 1);
  }

  void run(const Compute& c) {
    bool first = true;
    for (Number row = 0; row < c.output_rows; row += c.block_rows)
      for (Number word = 0; word < c.output_pitch; word += c.block_words) {
        const Block b{row, std::min(c.block_rows, c.output_rows - row), word,
                      std::min(c.block_words, c.output_pitch - word)};
        std::vector<Number> sums(
            static_cast<std::size_t>(b.rows * b.words * d_.macs * c.active_slices));
        if (lanes_of(c, word) > 0) walk_entries(c, b, first, sums);
        first = false;
        drain(c, b, sums);
      }
  }

  void walk_entries(const Compute& c, const Block& b, bool first, std::vector<Number>& sums) {
    Number word = c.weight_word;
    for (Number i = 0; i < c.index_entries; ++i) {
      const Entry e = at(index_, c.index_entry + i);
      count(a_.index_buffer_reads);
      if (e.marker) {
        if (first || c.keep_basis == 0) load_basis(word);
        word += d_.rank * d_.columns;
        continue;
      }
      bool any = false;
      for (Number y = 0; y < b.rows; ++y)
        for (Number w = 0; w < b.words; ++w) any |= computes(c, e, b.row + y, b.word + w);
      if (any)
        run_job(c, e, word, b, sums);
      else
        count(a_.rows_skipped_activation);
      word += d_.rebuild && c.bypass != 0 ? d_.columns : 1;
    }
    count(a_.rows_skipped_weight, c.rows_not_stored);
  }

  void drain(const Compute& c, const Block& b, std::vector<Number>& sums) {
    for (Number m = 0; m < c.active_slices; ++m) {
      const std::uint64_t record = at(records_, c.parameter_record + m);
      const Stage stage{static_cast<std::int32_t>(record & 0xffffffffU),
                        static_cast<Number>(record >> 32 & 0xffffU),
                        static_cast<int>(record >> 48 & 63U)};
      for (Number y = 0; y < b.rows; ++y)
        for (Number w = 0; w < b.words; ++w) {
          const Number oy = b.row + y, place = oy * c.output_pitch + b.word + w;
          if (c.residual != 0 && lanes_of(c, b.word) > 0) count(a_.input_buffer_reads);
          std::vector<std::uint8_t> bytes;
          for (Number f = 0; f < d_.macs; ++f) {
            if (f >= lanes_of(c, b.word + w)) {
              bytes.push_back(0);
              continue;
            }
            Number z =
                requantised(at(sums, ((y * b.words + w) * d_.macs + f) * c.active_slices + m),
                            stage, c.relu != 0);
            if (c.residual != 0) {
              const int other = signed_byte(at(
                  input_, (c.residual_word + m * c.residual_channel_words + place) * d_.macs + f));
              z = requantised(z * c.own_multiplier + other * c.residual_multiplier,
                              {0, 1, static_cast<int>(c.residual_shift)}, c.residual_relu != 0);
              count(a_.residual_outputs);
            }
            count(a_.outputs);
            bytes.push_back(static_cast<std::uint8_t>(z));
          }
          write(c, m, oy, b.word + w, c.output_pitch, bytes);
        }
    }
  }

  void write(const Destination& d, Number channel, Number oy, Number word, Number pitch,
             const std::vector<std::uint8_t>& bytes) {
    const Number place = oy * pitch + word;
    const bool nonzero = std::any_of(bytes.begin(), bytes.end(), [](auto v) { return v != 0; });
    if (d.to_output != 0) {
      std::copy(
          bytes.begin(), bytes.end(),
          output_.begin() + (d.output_word + channel * d.output_channel_words + place) * d_.macs);
      count(a_.output_buffer_writes);
    }
    if (d.to_input == 0) return;
    std::copy(bytes.begin(), bytes.end(),
              input_.begin() + (d.local_word + channel * d.local_channel_words + place) * d_.macs);
    count(a_.local_writes);
    auto& flag = at(flags_, d.local_flag + channel * d.local_rows + oy);
    flag = static_cast<std::uint8_t>((word == 0 ? 0 : flag) | (nonzero ? 1 : 0));
  }

  // --- VECTOR

  void run(const Vector& v) {
    for (Number channel = 0; channel < v.channels; ++channel)
      for (Number oy = 0; oy < v.output_rows; ++oy)
        for (Number word = 0; word < v.output_pitch; ++word) {
          const Number lanes = std::clamp<Number>(v.output_columns - word * d_.macs, 0, d_.macs);
          std::vector<std::uint8_t> bytes(static_cast<std::size_t>(d_.macs));
          for (Number f = 0; f < lanes; ++f) {
            at(bytes, f) = static_cast<std::uint8_t>(pixel(v, channel, oy, word * d_.macs + f));
            count(a_.outputs);
          }
          if (lanes > 0) count_vector_reads(v, oy, word);
          write(v, channel, oy, word, v.output_pitch, bytes);
        }
  }

  int pixel(const Vector& v, Number channel, Number oy, Number ox) {
    Number sum = 0, largest = -1000;
    for (Number i = 0; i < v.window_rows; ++i)
      for (Number j = 0; j < v.window_columns; ++j) {
        const Number row = v.first_row + oy * v.stride_y + i,
                     column = ox * v.stride_x - v.pad_left + j;
        if (row < 0 || row >= v.tile_rows || column < 0 || column >= v.input_columns) continue;
        const int tap = signed_byte(
            at(input_,
               (v.input_word + channel * v.input_channel_words + row * v.input_pitch) * d_.macs +
                   column));
        sum += tap;
        largest = std::max<Number>(largest, tap);
        count(a_.vector_operations);
      }
    Number value = v.maximum != 0 ? largest : sum * v.first_multiplier;
    if (v.two_operands != 0) {
      value +=
          v.second_multiplier *
          signed_byte(at(
              input_,
              (v.second_word + channel * v.second_channel_words + oy * v.output_pitch) * d_.macs +
                  ox));
      count(a_.vector_operations);
    }
    return requantised(value, {0, v.output_multiplier, static_cast<int>(v.output_shift)},
                       v.relu != 0);
  }

  void count_vector_reads(const Vector& v, Number oy, Number word) {
    for (Number i = 0; i < v.window_rows; ++i) {
      const Number row = v.first_row + oy * v.stride_y + i;
      if (row < 0 || row >= v.tile_rows) continue;
      for (Number j = 0; j < v.window_columns; j += v.across != 0 ? d_.macs : 1)
        count_read(word * d_.macs * v.stride_x - v.pad_left + j,
                   v.across != 0 ? d_.macs : (d_.macs - 1) * v.stride_x + 1);
    }
    if (v.two_operands != 0) count(a_.input_buffer_reads);
  }

  design::DesignPoint d_;
  std::vector<std::uint8_t> image_, input_, output_, flags_;
  std::vector<Entry> index_;
  std::vector<std::vector<int>> weights_;  ///< bits of each word
  std::vector<std::uint64_t> records_;
  std::vector<int> basis_;  ///< [slices][rank][columns]
  Activity a_;
};

}  // namespace

Walked walk(const RandomProgram& program) {
  return Walker(program).run(program.commands);
}

}  // namespace sd::test
