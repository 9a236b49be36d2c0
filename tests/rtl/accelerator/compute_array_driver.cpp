#include "rtl/accelerator/compute_array_driver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/pe_array.hpp"

namespace sd::test {

namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

std::vector<std::uint32_t> words_of(int bits) {
  return std::vector<std::uint32_t>(at((bits + 31) / 32), 0);
}

int booth_digits(int x) {
  int count = 0;
  for (int i = 0; i < 4; ++i) {
    const auto bit = [&](int b) { return b < 0 ? 0 : (x >> b) & 1; };
    count += bit(2 * i + 1) == bit(2 * i) && bit(2 * i) == bit(2 * i - 1) ? 0 : 1;
  }
  return count;
}

}  // namespace

ArrayDriver::ArrayDriver(const design::DesignPoint& point, std::uint64_t seed)
    : point_(point),
      block_(fresh_block(hcl::elaborate<rtl::PeArray>(point))),
      random_(seed),
      basis_(at(point.slices)),
      shift_(at(point.slices), 0) {}

std::vector<std::uint32_t> ArrayDriver::any(int bits) {
  std::vector<std::uint32_t> words = words_of(bits);
  for (std::uint32_t& word : words) word = static_cast<std::uint32_t>(random_());
  if (bits % 32 != 0) words.back() &= (1U << bits % 32) - 1;
  return words;
}

void ArrayDriver::begin_layer(const ArrayLayer& layer) {
  layer_ = layer;
  if (!point_.rebuild || layer.bypass) return;
  for (int m = 0; m < point_.slices; ++m) {
    basis_[at(m)].assign(at(point_.rank), std::vector<int>(at(point_.columns)));
    for (auto& row : basis_[at(m)])
      for (int& element : row) element = uniform(-128, 127);
    shift_[at(m)] = uniform(0, point_.levels + 2);
  }
  for (int j = 0; j < point_.rank; ++j)
    for (int s = 0; s < point_.columns; ++s) {
      Word word{cycle_, 0, j * point_.columns + s, words_of(point_.weight_word_bits())};
      for (int m = 0; m < point_.slices; ++m)
        tb::set_field(word.bits, m * point_.row_bits(), 8,
                      static_cast<std::uint8_t>(basis_[at(m)][at(j)][at(s)]));
      words_.push_back(word);
    }
  new_shifts_ = point_.slices;
}

void ArrayDriver::open_block() {
  Sums sums;
  sums.tag = tag_;
  sums.lanes.assign(at(point_.slices * point_.block_segments * point_.macs), 0);
  const std::uint64_t tail_segments = random_() & ((1U << point_.block_segments) - 1);
  const int tail_lanes = uniform(1, point_.macs);
  for (int t = 0; t < point_.block_segments; ++t)
    sums.valid.push_back((tail_segments >> t & 1) != 0 ? tail_lanes : point_.macs);
  blocks_.push_back(sums);
  const std::string config = "config_" + std::to_string(tag_ ? 1 : 0) + "_";
  block_.poke(config + "steps_i", static_cast<std::uint64_t>(layer_.steps));
  block_.poke(config + "stride_i", static_cast<std::uint64_t>(layer_.stride));
  block_.poke(config + "gather_i", layer_.gather);
  if (point_.rebuild) block_.poke(config + "bypass_i", layer_.bypass);
  block_.poke(config + "tail_segments_i", tail_segments);
  block_.poke(config + "tail_lanes_i", static_cast<std::uint64_t>(tail_lanes));
}

void ArrayDriver::queue_words(std::uint64_t line, std::vector<std::vector<int>>& weights) {
  // A row of codes, a row of weights, or a weight a step.
  const bool many = point_.rebuild && layer_.bypass;
  for (int part = 0; part < (many ? layer_.steps : 1); ++part) {
    Word word{cycle_ + 1, line, part, words_of(point_.weight_word_bits())};
    for (int m = 0; m < point_.slices; ++m) {
      const int low = m * point_.row_bits();
      auto& row = weights[at(m)];
      if (!point_.rebuild || many) {
        for (int s = many ? part : 0; s < (many ? part + 1 : point_.columns); ++s) {
          const int weight = uniform(-128, 127);
          if (s < layer_.steps) row[at(s)] = weight;
          tb::set_field(word.bits, low + (many ? 0 : s * 8), 8, static_cast<std::uint8_t>(weight));
        }
        continue;
      }
      std::vector<int> factor;
      for (int j = 0; j < point_.rank; ++j) {
        const int magnitude = uniform(0, point_.levels), code_bits = point_.code_bits();
        const bool negative = uniform(0, 1) == 1;
        tb::set_field(word.bits, low + j * code_bits, code_bits - 1,
                      static_cast<std::uint64_t>(magnitude));
        tb::set_field(word.bits, low + (j + 1) * code_bits - 1, 1, negative);
        factor.push_back(magnitude == 0 ? 0
                                        : (negative ? -1 : 1) * (1 << (point_.levels - magnitude)));
      }
      for (int s = 0; s < layer_.steps; ++s) {
        std::int64_t sum = 0;
        for (int j = 0; j < point_.rank; ++j)
          sum += std::int64_t{factor[at(j)]} * basis_[at(m)][at(j)][at(s)];
        const int q = shift_[at(m)];
        const std::int64_t rounded = q == 0 ? sum : (sum + (1LL << (q - 1))) >> q;
        row[at(s)] = static_cast<int>(std::clamp<std::int64_t>(rounded, -128, 127));
      }
    }
    words_.push_back(word);
  }
}

