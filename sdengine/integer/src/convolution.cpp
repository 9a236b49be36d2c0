#include "convolution.hpp"

#include <algorithm>
#include <cstddef>

#include "dot_products.hpp"
#include "plane_convolution.hpp"
#include "requantise.hpp"

namespace sd::integer {

namespace {

/// Patches gathered at a time: enough to use each weight often, few enough to stay in the cache.
int patches_at_a_time(int length) {
  constexpr int most = 64, cache_elements = 1 << 16;
  return std::clamp(cache_elements / length / patch_block * patch_block, patch_block, most);
}

}  // namespace

Convolution::Convolution(const graph::Operator& op, const graph::TensorShape& input,
                         const pack::PackedLayer& layer)
    : input_(input),
      output_(op.output),
      window_(op.window),
      relu_(op.relu),
      groups_(op.groups),
      stages_(layer.stages) {
  if (op.kind ==
      graph::OperatorKind::fully_connected) {  // a 1x1 convolution over the flattened input
    input_ = {static_cast<int>(input.elements()), 1, 1};
    output_ = {static_cast<int>(op.output.elements()), 1, 1};
    window_ = {};
    groups_ = 1;
  }
  group_channels_ = input_.channels / groups_;
  group_filters_ = output_.channels / groups_;
  length_ = round_up(group_channels_ * window_.kernel_height * window_.kernel_width, vector_step);
  padded_filters_ = round_up(group_filters_, filter_block);
  rebuild(layer);
}

void Convolution::rebuild(const pack::PackedLayer& layer) {
  weights_.assign(static_cast<std::size_t>(groups_) * padded_filters_ * length_, 0);
  const decompose::WeightShape& shape = layer.shape;
  const int columns = layer.layout.columns;
  std::vector<std::int8_t> row_weights(static_cast<std::size_t>(columns));
  for (int m = 0; m < shape.filters; ++m) {
    const int place = m / group_filters_ * padded_filters_ + m % group_filters_;
    std::int16_t* const filter = weights_.data() + static_cast<std::ptrdiff_t>(place) * length_;
    for (int row = 0; row < layer.layout.rows; ++row) {
      layer.rebuild_row(m, row, row_weights);
      const int r = row % shape.kernel_height;
      for (int column = 0; column < columns; ++column) {
        const bool wide = shape.kernel_width > 1;
        const int c =
            wide ? row / shape.kernel_height : row / shape.kernel_height * columns + column;
        const int s = wide ? column : 0;
        if (c < shape.channels)
          filter[(static_cast<std::ptrdiff_t>(r) * shape.kernel_width + s) * shape.channels + c] =
              row_weights[static_cast<std::size_t>(column)];
      }
    }
  }
}

std::vector<std::int16_t> Convolution::channels_last(const Tensor& input) const {
  std::vector<std::int16_t> image(input.size());
  const std::size_t pixels = static_cast<std::size_t>(input_.height) * input_.width;
  const auto step = static_cast<std::size_t>(group_channels_);
  for (int group = 0; group < groups_; ++group)
    for (int c = 0; c < group_channels_; ++c) {
      const std::size_t begin = static_cast<std::size_t>(group) * group_channels_ * pixels;
      const std::int8_t* const from = input.data() + begin + static_cast<std::size_t>(c) * pixels;
      std::int16_t* const to = image.data() + begin + c;
      for (std::size_t pixel = 0; pixel < pixels; ++pixel) to[pixel * step] = from[pixel];
    }
  return image;
}

void Convolution::gather_patch(std::span<const std::int16_t> image, int oy, int ox,
                               std::int16_t* patch) const {
  const graph::Window& w = window_;
  const int y0 = oy * w.stride_height - w.pad_top;
  const int x0 = ox * w.stride_width - w.pad_left;
  const std::ptrdiff_t channels = group_channels_;
  const auto pixel = [&](std::int64_t y, std::int64_t x) {
    return image.data() + (y * input_.width + x) * channels;
  };
  for (int r = 0; r < w.kernel_height; ++r, patch += w.kernel_width * channels) {
    const std::int64_t y = y0 + std::int64_t{r} * w.dilation_height;
    if (y < 0 || y >= input_.height) {
      std::fill_n(patch, w.kernel_width * channels, std::int16_t{0});
    } else if (w.dilation_width == 1) {
      const int begin = std::clamp(-x0, 0, w.kernel_width);
      const int end = std::clamp(input_.width - x0, begin, w.kernel_width);
      std::fill_n(patch, begin * channels, std::int16_t{0});
      if (begin < end)
        std::copy_n(pixel(y, x0 + begin), (end - begin) * channels, patch + begin * channels);
      std::fill_n(patch + end * channels, (w.kernel_width - end) * channels, std::int16_t{0});
    } else {
      for (int s = 0; s < w.kernel_width; ++s) {
        const std::int64_t x = x0 + std::int64_t{s} * w.dilation_width;
        if (x < 0 || x >= input_.width) {
          std::fill_n(patch + s * channels, channels, std::int16_t{0});
        } else {
          std::copy_n(pixel(y, x), channels, patch + s * channels);
        }
      }
    }
  }
}

void Convolution::run_group(int group, std::span<const std::int16_t> image, Tensor& output,
                            std::int64_t* saturated) const {
  const int pixels = output_.height * output_.width;
  const int tile = std::min(patches_at_a_time(length_), round_up(pixels, patch_block));
  // The padding past a patch's end is never written, and meets weights of zero.
  std::vector<std::int16_t> patches(static_cast<std::size_t>(tile) * length_);
  std::vector<std::int32_t> sums(static_cast<std::size_t>(tile) * padded_filters_);
  const std::int16_t* const weights =
      weights_.data() + static_cast<std::ptrdiff_t>(group) * padded_filters_ * length_;
  for (int first = 0; first < pixels; first += tile) {
    const int count = std::min(tile, pixels - first);
    for (int p = 0; p < count; ++p)
      gather_patch(image, (first + p) / output_.width, (first + p) % output_.width,
                   patches.data() + static_cast<std::ptrdiff_t>(p) * length_);
    dot_products(weights, padded_filters_, patches.data(), tile, length_, sums.data());
    for (int f = 0; f < group_filters_; ++f) {
      const int channel = group * group_filters_ + f;
      const std::int32_t* const from = sums.data() + static_cast<std::ptrdiff_t>(f) * tile;
      std::int8_t* const to = output.data() + static_cast<std::ptrdiff_t>(channel) * pixels + first;
      requantise(stages_[static_cast<std::size_t>(channel)], relu_,
                 {from, static_cast<std::size_t>(count)}, to, saturated);
    }
  }
}

void Convolution::run_plane(int group, const Tensor& input, Tensor& output,
                            std::int64_t* saturated) const {
  const std::size_t pixels = static_cast<std::size_t>(output_.height) * output_.width;
  const std::size_t input_pixels = static_cast<std::size_t>(input_.height) * input_.width;
  std::vector<std::int32_t> sums(pixels);
  for (int f = 0; f < group_filters_; ++f) {
    const auto channel = static_cast<std::size_t>(group) * group_filters_ + f;
    const auto place = static_cast<std::ptrdiff_t>(group) * padded_filters_ + f;
    convolve_plane(window_, input_, output_,
                   input.data() + static_cast<std::size_t>(group) * input_pixels,
                   weights_.data() + place * length_, sums);
    requantise(stages_[channel], relu_, sums, output.data() + channel * pixels, saturated);
  }
}

Tensor Convolution::run(const Tensor& input, std::int64_t* saturated) const {
  Tensor output(output_.elements());
  if (group_channels_ == 1) {
    for (int group = 0; group < groups_; ++group) run_plane(group, input, output, saturated);
    return output;
  }
  const std::vector<std::int16_t> image = channels_last(input);
  const std::size_t group_size = image.size() / static_cast<std::size_t>(groups_);
  for (int group = 0; group < groups_; ++group)
    run_group(group,
              std::span(image).subspan(static_cast<std::size_t>(group) * group_size, group_size),
              output, saturated);
  return output;
}

}  // namespace sd::integer
