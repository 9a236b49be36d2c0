// The arrays of a packed model as tensors: each kind of array is one tensor, the layers one after
// the other (docs/format.md, "Tensors").
#pragma once

#include <map>
#include <string>
#include <vector>

#include "container.hpp"
#include "layer_table.hpp"

namespace sd::pack {

/// All tensors, in falling order of alignment; those of a model that has no such array are empty.
/// Throws FileError naming the operator if padding of dense weights is not zero.
[[nodiscard]] std::vector<Tensor> to_tensors(const PackedModel& model);

/// The arrays, for a consistent network and rows that layers_from_json() has read. Throws FileError
/// naming the tensor, before allocating anything, if it has another size than the rows ask for, and
/// for codes that nothing means.
[[nodiscard]] PackedModel from_tensors(graph::Network network, std::vector<LayerRow> rows,
                                       const std::map<std::string, TensorView>& tensors);

}  // namespace sd::pack
