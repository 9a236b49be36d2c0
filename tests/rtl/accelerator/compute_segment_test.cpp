// The activations of a line: slots filled by pieces in any order, and the segment that moves past
// the weights.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/segment_register.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

struct Job {
  bool gather;
  int steps, stride;
  std::vector<std::vector<int>> bytes;  ///< by segment: a window, or macs bytes a step
};

void check_segments(const design::DesignPoint& point) {
  design::validate(point);
  tb::Block block = fresh_block(hcl::elaborate<rtl::SegmentRegister>(point));
  std::mt19937_64 random(6);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const int segments = point.block_segments, slot = rtl::slot_bits(point), macs = point.macs;
  int bank = 0;
  Job running{};
  for (int trial = 0; trial < 150; ++trial) {
    // The job of this trial is loaded while the one before it runs.
    Job job{uniform(0, 1) == 1, uniform(1, point.columns), 1, {}};
    if (!job.gather) job.stride = uniform(1, point.max_stride);
    for (int t = 0; t < segments; ++t) {
      job.bytes.emplace_back();
      for (int i = 0; i < (job.gather ? job.steps * macs : point.window_bytes()); ++i)
        job.bytes.back().push_back(uniform(0, 255));
    }
    struct Piece {
      int step;
      std::uint64_t segments;
    };
    std::vector<Piece> pieces;
    for (int step = 0; step < (job.gather ? job.steps : 1); ++step)
      for (int t = 0; t < segments;) {
        const int next = uniform(t + 1, segments);
        pieces.push_back({step, ((1ULL << next) - 1) & ~((1ULL << t) - 1)});
        t = next;
      }
    const auto maybe_load = [&] {
      const bool loads = !pieces.empty() && uniform(0, 2) != 0;
      block.poke("load_i", loads);
      if (!loads) return;
      const Piece piece = pieces.front();
      pieces.erase(pieces.begin());
      std::vector<std::uint32_t> slots(at((segments * slot + 31) / 32), 0);
      for (int i = 0; i < segments * slot; i += 8)
        tb::set_field(slots, i, 8, static_cast<std::uint64_t>(uniform(0, 255)));
      for (int t = 0; t < segments; ++t)
        for (int i = 0; i < (job.gather ? macs : slot / 8); ++i)
          if ((piece.segments >> t & 1) != 0)
            tb::set_field(slots, t * slot + i * 8, 8,
                          static_cast<std::uint64_t>(
                              job.bytes[at(t)][at(piece.step * macs * job.gather + i)]));
      block.poke("load_bank_i", static_cast<std::uint64_t>(bank));
      block.poke("load_gather_i", job.gather);
      block.poke("load_segments_i", piece.segments);
      block.poke("load_step_i", static_cast<std::uint64_t>(piece.step));
      block.poke("slots_i", slots);
    };
    for (int k = 0; trial > 0 && k < 2 * segments; ++k) {
      const int t = uniform(0, segments - 1);  // a slot stays until it is overwritten
      block.poke("gather_i", running.gather);
      block.poke("stride_i", static_cast<std::uint64_t>(running.stride));
      block.poke("enter_i", 1);
      block.poke("move_i", static_cast<std::uint64_t>(uniform(0, 1)));  // `enter` wins
      block.poke("enter_bank_i", static_cast<std::uint64_t>(1 - bank));
      block.poke("enter_segment_i", static_cast<std::uint64_t>(t));
      maybe_load();
      block.step();
      block.poke("enter_i", 0);
      for (int step = 0; step < running.steps; ++step) {
        block.poke("move_i", 0);
        for (int wait = uniform(-2, 2); wait > 0; --wait) {  // a step may take more than a cycle
          maybe_load();
          block.step();
        }
        const auto taps = block.peek_words("taps_o");
        for (int lane = 0; lane < macs; ++lane)
          ASSERT_EQ(tb::get_field(taps, lane * 8, 8),
                    static_cast<std::uint64_t>(running.bytes[at(t)][at(
                        running.gather ? step * macs + lane : lane * running.stride + step)]))
              << "trial " << trial << ", segment " << t << ", step " << step << ", lane " << lane;
        block.poke("move_i", 1);
        maybe_load();
        block.step();
      }
      block.poke("move_i", 0);
    }
    while (!pieces.empty()) {
      maybe_load();
      block.step();
    }
    block.poke("load_i", 0);
    running = job;
    bank = 1 - bank;
  }
}

design::DesignPoint shape(int macs, int segments, int columns, int max_stride) {
  design::DesignPoint point;
  point.macs = macs;
  point.block_segments = segments;
  point.columns = columns;
  point.max_stride = max_stride;
  return point;
}

TEST(SegmentRegister, ChunksLongerThanTheWindow) {
  check_segments(shape(4, 4, 3, 2));
}

TEST(SegmentRegister, WindowLongerThanTheChunks) {
  check_segments(shape(4, 2, 2, 5));
}

TEST(SegmentRegister, OneSegment) {
  check_segments(shape(2, 1, 7, 1));
}

}  // namespace
}  // namespace sd::test
