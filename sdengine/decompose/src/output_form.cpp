#include "sdengine/decompose/output_form.hpp"

#include <cstddef>

namespace sd::decompose {

namespace {

/// [elements of a filter's matrix]: the weight that stands there, or -1 for padding.
std::vector<int> weight_of_element(const WeightShape& shape, const MatrixLayout& layout) {
  WeightShape one = shape;
  one.filters = 1;
  const MatrixLayout one_layout = layout_of(one, layout.columns, layout.slice_rows);
  std::vector<float> numbers(static_cast<std::size_t>(shape.channels) * shape.kernel_height *
                             shape.kernel_width);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i + 1);
  std::vector<int> result;
  for (const float number : to_matrices(numbers, one, one_layout))
    result.push_back(static_cast<int>(number) - 1);
  return result;
}

}  // namespace

OutputForm output_form(const SecondMoment& moment, const WeightShape& shape,
                       const MatrixLayout& layout, double damping) {
  WeightShape one = shape;
  one.filters = 1;
  require_fits({&moment, 1}, one);
  const std::vector<int> weight = weight_of_element(shape, layout);
  const std::size_t n = weight.size();
  const auto from = static_cast<std::size_t>(moment.dimension);

  SecondMoment reordered = empty_moment(static_cast<int>(n));
  reordered.samples = moment.samples;
  for (std::size_t i = 0; i < n; ++i) {
    if (weight[i] < 0) continue;
    for (std::size_t j = 0; j < n; ++j)
      if (weight[j] >= 0)
        reordered.matrix[i * n + j] = moment.matrix[static_cast<std::size_t>(weight[i]) * from +
                                                    static_cast<std::size_t>(weight[j])];
  }
  OutputForm form;
  form.dimension = static_cast<int>(n);
  form.inverse_factor = inverse_factor(reordered, damping);
  form.matrix = std::move(reordered.matrix);
  const auto samples = static_cast<double>(moment.samples);
  double mean = 0;
  for (double& value : form.matrix) value /= samples;
  for (std::size_t i = 0; i < n; ++i) mean += form.matrix[i * n + i] / static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    double& diagonal = form.matrix[i * n + i];
    diagonal += damping * mean;
    if (diagonal == 0) diagonal = 1;  // as inverse_factor() has it
  }
  return form;
}

}  // namespace sd::decompose
