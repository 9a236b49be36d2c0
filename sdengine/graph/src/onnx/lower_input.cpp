// The model's input: one float32 image.
#include "../output_shape.hpp"
#include "lowering.hpp"

namespace sd::graph {

void Lowering::read_input() {
  const onnx::ValueInfoProto* input = nullptr;
  for (const onnx::ValueInfoProto& candidate : graph_.input()) {
    if (initializers_.contains(candidate.name()))
      continue;  // up to IR version 3 weights are listed as inputs
    if (input != nullptr) {
      throw ImportError(
          fmt::format("the model has several inputs ('{}' and '{}'); only one image is supported",
                      printable(input->name()), printable(candidate.name())));
    }
    input = &candidate;
  }
  if (input == nullptr) throw ImportError("the model has no input");
  const std::string where = fmt::format("the model's input '{}'", printable(input->name()));
  const auto& type = input->type().tensor_type();
  if (type.elem_type() != onnx::TensorProto::FLOAT) {
    throw ImportError(fmt::format("{} has element type {}; export the model with a float32 input",
                                  where, type.elem_type()));
  }
  const int rank = type.shape().dim_size();
  if (rank < 2 || rank > 4) {
    throw ImportError(fmt::format(
        "{} has {} dimensions; it must be batch x channels x height x width", where, rank));
  }
  Dims dims;
  for (int i = 0; i < rank; ++i) {
    const auto& dim = type.shape().dim(i);
    const bool known = dim.has_dim_value() && dim.dim_value() > 0;
    if (i > 0 && !known) {
      throw ImportError(fmt::format(
          "{} leaves dimension {} open; export the model with a fixed image size", where, i));
    }
    if (known && dim.dim_value() > (1 << 27)) {
      throw ImportError(
          fmt::format("{} has a dimension of {}, which is too large", where, dim.dim_value()));
    }
    dims.push_back(known ? dim.dim_value() : 1);  // an open batch counts as one image
  }
  Operator op;
  op.kind = OperatorKind::input;
  op.name = unique_name(printable(input->name()));
  op.output.channels = static_cast<int>(dims[1]);
  op.output.height = rank == 4 ? static_cast<int>(dims[2]) : 1;
  op.output.width = rank >= 3 ? static_cast<int>(dims[static_cast<std::size_t>(rank) - 1]) : 1;
  require_reasonable(op.output, where);
  const bool open_batch =
      !type.shape().dim(0).has_dim_value() || type.shape().dim(0).dim_value() < 1;
  network_.input_dims = dims;
  if (open_batch) network_.input_dims[0] = 0;
  if (dims[0] > 1)
    note(fmt::format("the model's batch of {} is taken one image at a time", dims[0]));
  network_.operators.push_back(std::move(op));
  behind_weights_.push_back(false);
  bind_value(input->name(), Activation{0, dims});
}

}  // namespace sd::graph