void ArrayDriver::queue_pieces(std::uint64_t line, std::uint64_t segments, bool whole,
                               const std::vector<std::vector<int>>& bytes) {
  const int slot = rtl::slot_bits(point_), macs = point_.macs;
  for (int step = 0; step < (layer_.gather ? layer_.steps : 1); ++step)
    for (int first = 0, next = 0; first < point_.block_segments; first = next) {
      next = whole ? point_.block_segments : uniform(first + 1, point_.block_segments);
      Piece piece{cycle_ + 1, line, 0, step, false, any(point_.block_segments * slot)};
      // What a piece does not carry is anything.
      std::uint64_t used = 0;
      for (int t = first; t < next; ++t) {
        used |= segments & (1U << t);
        // It may carry segments that the job does not compute.
        if ((segments >> t & 1) == 0 && uniform(0, 1) == 0) continue;
        piece.segments |= 1U << t;
        for (int i = 0; i < (layer_.gather ? macs : slot / 8); ++i)
          tb::set_field(
              piece.bits, t * slot + i * 8, 8,
              static_cast<std::uint64_t>(bytes[at(t)][at(layer_.gather ? step * macs + i : i)]));
      }
      if (used != 0) pieces_.push_back(piece);
    }
  pieces_.back().last = true;
}

void ArrayDriver::issue_job(std::uint64_t line, const ArrayPace& pace) {
  const std::uint64_t all = (1U << point_.block_segments) - 1;
  std::uint64_t segments = pace.whole_jobs ? all : random_() & all;
  if (segments == 0) segments = 1U << uniform(0, point_.block_segments - 1);
  block_.poke("issue_line_i", line);
  block_.poke("issue_tag_i", tag_);
  block_.poke("issue_segments_i", segments);

  std::vector<std::vector<int>> weights(at(point_.slices), std::vector<int>(at(layer_.steps)));
  queue_words(line, weights);
  std::vector<std::vector<int>> bytes(at(point_.block_segments));
  for (auto& slot : bytes)
    for (int i = 0; i < std::max(point_.window_bytes(), layer_.steps * point_.macs); ++i)
      slot.push_back(uniform(0, 2) == 0 ? 0 : uniform(0, 255));
  queue_pieces(line, segments, pace.whole_jobs, bytes);

  Sums& sums = blocks_.back();
  sums.touched |= segments;
  for (int t = 0; t < point_.block_segments; ++t) {
    if ((segments >> t & 1) == 0) continue;
    const int valid = sums.valid[at(t)];
    for (int s = 0; s < layer_.steps; ++s) {
      int worst = 1;
      for (int f = 0; f < valid; ++f) {
        const int x = static_cast<std::int8_t>(
            bytes[at(t)][at(layer_.gather ? s * point_.macs + f : f * layer_.stride + s)]);
        for (int m = 0; m < point_.slices; ++m)
          sums.lanes[at((m * point_.block_segments + t) * point_.macs + f)] +=
              weights[at(m)][at(s)] * x;
        const bool booth = point_.mac_kind == design::MacKind::booth_serial;
        expected_.operations += booth ? booth_digits(x) : 1;
        if (booth) worst = std::max(worst, booth_digits(x));
      }
      busy_cycles_ += worst;
    }
    expected_.products += valid * layer_.steps;
  }
  if (point_.rebuild && !layer_.bypass) expected_.filled += layer_.steps;
}

void ArrayDriver::drain(const ArrayPace& pace) {
  if (complete_ == 0 || !chance(pace.drain)) return;
  const Sums& sums = blocks_.front();
  const int segments = point_.block_segments;
  const int channel = drain_index_ / segments, segment = drain_index_ % segments;
  block_.poke("drain_bank_i", sums.tag);
  block_.poke("drain_segment_i", static_cast<std::uint64_t>(segment));
  block_.poke("drain_channel_i", static_cast<std::uint64_t>(channel));
  const bool touched = (sums.touched >> segment & 1) != 0;
  for (int f = 0; f < (touched ? sums.valid[at(segment)] : point_.macs); ++f)
    ASSERT_EQ(block_.peek_signed("drain_" + std::to_string(f) + "_o"),
              touched ? sums.lanes[at((channel * segments + segment) * point_.macs + f)] : 0)
        << "channel " << channel << ", segment " << segment << ", lane " << f << ", cycle "
        << cycle_;
  if (++drain_index_ < point_.slices * segments) return;
  drain_index_ = 0;
  block_.poke("release_valid_i", 1);
  block_.poke("release_bits_i", sums.tag);
  blocks_.pop_front();
  --complete_;
}

