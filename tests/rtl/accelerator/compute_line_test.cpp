// A line's control, with the jobs and blocks of a random issuer: every step of every segment of
// every job must meet its own weight and its own activations, whatever the issuer's timing, and
// take the cycles that its Booth digits need.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <deque>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/line_control.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

int digits_of(int x) {
  int count = 0;
  for (int i = 0; i < 4; ++i) {
    const auto bit = [&](int b) { return b < 0 ? 0 : (x >> b) & 1; };
    count += bit(2 * i + 1) == bit(2 * i) && bit(2 * i) == bit(2 * i - 1) ? 0 : 1;
  }
  return count;
}

struct Block {
  int steps = 1, stride = 1;
  bool gather = false, bypass = false;
  std::uint64_t tail_segments = 0;
  int tail_lanes = 1;
};

struct Job {
  int number = 0, block = 0;
  std::uint64_t segments = 0;
  std::vector<std::vector<int>> bytes;  ///< by segment: a window, or macs bytes a step
};

class Line {
 public:
  Line(const design::DesignPoint& point, int seed)
      : point_(point),
        block_(fresh_block(hcl::elaborate<rtl::LineControl>(point))),
        random_(static_cast<std::uint64_t>(seed)) {}

  /// `eager`: the issuer never hesitates.
  void run(int jobs, bool eager);
  /// Cycles in which a job waited for the merge of the block before.
  [[nodiscard]] int held_back() const { return held_back_; }
  /// Cycles in which a job could be issued while the row before it was still being rebuilt.
  [[nodiscard]] int free_while_rebuilding() const { return free_while_rebuilding_; }

