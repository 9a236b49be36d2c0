// Convolution and fully connected layers on rebuilt 8-bit weights.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sdengine/integer/executor.hpp"

namespace sd::integer {

/// One layer, its weights rebuilt once: per filter a vector over (kernel row, kernel column,
/// channel), zero padded.
class Convolution {
 public:
  Convolution(const graph::Operator& op, const graph::TensorShape& input,
              const pack::PackedLayer& layer);

  /// The number of results that saturate is added to `saturated`, where it is not null.
  [[nodiscard]] Tensor run(const Tensor& input, std::int64_t* saturated) const;

 private:
  void rebuild(const pack::PackedLayer& layer);
  /// [group][height][width][channels of the group], so that a kernel row of a patch is contiguous.
  [[nodiscard]] std::vector<std::int16_t> channels_last(const Tensor& input) const;
  void gather_patch(std::span<const std::int16_t> image, int oy, int ox, std::int16_t* patch) const;
  /// Groups of one channel: depthwise layers.
  void run_plane(int group, const Tensor& input, Tensor& output, std::int64_t* saturated) const;
  void run_group(int group, std::span<const std::int16_t> image, Tensor& output,
                 std::int64_t* saturated) const;

  graph::TensorShape input_, output_;
  graph::Window window_;
  bool relu_ = false;
  int groups_ = 1, group_channels_ = 0, group_filters_ = 0;
  int length_ = 0;                     ///< of a filter's vector, padded
  int padded_filters_ = 0;             ///< per group
  std::vector<std::int16_t> weights_;  ///< [groups][padded_filters][length]
  std::vector<pack::OutputStage> stages_;
};

}  // namespace sd::integer
