// The walk over a COMPUTE's blocks, as far as the counters see it.
#include <algorithm>

#include "machine_compute.hpp"
#include "machine_results.hpp"

namespace sd::schedule {

namespace {

std::int64_t divide_up(std::int64_t value, std::int64_t by) {
  return (value + by - 1) / by;
}

class BlockCounts {
 public:
  BlockCounts(const Compute& c, const Group& group, const Selection& selection,
              const design::DesignPoint& design, Activity& activity)
      : c_(c), group_(group), selection_(selection), design_(design), activity_(activity) {}

  void run() {
    row_words_ = divide_up(c_.output_columns, design_.macs);
    column_blocks_ = divide_up(row_words_, c_.block_words);
    for (std::int64_t y = 0; y < c_.output_rows; y += c_.block_rows) count_band(y);
    const auto blocks =
        static_cast<std::uint64_t>(column_blocks_ * divide_up(c_.output_rows, c_.block_rows));
    activity_.index_buffer_reads += blocks * static_cast<std::uint64_t>(c_.index_entries);
    activity_.rows_skipped_weight += blocks * static_cast<std::uint64_t>(c_.rows_not_stored);
    const auto basis_words =
        static_cast<std::uint64_t>(group_.markers * design_.rank * design_.columns);
    activity_.weight_buffer_reads += c_.keep_basis != 0 ? basis_words : blocks * basis_words;
    const std::uint64_t products =
        segment_rows_ * static_cast<std::uint64_t>(c_.steps * c_.output_columns * c_.active_slices);
    activity_.macs += products;
    // Booth digits are counted with the activations.
    if (design_.mac_kind == design::MacKind::parallel) activity_.mac_active += products;
  }

 private:
  /// The blocks at output row `y`: all that lie beside each other have the same rows.
  void count_band(std::int64_t y) {
    const std::int64_t rows = std::min(c_.block_rows, c_.output_rows - y);
    for (std::size_t i = 0; i < group_.rows.size(); ++i) {
      std::int64_t first = -1, last = -1;
      for (std::int64_t row = 0; row < rows; ++row) {
        if (!selection_.is_live(y + row, i)) continue;
        if (first < 0) first = row;
        last = row;
        ++segment_rows_;
      }
      if (first < 0)
        activity_.rows_skipped_activation += static_cast<std::uint64_t>(column_blocks_);
      else
        count_jobs(group_.rows[i], y + first, last);
    }
    if (c_.residual != 0) {
      const std::int64_t words = std::min(column_blocks_ * c_.block_words, c_.output_pitch);
      activity_.input_buffer_reads += static_cast<std::uint64_t>(rows * words * c_.active_slices);
    }
  }

  /// A row's jobs in the blocks of a band; `y`: the first output row that they compute, `last`: the
  /// last, inside the block.
  void count_jobs(const Group::Row& row, std::int64_t y, std::int64_t last) {
    const auto jobs = static_cast<std::uint64_t>(column_blocks_);
    const auto steps = static_cast<std::uint64_t>(c_.steps);
    activity_.rows_executed += jobs;
    const bool word_per_step = design_.rebuild && c_.bypass != 0;
    activity_.weight_buffer_reads += word_per_step ? jobs * steps : jobs;
    if (design_.rebuild && c_.bypass == 0)
      activity_.weights_rebuilt += jobs * steps * static_cast<std::uint64_t>(c_.active_slices);
    if (mode_of(c_) == ComputeMode::window) {
      count_beats(-c_.pad_left, c_.steps, last);
      return;
    }
    for (std::int64_t step = 0; step < c_.steps; ++step) {
      const TapRow tap = tap_row(c_, row, y, step);
      if (tap.exists) count_beats(tap.column, 1, last);
    }
  }

  /// The beats of a band's blocks; `column`: of pixel 0; rows begin on words, so that no other part
  /// of the address matters.
  void count_beats(std::int64_t column, std::int64_t span, std::int64_t last) {
    const std::int64_t per_beat = design_.beat_segments(static_cast<int>(c_.stride_x));
    for (std::int64_t block = 0; block < row_words_; block += c_.block_words) {
      const std::int64_t segments =
          last * c_.block_words + std::min(c_.block_words, row_words_ - block);
      for (std::int64_t beat = 0; beat < segments; beat += per_beat) {
        const std::int64_t bytes =
            (std::min(per_beat, segments - beat) * design_.macs - 1) * c_.stride_x + span;
        activity_.input_buffer_reads += static_cast<std::uint64_t>(words_between(
            (block + beat) * design_.macs * c_.stride_x + column, bytes, design_.macs));
      }
    }
  }

  const Compute& c_;
  const Group& group_;
  const Selection& selection_;
  const design::DesignPoint& design_;
  Activity& activity_;
  std::int64_t row_words_ = 0;      ///< segments of an output row that have products
  std::int64_t column_blocks_ = 0;  ///< blocks beside each other that have products
  std::uint64_t segment_rows_ = 0;  ///< pairs of an output row and a row computed for it
};

}  // namespace

void count_blocks(const Compute& c, const Group& group, const Selection& selection,
                  const design::DesignPoint& design, Activity& activity) {
  BlockCounts(c, group, selection, design, activity).run();
}

}  // namespace sd::schedule
