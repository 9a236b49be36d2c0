// The array with an issuer, a weight stream, an activation stream and a drain of a test's own, and
// what its sums and counters must be, in plain integers.
//
// The driver keeps the contract of pe_array.hpp and block_config.hpp and nothing more: words and
// pieces come in issue order, as late as they like and each at its own pace; a piece carries any
// group of segments; blocks follow each other as soon as the array allows it, while banks are
// emptied late.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "rtl/accelerator/compute_block.hpp"
#include "rtl/design/design_point.hpp"

namespace sd::test {

struct ArrayLayer {
  int steps = 1, stride = 1;
  bool gather = false, bypass = false;
};

/// How the surroundings of the array behave: each a chance in a hundred and cycle.
struct ArrayPace {
  int issue = 100, word = 100, piece = 100;  ///< it comes, when it can
  int drain = 100;                           ///< a full bank is read and released
  bool whole_jobs = false;  ///< jobs compute every segment of the block, window jobs in one piece
};

struct ArrayCounts {
  std::int64_t products = 0, operations = 0, filled = 0;
  friend bool operator==(const ArrayCounts&, const ArrayCounts&) = default;
};

class ArrayDriver {
 public:
  ArrayDriver(const design::DesignPoint& point, std::uint64_t seed);

  /// A new layer: its basis and shifts are loaded behind the rows of the one before.
  void begin_layer(const ArrayLayer& layer);
  /// A block of that many jobs, drawn at random, of the layer begun last. Blocks are checked when
  /// they are drained.
  void run_block(int jobs, const ArrayPace& pace);
  /// Until everything is drained; then the counters are checked, too.
  void finish(const ArrayPace& pace);
  /// Cycles since construction.
  [[nodiscard]] int cycle() const { return cycle_; }
  /// Cycles that the jobs issued so far keep a line busy, all together.
  [[nodiscard]] std::int64_t busy_cycles() const { return busy_cycles_; }
  /// Cycles in which some line had to wait for its bank.
  [[nodiscard]] int merge_wait_cycles() const { return merge_wait_cycles_; }

 private:
  struct Word {
    int cycle;               ///< first in which it may come
    std::uint64_t line = 0;  ///< 0: an element of the basis
    int number = 0;          ///< step, or element
    std::vector<std::uint32_t> bits;
  };
  struct Piece {
    int cycle;
    std::uint64_t line, segments;
    int step;
    bool last;
    std::vector<std::uint32_t> bits;
  };
  struct Sums {
    bool tag = false;
    std::vector<std::int32_t> lanes;  ///< (slice * segments + segment) * macs + lane
    std::uint64_t touched = 0;
    std::vector<int> valid;  ///< lanes, by segment
  };

  int uniform(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(int percent) { return uniform(0, 99) < percent; }
  /// Random bits for a port.
  std::vector<std::uint32_t> any(int bits);
  void open_block();
  void issue_job(std::uint64_t line, const ArrayPace& pace);
  void queue_words(std::uint64_t line, std::vector<std::vector<int>>& weights);
  void queue_pieces(std::uint64_t line, std::uint64_t segments, bool whole,
                    const std::vector<std::vector<int>>& bytes);
  void drain(const ArrayPace& pace);
  /// One cycle; `jobs`: how many may be issued. Returns how many were.
  int step(int jobs, const ArrayPace& pace);

  design::DesignPoint point_;
  tb::Block block_;
  std::mt19937_64 random_;
  int cycle_ = 0, merge_wait_cycles_ = 0;
  std::int64_t busy_cycles_ = 0;
  ArrayLayer layer_;
  std::vector<std::vector<std::vector<int>>> basis_;  ///< slice, j, column
  std::vector<int> shift_;
  bool tag_ = false;
  int new_shifts_ = 0;          ///< slices whose shifts are still to be loaded
  std::deque<Sums> blocks_;     ///< not yet drained; jobs are issued for the last one
  int complete_ = 0;            ///< how many of them wait to be drained
  bool closed_ = false;         ///< the last but one is not known to be complete
  std::array<bool, 2> full_{};  ///< banks
  int drain_index_ = 0;
  std::deque<Word> words_;
  std::deque<Piece> pieces_;
  ArrayCounts expected_, counted_;
};

}  // namespace sd::test
