#include "exporter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "metadata.hpp"
#include "postprocessing.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "value_info.hpp"

namespace sd::graph {
namespace {

constexpr int default_opset = 13;
constexpr int exported_ir_version = 7;

}  // namespace

Exporter::Exporter(const Network& network, const std::vector<FactoredWeights>& factored)
    : network_(network) {
  for (const FactoredWeights& factors : factored)
    factored_.emplace(factors.operator_index, &factors);
  for (std::size_t i = 0; i < network.output_tensors.size(); ++i)
    tensors_of_.emplace(network.outputs[i], &network.output_tensors[i]);
}

onnx::ModelProto Exporter::run() {
  if (std::find(network_.outputs.begin(), network_.outputs.end(), 0) != network_.outputs.end())
    throw std::runtime_error("a network whose output is its input cannot be written as ONNX");
  model_.set_ir_version(exported_ir_version);
  model_.set_producer_name("smartdeal");
  int version = default_opset;
  if (!network_.postprocessing.empty()) {
    tail_ = read_postprocessing(network_);
    version = static_cast<int>(tail_.opset_import(0).version());
    if (version < 7 || version > 17)
      throw ImportError(
          fmt::format("the post-processing uses ONNX opset {}, not 7 to 17", version));
  }
  auto* opset = model_.add_opset_import();
  opset->set_domain("");
  opset->set_version(version);
  onnx::GraphProto& graph = *model_.mutable_graph();
  graph.set_name(network_.name);
  writer_ = std::make_unique<GraphWriter>(graph, version);
  reserve_names();
  export_input();
  for (int i = 1; i < static_cast<int>(network_.operators.size()); ++i) export_operator(i);
  export_outputs();
  write_metadata(network_, model_);
  return std::move(model_);
}

void Exporter::reserve_names() {
  for (const std::string& name : defined_values(tail_.graph())) writer_->reserve(name);
  std::vector<std::string> own{network_.operators.front().name};
  for (const OutputTensor& tensor : network_.output_tensors) own.push_back(tensor.name);
  for (const std::string& name : own) {
    if (!writer_->reserve(name)) {
      throw ImportError(
          fmt::format("'{}' stands for two tensors of the network and its post-processing", name));
    }
  }
}

void Exporter::export_input() {
  const Operator& input = network_.operators.front();
  const std::vector<std::int64_t> dims =
      network_.input_dims.empty() ? dims_of(0, View::planes) : network_.input_dims;
  set_value_info(*writer_->graph().add_input(), input.name, dims);
  const View views[] = {View::features, View::row, View::planes};
  results_.push_back({input.name, views[dims.size() - 2]});
}

void Exporter::export_outputs() {
  onnx::GraphProto& graph = writer_->graph();
  for (std::size_t i = 0; i < network_.output_tensors.size(); ++i) {
    const OutputTensor& tensor = network_.output_tensors[i];
    const int index = network_.outputs[i];
    const Result& result = results_[static_cast<std::size_t>(index)];
    if (result.name != tensor.name) {
      std::vector<std::int64_t> target = tensor.dims;
      target[0] = 0;  // the batch as it comes
      writer_->add_node("Reshape", tensor.name, {result.name, writer_->integers(target)},
                        tensor.name);
    }
    if (tail_.graph().node_size() == 0)
      set_value_info(*graph.add_output(), tensor.name, tensor.dims);
  }
  if (network_.output_tensors.empty()) {
    for (const int index : network_.outputs) {
      const Result& result = results_[static_cast<std::size_t>(index)];
      set_value_info(*graph.add_output(), result.name, dims_of(index, result.view));
    }
  }
  graph.mutable_node()->MergeFrom(tail_.graph().node());
  graph.mutable_initializer()->MergeFrom(tail_.graph().initializer());
  graph.mutable_output()->MergeFrom(tail_.graph().output());
}

void Exporter::export_operator(int index) {
  const Operator& op = network_.operators[static_cast<std::size_t>(index)];
  const std::string output = result_name(index);
  const bool rectifies = op.relu && op.kind != OperatorKind::activation;
  const std::string before_relu = rectifies ? writer_->unique(op.name + "/linear") : output;
  const std::string raw = op.batch_norm ? writer_->unique(op.name + "/raw") : before_relu;
  export_node(op, raw);
  if (op.batch_norm) export_batch_norm(op, raw, before_relu);
  if (rectifies) export_rectifier(op, op.name + "/relu", before_relu, output);
  results_.push_back({output, view_of(op)});
}

Exporter::View Exporter::view_of(const Operator& op) const {
  switch (op.kind) {
    case OperatorKind::fully_connected:
    case OperatorKind::softmax:
      return View::features;
    case OperatorKind::activation:
      return results_[static_cast<std::size_t>(op.inputs[0])].view;
    default:
      return View::planes;
  }
}

std::string Exporter::result_name(int index) {
  const Operator& op = network_.operators[static_cast<std::size_t>(index)];
  const auto [first, last] = tensors_of_.equal_range(index);
  for (auto entry = first; entry != last; ++entry) {
    const OutputTensor& tensor = *entry->second;
    std::vector<std::int64_t> dims = dims_of(index, view_of(op));
    dims[0] = tensor.dims[0];
    if (tensor.dims == dims) return tensor.name;
  }
  return writer_->unique(op.name);
}

std::vector<std::int64_t> Exporter::dims_of(int index, View view) const {
  const TensorShape& shape = network_.operators[static_cast<std::size_t>(index)].output;
  const std::int64_t batch = network_.input_dims.empty() ? 0 : network_.input_dims[0];
  switch (view) {
    case View::features:
      return {batch, static_cast<std::int64_t>(shape.elements())};
    case View::row:
      return {batch, shape.channels, shape.width};
    case View::planes:
      break;
  }
  return {batch, shape.channels, shape.height, shape.width};
}

std::string Exporter::planes(int index) {
  const Result& result = results_[static_cast<std::size_t>(index)];
  if (result.view == View::planes) return result.name;
  const std::vector<std::int64_t> axes =
      result.view == View::row ? std::vector<std::int64_t>{2} : std::vector<std::int64_t>{2, 3};
  return writer_->unsqueeze(result.name + "/planes", result.name, axes);
}

std::string Exporter::features(int index) {
  const Result& result = results_[static_cast<std::size_t>(index)];
  if (result.view == View::features) return result.name;
  const std::string name = writer_->unique(result.name + "/features");
  set_integer(writer_->add_node("Flatten", name, {result.name}, name), "axis", 1);
  return name;
}

}  // namespace sd::graph