int ArrayDriver::step(int jobs, const ArrayPace& pace) {
  for (const char* port :
       {"issue_line_i", "word_load_line_i", "piece_load_line_i", "release_valid_i"})
    block_.poke(port, 0);
  // What comes without `valid` is anything.
  if (point_.rebuild) {
    block_.poke("basis_load_valid_i", 0);
    block_.poke("basis_load_bits_i",
                static_cast<std::uint64_t>(uniform(0, point_.rank * point_.columns - 1)));
    block_.poke("shift_load_valid_i", 0);
    block_.poke("shift_load_bits_i", static_cast<std::uint64_t>(uniform(0, point_.slices - 1)));
    block_.poke("shift_i", static_cast<std::uint64_t>(uniform(0, 31)));
  }
  block_.poke("word_load_step_i", static_cast<std::uint64_t>(uniform(0, point_.columns - 1)));
  block_.poke("word_i", any(point_.weight_word_bits()));
  block_.poke("piece_load_segments_i",
              static_cast<std::uint64_t>(uniform(0, (1 << point_.block_segments) - 1)));
  block_.poke("piece_load_last_i", chance(50));
  block_.poke("activations_i", any(point_.block_segments * rtl::slot_bits(point_)));
  block_.poke("release_bits_i", chance(50));
  block_.poke("bank_free_i", static_cast<std::uint64_t>((full_[0] ? 0 : 1) | (full_[1] ? 0 : 2)));
  const int complete = complete_;
  const bool oldest = !blocks_.empty() && blocks_.front().tag;
  drain(pace);
  const bool released = complete_ < complete;

  if (!words_.empty() && words_.front().cycle <= cycle_ && chance(pace.word)) {
    const Word& word = words_.front();
    block_.poke("word_i", word.bits);
    if (word.line != 0) {
      block_.poke("word_load_line_i", word.line);
      block_.poke("word_load_step_i", static_cast<std::uint64_t>(word.number));
    } else {
      block_.poke("basis_load_valid_i", 1);
      block_.poke("basis_load_bits_i", static_cast<std::uint64_t>(word.number));
    }
    words_.pop_front();
  } else if (new_shifts_ > 0 && words_.empty() && block_.peek("rebuilding_o") == 0) {
    block_.poke("shift_load_valid_i", 1);
    block_.poke("shift_load_bits_i", static_cast<std::uint64_t>(--new_shifts_));
    block_.poke("shift_i", static_cast<std::uint64_t>(shift_[at(new_shifts_)]));
  }
  if (!pieces_.empty() && pieces_.front().cycle <= cycle_ && chance(pace.piece)) {
    const Piece& piece = pieces_.front();
    block_.poke("piece_load_line_i", piece.line);
    block_.poke("piece_load_segments_i", piece.segments);
    block_.poke("piece_load_step_i", static_cast<std::uint64_t>(piece.step));
    block_.poke("piece_load_last_i", piece.last);
    block_.poke("activations_i", piece.bits);
    pieces_.pop_front();
  }
  int issued = 0;
  if (const std::uint64_t free = block_.peek("free_o");
      jobs > 0 && new_shifts_ == 0 && free != 0 && chance(pace.issue)) {
    // Any free line may be chosen.
    std::vector<std::uint64_t> lines;
    for (int i = 0; i < point_.lines; ++i)
      if ((free >> i & 1) != 0) lines.push_back(1ULL << i);
    issue_job(lines[at(uniform(0, static_cast<int>(lines.size()) - 1))], pace);
    issued = 1;
  }
  counted_.products += static_cast<std::int64_t>(block_.peek("products_o"));
  counted_.operations += static_cast<std::int64_t>(block_.peek("operations_o"));
  if (point_.rebuild) counted_.filled += static_cast<std::int64_t>(block_.peek("filled_o"));
  merge_wait_cycles_ += block_.peek("merge_wanted_o") != 0 ? 1 : 0;
  const bool settled = block_.peek("settled_o") != 0;
  block_.step();
  ++cycle_;
  if (released) full_[oldest] = false;
  // A block without sums is settled even while its bank still holds another one.
  if (closed_ && settled && !full_[!tag_]) {
    closed_ = false;
    full_[!tag_] = true;
    ++complete_;
  }
  return issued;
}

void ArrayDriver::run_block(int jobs, const ArrayPace& pace) {
  open_block();
  for (const int start = cycle_; (jobs > 0 || closed_) && !testing::Test::HasFailure();) {
    jobs -= step(jobs, pace);
    ASSERT_LT(cycle_, start + 20000) << "the array hangs: no line is free, or the block before is "
                                        "never complete";
  }
  closed_ = true;
  tag_ = !tag_;
  block_.poke("tag_i", tag_);
}

void ArrayDriver::finish(const ArrayPace& pace) {
  for (const int start = cycle_; (closed_ || complete_ > 0) && !testing::Test::HasFailure();) {
    step(0, pace);
    ASSERT_LT(cycle_, start + 20000) << "the array hangs: the last block is never complete";
  }
  EXPECT_EQ(counted_.products, expected_.products);
  EXPECT_EQ(counted_.operations, expected_.operations);
  EXPECT_EQ(counted_.filled, expected_.filled);
}

}  // namespace sd::test