 private:
  struct Word {
    int job, block, step;
  };
  struct Piece {
    Job job;
    int step;
    std::uint64_t segments;
    bool last;
  };
  int uniform(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool booth() const { return point_.mac_kind == design::MacKind::booth_serial; }
  std::uint64_t all() const { return (1ULL << point_.block_segments) - 1; }
  int activation(const Job& job, int segment, int step, int lane) {
    const Block& b = blocks_[job.block];
    return static_cast<std::int8_t>(
        job.bytes[at(segment)][at(b.gather ? step * point_.macs + lane : lane * b.stride + step)]);
  }
  void open_block();
  Job issue_job();
  void poke_piece(const Piece& piece);
  void check_running();
  void check_fill();
  void check_free();

  design::DesignPoint point_;
  tb::Block block_;
  std::mt19937_64 random_;
  std::map<int, Block> blocks_;
  std::deque<Job> waiting_;  ///< issued, not finished, in order
  std::deque<Word> words_;
  std::deque<Piece> pieces_;
  std::map<int, std::pair<int, int>> banks_;  ///< weight register -> job and column that it holds
  std::vector<int> sums_;
  int number_ = 0, current_ = 0, issuing_ = 0;  ///< jobs; blocks
  int step_ = 0, cycles_in_step_ = 0;
  std::uint64_t done_ = 0;  ///< segments of the running job
  bool in_job_ = false;
  std::uint64_t touched_ = 0;   ///< segments with sums of the current block
  std::uint64_t unmerged_ = 0;  ///< segments of the block before, after this cycle's merge
  int held_back_ = 0, free_while_rebuilding_ = 0;
  struct {
    int job = 0, column = 0, left = 0;
    bool bypass = false;
  } fill_;  ///< the row that is being rebuilt
  std::vector<std::pair<int, std::pair<int, int>>> arriving_;
};

void Line::open_block() {
  Block b;
  b.gather = uniform(0, 2) == 0;
  b.steps = uniform(1, point_.columns);
  b.stride = b.gather ? 1 : uniform(1, point_.max_stride);
  b.bypass = point_.rebuild && uniform(0, 2) == 0;
  b.tail_segments = random_() & all();
  b.tail_lanes = uniform(1, point_.macs);
  blocks_[issuing_] = b;
  const std::string config = "config_" + std::to_string(issuing_ & 1) + "_";
  block_.poke(config + "last_step_i", static_cast<std::uint64_t>(b.steps - 1));
  block_.poke(config + "stride_i", static_cast<std::uint64_t>(b.stride));
  block_.poke(config + "gather_i", b.gather);
  if (point_.rebuild) block_.poke(config + "bypass_i", b.bypass);
  block_.poke(config + "tail_segments_i", b.tail_segments);
  block_.poke(config + "tail_lanes_i", static_cast<std::uint64_t>(b.tail_lanes));
  if (booth()) block_.poke(config + "tail_mask_i", (1ULL << b.tail_lanes) - 1);
  block_.poke("tag_i", static_cast<std::uint64_t>(issuing_ & 1));
}

Job Line::issue_job() {
  const Block& b = blocks_[issuing_];
  Job job{++number_, issuing_, random_() & all(), {}};
  if (job.segments == 0 || uniform(0, 1) == 0) job.segments = all();
  for (int t = 0; t < point_.block_segments; ++t) {
    job.bytes.emplace_back();
    for (int i = 0; i < (b.gather ? b.steps * point_.macs : point_.window_bytes()); ++i)
      job.bytes.back().push_back(uniform(0, 2) == 0 ? 0 : uniform(0, 255));
  }
  for (int step = 0; step < (b.bypass ? b.steps : 1); ++step)
    words_.push_back({job.number, job.block, step});
  for (int step = 0; step < (b.gather ? b.steps : 1); ++step)
    for (int t = 0, next = 0; t < point_.block_segments; t = next) {
      next = uniform(t + 1, point_.block_segments);
      pieces_.push_back({job, step, ((1ULL << next) - 1) & ~((1ULL << t) - 1), false});
    }
  pieces_.back().last = true;
  return job;
}

void Line::poke_piece(const Piece& piece) {
  const Block& b = blocks_[piece.job.block];
  const int slot = rtl::slot_bits(point_);
  std::vector<std::uint32_t> slots(at((point_.block_segments * slot + 31) / 32), 0);
  for (int t = 0; t < point_.block_segments; ++t)
    for (int i = 0; (piece.segments >> t & 1) != 0 && i < (b.gather ? point_.macs : slot / 8); ++i)
      tb::set_field(slots, t * slot + i * 8, 8,
                    static_cast<std::uint64_t>(
                        piece.job.bytes[at(t)][at(b.gather ? piece.step * point_.macs + i : i)]));
  block_.poke("piece_load_i", 1);
  block_.poke("piece_segments_i", piece.segments);
  block_.poke("piece_step_i", static_cast<std::uint64_t>(piece.step));
  block_.poke("piece_last_i", piece.last);
  block_.poke("activations_i", slots);
}

void Line::check_running() {
  const bool enable = block_.peek("controls_enable_o") != 0;
  const std::uint64_t products = block_.peek("products_o");
  if (!enable) {
    ASSERT_EQ(products, 0U);
    ASSERT_EQ(block_.peek("operations_o"), 0U);
    if (waiting_.empty()) return;
    const std::uint64_t left = waiting_.front().segments & ~done_;
    const bool unread = (unmerged_ & (left & ~(left - 1))) != 0;
    const bool ready = waiting_.front().block == current_ && words_.empty() && pieces_.empty();
    held_back_ += ready && unread ? 1 : 0;
    // A job that has begun stops only for a segment whose old sums are still to be read.
    ASSERT_TRUE(!in_job_ || unread) << "a gap in a job";
    return;
  }
  ASSERT_FALSE(waiting_.empty());
  const Job& job = waiting_.front();
  const Block& b = blocks_[job.block];
  ASSERT_EQ(job.block, current_) << "a job ran while the sums of another block were there";
  const int segment = std::countr_zero(job.segments & ~done_);
  ASSERT_EQ(block_.peek("controls_segment_o"), static_cast<std::uint64_t>(segment));
  ASSERT_EQ(unmerged_ >> segment & 1, 0U) << "old sums were overwritten before they were read";
  ASSERT_EQ(block_.peek("controls_replace_o") != 0, (touched_ >> segment & 1) == 0);
  touched_ |= 1ULL << segment;
  const auto held = banks_[static_cast<int>(block_.peek("controls_run_index_o"))];
  ASSERT_EQ(held, std::make_pair(job.number, step_)) << "another row's weight feeds the MACs";
  in_job_ = true;
  ++cycles_in_step_;
  const int valid = (b.tail_segments >> segment & 1) != 0 ? b.tail_lanes : point_.macs;
  int worst = 1, operations = 0;
  const auto taps =
      booth() ? std::vector<std::uint32_t>{} : block_.peek_words("controls_activations_o");
  for (int lane = 0; lane < valid; ++lane) {
    const int x = activation(job, segment, step_, lane);
    if (!booth()) {
      ASSERT_EQ(tb::get_signed_field(taps, lane * 8, 8), x)
          << "job " << job.number << ", segment " << segment << ", step " << step_;
      ++operations;
      continue;
    }
    worst = std::max(worst, digits_of(x));
    if ((block_.peek("controls_digit_o") >> lane & 1) == 0) continue;
    ++operations;
    sums_[at(lane)] += ((block_.peek("controls_negate_o") >> lane & 1) != 0 ? -1 : 1) *
                       (1 << (block_.peek("controls_shift_o") >> (3 * lane) & 7));
  }
  if (booth()) {
    ASSERT_EQ(block_.peek("controls_digit_o") >> valid, 0U);
    ASSERT_EQ(block_.peek("controls_negate_o") & ~block_.peek("controls_digit_o"), 0U);
  }
  ASSERT_EQ(block_.peek("operations_o"), static_cast<std::uint64_t>(operations));
  ASSERT_EQ(products, static_cast<std::uint64_t>(cycles_in_step_ == worst ? valid : 0))
      << "cycle " << cycles_in_step_ << " of " << worst;
  if (cycles_in_step_ < worst) return;
  for (int lane = 0; booth() && lane < valid; ++lane)
    ASSERT_EQ(sums_[at(lane)], activation(job, segment, step_, lane)) << "lane " << lane;
  std::fill(sums_.begin(), sums_.end(), 0);
  cycles_in_step_ = 0;
  if (++step_ < b.steps) return;
  step_ = 0;
  done_ |= 1ULL << segment;
  if (done_ != (done_ | job.segments)) return;
  done_ = 0;
  in_job_ = false;
  waiting_.pop_front();
}

void Line::check_fill() {
  const bool fill = fill_.left > 0;
  ASSERT_EQ(block_.peek("controls_fill_o") != 0, fill);
  ASSERT_EQ(block_.peek("filled_o") != 0, fill && !fill_.bypass);
  if (!fill) return;
  ASSERT_EQ(block_.peek("controls_fill_bypass_o") != 0, fill_.bypass);
  ASSERT_EQ(block_.peek("controls_fill_column_o"), static_cast<std::uint64_t>(fill_.column));
  arriving_.push_back(
      {static_cast<int>(block_.peek("controls_fill_index_o")), {fill_.job, fill_.column}});
  ++fill_.column;
  --fill_.left;
}

/// One job may wait beside the one that runs, and the weights of a job issued now load in two
/// cycles at the earliest: by then the row before it is rebuilt.
void Line::check_free() {
  const bool free = block_.peek("free_o") != 0;
  if (waiting_.size() > 1) {
    EXPECT_FALSE(free) << "a job waits already";
  } else if (waiting_.empty() || in_job_) {
    const bool rebuilding = point_.rebuild && !fill_.bypass && fill_.left > 0;
    EXPECT_EQ(free, !rebuilding || fill_.left <= 2) << fill_.left << " columns are left";
    free_while_rebuilding_ += free && rebuilding ? 1 : 0;
  }
}

void Line::run(int jobs, bool eager) {
  sums_.assign(at(point_.macs), 0);
  if (blocks_.empty()) open_block();
  int issued = 0, cycles = 0;
  const auto now = [&] { return eager || uniform(0, 2) == 0; };
  while (issued < jobs || !waiting_.empty()) {
    ASSERT_LT(++cycles, 100000) << "the line hangs";
    for (const char* port : {"word_load_i", "piece_load_i", "issue_i", "merge_i"})
      block_.poke(port, 0);
    const bool word = !words_.empty() && now();
    Word loading{};
    if (word) {
      loading = words_.front();
      block_.poke("word_load_i", 1);
      block_.poke("word_step_i", static_cast<std::uint64_t>(loading.step));
      words_.pop_front();
    }
    if (!pieces_.empty() && now()) {
      poke_piece(pieces_.front());
      pieces_.pop_front();
    }
    arriving_.clear();
    // The merge reads a segment; those that it has not come to yet:
    unmerged_ &= unmerged_ - 1;
    block_.poke("unmerged_i", unmerged_);

    // Blocks: when no job of its own is left, the line goes on to the one that is being issued;
    // with sums, only when its turn has come.
    bool held = false;
    for (const Job& each : waiting_) held = held || each.block == current_;
    const bool left = current_ != issuing_ && !held;
    EXPECT_EQ(block_.peek("current_o"), static_cast<std::uint64_t>(current_ & 1));
    EXPECT_EQ(block_.peek("touched_o"), touched_);
    EXPECT_EQ(block_.peek("merge_request_o") != 0, left && touched_ != 0);
    const bool merge = left && touched_ != 0 && unmerged_ == 0 && now();
    block_.poke("merge_i", merge);
    const bool goes_on = left && (touched_ == 0 || merge);
    // The next block is closed only when every line has come to it and has been merged.
    const bool close = current_ == issuing_ && unmerged_ == 0 && uniform(0, eager ? 40 : 8) == 0;

    check_free();
    const bool issue = issued < jobs && block_.peek("free_o") != 0 && now();
    if (issue) {
      waiting_.push_back(issue_job());
      block_.poke("issue_i", 1);
      block_.poke("issue_segments_i", waiting_.back().segments);
      ++issued;
    }
    check_running();
    if (testing::Test::HasFailure()) return;
    EXPECT_EQ(block_.peek("controls_load_o") != 0, word);
    if (point_.rebuild) {
      check_fill();
    } else if (word) {
      const int bank = static_cast<int>(block_.peek("controls_load_bank_o"));
      for (int c = 0; c < point_.columns; ++c)
        arriving_.push_back({bank * point_.columns + c, {loading.job, c}});
    }
    block_.step();
    // What this cycle wrote is seen from the next one on.
    for (const auto& [index, held_weight] : arriving_) banks_[index] = held_weight;
    if (word) {
      const Block& b = blocks_[loading.block];
      fill_ = {loading.job, loading.step, b.bypass ? 1 : b.steps, b.bypass};
    }
    if (merge) unmerged_ = touched_;
    if (goes_on) current_ = issuing_, touched_ = 0;
    if (close) ++issuing_, open_block();
  }
}

void check_line(const design::DesignPoint& point, int seed) {
  design::validate(point);
  Line line(point, seed);
  for (int trial = 0; trial < 12; ++trial) {
    SCOPED_TRACE("trial " + std::to_string(trial));
    line.run(80, trial % 2 == 0);
    if (testing::Test::HasFailure()) return;
  }
  if (point.block_segments > 1) {
    EXPECT_GT(line.held_back(), 0) << "no step had to wait for a merge: that is not tested";
  }
}

design::DesignPoint small(design::MacKind kind, int columns, int segments) {
  design::DesignPoint point;
  point.lines = 1;
  point.macs = 4;
  point.columns = columns;
  point.block_segments = segments;
  point.mac_kind = kind;
  return point;
}

TEST(LineControl, BoothStepsMeetTheirWeights) {
  check_line(small(design::MacKind::booth_serial, 3, 4), 13);
}

TEST(LineControl, ParallelStepsMeetTheirWeights) {
  check_line(small(design::MacKind::parallel, 6, 8), 14);
}

TEST(LineControl, IsFreeWhenItsRowWillBeRebuiltInTwoCycles) {
  // Jobs of one segment: those of more are longer than the rebuilding of the row behind them.
  Line line(small(design::MacKind::parallel, 6, 1), 17);
  for (int trial = 0; trial < 4; ++trial) line.run(80, true);
  EXPECT_GT(line.free_while_rebuilding(), 50) << "no job was issued that early: that is not tested";
}

TEST(LineControl, OneSegmentStepsMeetTheirWeights) {
  check_line(small(design::MacKind::parallel, 2, 1), 15);
}

TEST(LineControl, WithoutRebuildStepsMeetTheirWeights) {
  check_line(small(design::MacKind::parallel, 3, 2).dense_baseline(), 16);
}

}  // namespace
}  // namespace sd::test
