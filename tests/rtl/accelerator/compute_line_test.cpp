// A line's control, with the segments and jobs of a random issuer: every step of every job must
// meet its own weight and its own activations, whatever the issuer's timing, and take the cycles
// that its Booth digits need.
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

int digits_of(int x) {
  int count = 0;
  for (int i = 0; i < 4; ++i) {
    const auto bit = [&](int b) { return b < 0 ? 0 : (x >> b) & 1; };
    count += bit(2 * i + 1) == bit(2 * i) && bit(2 * i) == bit(2 * i - 1) ? 0 : 1;
  }
  return count;
}

struct Job {
  int number = 0, segment = 0;
  std::vector<std::vector<int>> pieces;  ///< bytes of each segment read
};

struct Layer {
  int steps, stride;
  bool pointwise, bypass;
  std::uint64_t valid[2];  ///< lanes, for segments of either tag
};

class Line {
 public:
  Line(const design::DesignPoint& point, int seed)
      : point_(point),
        block_(fresh_block(hcl::elaborate<rtl::LineControl>(point))),
        random_(static_cast<std::uint64_t>(seed)) {}

  /// Cycles that a layer of `jobs` jobs takes; `eager`: the issuer never hesitates.
  int run(const Layer& layer, int jobs, bool eager);

 private:
  int uniform(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool booth() const { return point_.mac_kind == design::MacKind::booth_serial; }
  int activation(const Layer& layer, const Job& job, int step, int lane) const {
    const int byte =
        layer.pointwise ? job.pieces[static_cast<std::size_t>(step)][static_cast<std::size_t>(lane)]
                        : job.pieces[0][static_cast<std::size_t>(lane * layer.stride + step)];
    return static_cast<std::int8_t>(byte);
  }
  Job make_job(const Layer& layer, int number, int segment) {
    Job job{number, segment, {}};
    for (int piece = 0; piece < (layer.pointwise ? layer.steps : 1); ++piece) {
      job.pieces.emplace_back();
      for (int i = 0; i < rtl::window_bytes(point_); ++i)
        job.pieces.back().push_back(uniform(0, 2) == 0 ? 0 : uniform(0, 255));
    }
    return job;
  }
  void check_running(const Layer& layer);

  design::DesignPoint point_;
  tb::Block block_;
  std::mt19937_64 random_;
  std::deque<Job> waiting_;                   ///< issued, not finished, in order
  std::map<int, std::pair<int, int>> banks_;  ///< byte of the banks -> job and column that it holds
  std::vector<int> sums_;
  int number_ = 0, step_ = 0, cycles_in_step_ = 0, current_ = 0,
      issuing_ = 0;  ///< segments by number
  bool dirty_ = false;
};

void Line::check_running(const Layer& layer) {
  const std::uint64_t enable = block_.peek("controls_enable_o");
  ASSERT_EQ(block_.peek("operations_o"), static_cast<std::uint64_t>(std::popcount(enable)));
  const std::uint64_t lanes = layer.valid[current_ & 1];
  const bool done = block_.peek("products_o") != 0;
  if (enable == 0 && !done) return;
  ASSERT_FALSE(waiting_.empty());
  const Job& job = waiting_.front();
  ASSERT_EQ(job.segment, current_) << "a job ran while the sums of another segment were there";
  dirty_ = true;
  const auto held = banks_[static_cast<int>(block_.peek("controls_run_index_o"))];
  ASSERT_EQ(held, std::make_pair(job.number, step_)) << "another row's weight feeds the MACs";
  ++cycles_in_step_;
  int worst = 1;
  for (int lane = 0; lane < point_.macs; ++lane) {
    const int x = activation(layer, job, step_, lane);
    const bool valid = ((lanes >> lane) & 1) != 0;
    if (valid && booth()) worst = std::max(worst, digits_of(x));
    const std::string number = std::to_string(lane);
    if (((enable >> lane) & 1) != 0) {
      ASSERT_TRUE(valid);
      sums_[static_cast<std::size_t>(lane)] +=
          !booth() ? static_cast<int>(block_.peek_signed("controls_activation_" + number + "_o"))
                   : (((block_.peek("controls_negate_o") >> lane) & 1) != 0 ? -1 : 1) *
                         (1 << block_.peek("controls_shift_" + number + "_o"));
    }
    if (done) {
      ASSERT_EQ(sums_[static_cast<std::size_t>(lane)], valid ? x : 0)
          << "job " << job.number << ", step " << step_ << ", lane " << lane;
    }
  }
  if (!done) return;
  ASSERT_EQ(block_.peek("products_o"), static_cast<std::uint64_t>(std::popcount(lanes)));
  ASSERT_EQ(cycles_in_step_, worst);
  std::fill(sums_.begin(), sums_.end(), 0);
  cycles_in_step_ = 0;
  if (++step_ == layer.steps) {
    waiting_.pop_front();
    step_ = 0;
  }
}

int Line::run(const Layer& layer, int jobs, bool eager) {
  sums_.assign(static_cast<std::size_t>(point_.macs), 0);
  block_.poke("steps_i", static_cast<std::uint64_t>(layer.steps));
  block_.poke("stride_i", static_cast<std::uint64_t>(layer.stride));
  block_.poke("pointwise_i", layer.pointwise);
  if (point_.rebuild) block_.poke("bypass_i", layer.bypass);
  block_.poke("valid0_i", layer.valid[0]);
  block_.poke("valid1_i", layer.valid[1]);
  int issued = 0, cycles = 0, part = -1, loading = -1, fill_job = -1;
  const bool many_words = layer.bypass && point_.rebuild;
  const int parts = layer.pointwise || many_words ? layer.steps : 1;
  Job job;
  while (issued < jobs || !waiting_.empty() || part >= 0) {
    if (++cycles > 100000) {
      ADD_FAILURE() << "the line hangs";
      return cycles;
    }
    // The data cycle of the part that was read a cycle ago.
    const bool data = part >= 0;
    const bool word = data && (part == 0 || many_words),
               piece = data && (part == 0 || layer.pointwise);
    block_.poke("load_i", word);
    block_.poke("piece_load_i", piece);
    block_.poke("piece_i", static_cast<std::uint64_t>(std::max(part, 0)));
    block_.poke("piece_last_i", !layer.pointwise || part + 1 == parts);
    if (piece) {
      std::vector<std::uint32_t> bytes(
          static_cast<std::size_t>((rtl::window_bytes(point_) * 8 + 31) / 32), 0);
      const auto& from = job.pieces[layer.pointwise ? static_cast<std::size_t>(part) : 0];
      for (std::size_t i = 0; i < from.size(); ++i)
        tb::set_field(bytes, static_cast<int>(i) * 8, 8, static_cast<std::uint64_t>(from[i]));
      block_.poke("segment_i", bytes);
    }

    // Segments: when no job of its own is left, the line goes on to the one that is being issued;
    // with sums, only after their merge.
    const auto tag = [](int number) { return static_cast<std::uint64_t>(number & 1); };
    block_.poke("tag_i", tag(issuing_));
    block_.poke("issue_i", 0);
    block_.poke("merge_i", 0);
    bool held = false;
    for (const Job& each : waiting_) held = held || each.segment == current_;
    const bool left = current_ != issuing_ && !held;
    EXPECT_EQ(block_.peek("current_o"), tag(current_));
    EXPECT_EQ(block_.peek("merge_request_o") != 0, left && dirty_);
    const bool merge = left && dirty_ && uniform(0, eager ? 0 : 2) == 0;
    block_.poke("merge_i", merge);
    EXPECT_EQ(block_.peek("controls_clear_o") != 0, merge);
    const bool goes_on = left && (!dirty_ || merge);
    // The next segment is closed only when every line has come to it.
    const bool close = current_ == issuing_ && part < 0 && uniform(0, eager ? 40 : 8) == 0;

    // The issuer: the next job's first part is read in the cycle of the last part's data at the
    // earliest.
    const bool can_issue = part < 0 || part + 1 == parts;
    bool issue = false;
    if (can_issue && issued < jobs && block_.peek("free_o") != 0 && (eager || uniform(0, 3) == 0)) {
      issue = true;
      block_.poke("issue_i", 1);
    }
    check_running(layer);
    if (testing::Test::HasFailure()) return cycles;

    // The banks, as the slices would see them.
    std::vector<std::pair<int, std::pair<int, int>>> written;
    if (point_.rebuild) {
      const bool fill = block_.peek("controls_fill_o") != 0;
      if (fill) {
        const auto mask = block_.peek_words("controls_fill_mask_o");
        for (int byte = 0; byte < 2 * point_.columns; ++byte)
          if (tb::get_field(mask, byte * 8, 8) == 0xff)
            written.push_back(
                {byte, {fill_job, static_cast<int>(block_.peek("controls_column_o"))}});
        EXPECT_EQ(written.size(), 1U);
      }
      EXPECT_EQ(block_.peek("filled_o") != 0, fill && !layer.bypass);
    } else if (word) {
      const int bank = static_cast<int>(block_.peek("controls_bank_o"));
      for (int c = 0; c < point_.columns; ++c)
        written.push_back({bank * point_.columns + c, {loading, c}});
    }
    EXPECT_EQ(block_.peek("controls_load_o") != 0, word);
    block_.step();
    for (const auto& [byte, held_weight] : written) banks_[byte] = held_weight;
    if (word) fill_job = loading;
    if (goes_on) current_ = issuing_, dirty_ = false;
    if (data) part = part + 1 == parts ? -1 : part + 1;
    if (issue) {
      job = make_job(layer, ++number_, issuing_);
      loading = job.number;
      waiting_.push_back(job);
      part = 0;
      ++issued;
    }
    if (close) ++issuing_;
  }
  return cycles;
}

void check_line(const design::DesignPoint& point) {
  design::validate(point);
  Line line(point, 13);
  std::mt19937_64 random(14);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (int trial = 0; trial < 24; ++trial) {
    SCOPED_TRACE("trial " + std::to_string(trial));
    const bool pointwise = uniform(0, 2) == 0;
    const Layer layer{pointwise ? point.columns : uniform(1, point.columns),
                      uniform(1, point.max_stride),
                      pointwise,
                      point.rebuild && uniform(0, 2) == 0,
                      {(std::uint64_t{1} << uniform(1, point.macs)) - 1,
                       (std::uint64_t{1} << uniform(1, point.macs)) - 1}};
    line.run(layer, 60, trial % 2 == 0);
    if (testing::Test::HasFailure()) return;
  }
}

design::DesignPoint small(design::MacKind kind, int columns) {
  design::DesignPoint point;
  point.lines = 1;
  point.macs = 4;
  point.columns = columns;
  point.mac_kind = kind;
  return point;
}

TEST(LineControl, BoothStepsMeetTheirWeights) {
  check_line(small(design::MacKind::booth_serial, 3));
}

TEST(LineControl, ParallelStepsMeetTheirWeights) {
  check_line(small(design::MacKind::parallel, 6));
}

TEST(LineControl, WithoutRebuildStepsMeetTheirWeights) {
  check_line(small(design::MacKind::parallel, 3).dense_baseline());
}

}  // namespace
}  // namespace sd::test
