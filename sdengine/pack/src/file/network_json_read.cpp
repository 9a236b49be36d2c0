#include <fmt/format.h>

#include <cmath>
#include <set>

#include "network_json.hpp"
#include "operator_words.hpp"
#include "strict_json.hpp"

namespace sd::pack {

namespace {

/// network, operators, one operator, one of its arrays; one level to spare.
constexpr int network_depth = 5;

std::vector<float> floats(JsonObject& from, const char* key) {
  std::vector<float> result;
  for (const double value : from.numbers(key)) {
    result.push_back(static_cast<float>(value));
    if (!std::isfinite(result.back()))
      throw FileError(fmt::format("the network's '{}' has a number beyond float's range", key));
  }
  return result;
}

void read_pair(JsonObject& from, const char* key, int& height, int& width) {
  if (!from.has(key)) return;
  const std::vector<int> values = from.integers(key, 2);
  height = values[0];
  width = values[1];
}

graph::Window read_window(JsonObject& from) {
  graph::Window window;
  read_pair(from, "kernel", window.kernel_height, window.kernel_width);
  read_pair(from, "stride", window.stride_height, window.stride_width);
  read_pair(from, "dilation", window.dilation_height, window.dilation_width);
  if (from.has("pads")) {
    const std::vector<int> pads = from.integers("pads", 4);
    window.pad_top = pads[0];
    window.pad_left = pads[1];
    window.pad_bottom = pads[2];
    window.pad_right = pads[3];
  }
  if (from.has("count_include_pad")) window.count_include_pad = from.boolean("count_include_pad");
  return window;
}

graph::Operator read_operator(JsonObject& from, int index) {
  graph::Operator op;
  op.name = from.text("name");
  const std::string word = from.text("kind");
  const auto kind = kind_of(word);
  if (!kind)
    throw FileError(fmt::format("operator {} of the network is of an unknown kind, '{}'", index,
                                word.substr(0, 40)));
  op.kind = *kind;
  op.inputs = from.has("inputs") ? from.integers("inputs") : default_inputs(index);
  const std::vector<int> shape = from.integers("output", 3);
  op.output = {shape[0], shape[1], shape[2]};
  if (from.has("relu")) op.relu = from.boolean("relu");
  if (from.has("clip_upper")) op.clip_upper = static_cast<float>(from.number("clip_upper"));
  op.window = read_window(from);
  if (from.has("groups")) op.groups = from.integer("groups");
  read_pair(from, "subsample", op.subsample.stride_height, op.subsample.stride_width);
  if (from.has("added_channels")) {
    const std::vector<int> added = from.integers("added_channels", 2);
    op.subsample.channels_before = added[0];
    op.subsample.channels_after = added[1];
  }
  from.require_nothing_else();
  return op;
}

std::vector<graph::OutputTensor> read_output_tensors(JsonObject& from) {
  std::vector<graph::OutputTensor> result;
  for (JsonObject& tensor : from.objects("output_tensors")) {
    graph::OutputTensor& read = result.emplace_back();
    read.name = tensor.text("name");
    read.dims = tensor.long_integers("dims");
    tensor.require_nothing_else();
  }
  return result;
}

/// What users of a network rely on beyond what the integers need: an import has it always.
void require_described(const graph::Network& network) {
  std::set<std::string> names;
  for (const graph::Operator& op : network.operators)
    if (op.name.empty() || !names.insert(op.name).second)
      throw FileError(fmt::format("the network has an operator's name, '{}', {}", op.name,
                                  op.name.empty() ? "that is empty" : "twice"));
  if (network.operators.empty()) throw FileError("the network has no operators");
  const auto channels = static_cast<std::size_t>(network.input_shape().channels);
  const graph::Preprocessing& p = network.preprocessing;
  if (p.mean.size() != channels || p.stddev.size() != channels)
    throw FileError(fmt::format("the network has {} means and {} deviations for {} input channels",
                                p.mean.size(), p.stddev.size(), channels));
  for (const float deviation : p.stddev)
    if (!(deviation > 0))
      throw FileError(
          fmt::format("the network has a deviation of {}; it must be above 0", deviation));
  if (!network.output_tensors.empty() && network.output_tensors.size() != network.outputs.size())
    throw FileError(fmt::format("the network names {} tensors for {} outputs",
                                network.output_tensors.size(), network.outputs.size()));
}

}  // namespace

graph::Network network_from_json(const std::string& text) {
  const nlohmann::json parsed = parse_json(text, "metadata 'network'", network_depth);
  JsonObject from(parsed, "network");
  graph::Network network;
  network.name = from.text("name");
  network.outputs = from.integers("outputs");
  if (from.has("output_tensors")) network.output_tensors = read_output_tensors(from);
  if (from.has("input_dims")) network.input_dims = from.long_integers("input_dims");
  network.preprocessing.mean = floats(from, "mean");
  network.preprocessing.stddev = floats(from, "std");
  if (from.has("preprocessing_from_model"))
    network.preprocessing.from_model = from.boolean("preprocessing_from_model");
  if (from.has("class_names")) network.class_names = from.texts("class_names");
  if (from.has("notes")) network.notes = from.texts("notes");
  for (JsonObject& op : from.objects("operators"))
    network.operators.push_back(read_operator(op, static_cast<int>(network.operators.size())));
  from.require_nothing_else();
  require_described(network);
  return network;
}

}  // namespace sd::pack
