// Convolution as a product of weights [filters][taps] and an im2col matrix [taps][pixels] that is
// made panel by panel: a panel of 16 output pixels stays in the first-level cache while every
// filter passes over it.
#include <algorithm>
#include <cstring>

#include "kernels.hpp"
#include "multiversion.hpp"

namespace sd::inference {
namespace {

constexpr int panel_pixels = 16;
constexpr int lanes = 8;
using Vector = float __attribute__((vector_size(lanes * sizeof(float))));

/// output[f][0..15] = bias[f] + sum over taps of weights[f][tap] * panel[tap][0..15] for `Filters`
/// filters.
template <int Filters>
[[gnu::always_inline]] inline void multiply_block(const float* weights, const float* bias, int taps,
                                                  const float* panel, float* output,
                                                  std::size_t output_stride, int pixels) {
  Vector sums[Filters][2];
  for (int f = 0; f < Filters; ++f) sums[f][0] = sums[f][1] = Vector{} + bias[f];
  for (int tap = 0; tap < taps; ++tap) {
    Vector left, right;  // filled by memcpy: a function that returns a vector would differ between
                         // the versions
    std::memcpy(&left, panel + tap * panel_pixels, sizeof(left));
    std::memcpy(&right, panel + tap * panel_pixels + lanes, sizeof(right));
    for (int f = 0; f < Filters; ++f) {
      const float weight = weights[static_cast<std::size_t>(f) * taps + tap];
      sums[f][0] += weight * left;
      sums[f][1] += weight * right;
    }
  }
  for (int f = 0; f < Filters; ++f) {
    std::memcpy(output + f * output_stride, sums[f],
                static_cast<std::size_t>(pixels) * sizeof(float));
  }
}

SD_MULTIVERSION void multiply_panel(const float* weights, const float* bias, int filters, int taps,
                                    const float* panel, float* output, std::size_t output_stride,
                                    int pixels) {
  constexpr int block = 4;
  int f = 0;
  for (; f + block <= filters; f += block) {
    multiply_block<block>(weights + static_cast<std::size_t>(f) * taps, bias + f, taps, panel,
                          output + f * output_stride, output_stride, pixels);
  }
  for (; f < filters; ++f) {
    multiply_block<1>(weights + static_cast<std::size_t>(f) * taps, bias + f, taps, panel,
                      output + f * output_stride, output_stride, pixels);
  }
}

struct Padded {
  const float* values;
  int height, width;
};

/// The input with its zero border, so that no tap needs a bounds check.
Padded pad(const graph::Window& w, const graph::TensorShape& in, std::span<const float> input,
           std::vector<float>& buffer) {
  const int height = in.height + w.pad_top + w.pad_bottom,
            width = in.width + w.pad_left + w.pad_right;
  if (height == in.height && width == in.width) return {input.data(), height, width};
  buffer.assign(static_cast<std::size_t>(in.channels) * height * width, 0.0F);
  for (int c = 0; c < in.channels; ++c) {
    for (int y = 0; y < in.height; ++y) {
      const float* from = input.data() + (static_cast<std::size_t>(c) * in.height + y) * in.width;
      float* to = buffer.data() + (static_cast<std::size_t>(c) * height + y + w.pad_top) * width +
                  w.pad_left;
      std::copy_n(from, in.width, to);
    }
  }
  return {buffer.data(), height, width};
}

/// Output pixels of a panel that lie in one output row.
struct Run {
  int first, count;    // in the panel
  std::size_t source;  // of tap (0, 0) in the padded plane
};

/// Splits output pixels first .. first + count - 1 into runs; returns how many.
int split_into_runs(const graph::Window& w, int padded_width, int output_width, int first,
                    int count, Run* runs) {
  int number = 0;
  for (int done = 0; done < count;) {
    const int y = (first + done) / output_width, x = (first + done) % output_width;
    const int length = std::min(count - done, output_width - x);
    runs[number++] = {done, length,
                      static_cast<std::size_t>(y) * w.stride_height * padded_width +
                          static_cast<std::size_t>(x) * w.stride_width};
    done += length;
  }
  return number;
}

void copy_run(const Run& run, const float* source, int stride, float* target) {
  if (stride == 1 && run.count == panel_pixels) {
    std::memcpy(target, source, panel_pixels * sizeof(float));
    return;
  }
  for (int i = 0; i < run.count; ++i)
    target[run.first + i] = source[static_cast<std::size_t>(i) * stride];
}

/// panel[tap][pixel] for channels first_channel .. + channels - 1.
void fill_panel(const graph::Window& w, const Padded& in, int first_channel, int channels,
                const Run* runs, int run_count, float* panel) {
  const std::size_t plane = static_cast<std::size_t>(in.height) * in.width;
  for (int c = first_channel; c < first_channel + channels; ++c) {
    for (int r = 0; r < w.kernel_height; ++r) {
      for (int s = 0; s < w.kernel_width; ++s, panel += panel_pixels) {
        const float* tap = in.values + c * plane +
                           static_cast<std::size_t>(r) * w.dilation_height * in.width +
                           static_cast<std::size_t>(s) * w.dilation_width;
        for (int i = 0; i < run_count; ++i)
          copy_run(runs[i], tap + runs[i].source, w.stride_width, panel);
      }
    }
  }
}

}  // namespace

void convolution(const graph::Operator& op, const graph::TensorShape& in,
                 std::span<const float> input, std::span<float> output,
                 ConvolutionScratch& scratch) {
  const graph::Window& w = op.window;
  const Padded padded = pad(w, in, input, scratch.padded);
  const int pixels = op.output.height * op.output.width;
  const int channels = in.channels / op.groups, filters = op.output.channels / op.groups;
  const int taps = channels * w.kernel_height * w.kernel_width;
  scratch.panel.assign(static_cast<std::size_t>(taps) * panel_pixels, 0.0F);
  for (int group = 0; group < op.groups; ++group) {
    const std::size_t first_filter = static_cast<std::size_t>(group) * filters;
    for (int first = 0; first < pixels; first += panel_pixels) {
      const int count = std::min(panel_pixels, pixels - first);
      Run runs[panel_pixels];
      const int run_count = split_into_runs(w, padded.width, op.output.width, first, count, runs);
      fill_panel(w, padded, group * channels, channels, runs, run_count, scratch.panel.data());
      multiply_panel(op.weights.data() + first_filter * taps, op.bias.data() + first_filter,
                     filters, taps, scratch.panel.data(),
                     output.data() + first_filter * pixels + first,
                     static_cast<std::size_t>(pixels), count);
    }
  }
}

}  // namespace sd::inference
