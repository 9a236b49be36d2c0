#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "weight_stream.hpp"

namespace sd::schedule {

std::size_t Program::coefficient_bit(const pack::PackedModel& model, int operator_index, int filter,
                                     int row, int j) const {
  const auto layer = std::find_if(layers.begin(), layers.end(), [&](const LayerSchedule& l) {
    return l.operator_index == operator_index;
  });
  if (layer == layers.end())
    throw std::out_of_range(
        fmt::format("operator {} does not run on the accelerator", operator_index));
  const pack::PackedLayer& packed = *model.layers.at(static_cast<std::size_t>(operator_index));
  if (packed.dense || !design.rebuild)
    throw std::out_of_range(fmt::format(
        "operator {} has no coefficients in this image: its weights are stored as they are",
        operator_index));
  if (filter < 0 || filter >= packed.layout.filters || j < 0 || j >= packed.rank)
    throw std::out_of_range(
        fmt::format("operator {} has no coefficient {} of filter {}", operator_index, j, filter));
  const auto group =
      std::find_if(layer->groups.begin(), layer->groups.end(), [&](const FilterGroup& candidate) {
        return filter < candidate.first_filter + candidate.filters;
      });
  const auto word =
      word_of_row(*group, filter, row, geometry_of(model, operator_index, design), design);
  if (!word)
    throw std::out_of_range(
        fmt::format("operator {} does not store row {} of filter {}", operator_index, row, filter));
  return group->words_address * std::size_t{8} +
         std::size_t{*word} * static_cast<std::size_t>(design.weight_word_bits()) +
         static_cast<std::size_t>((filter - group->first_filter) * design.row_bits() +
                                  j * design.code_bits());
}

}  // namespace sd::schedule
