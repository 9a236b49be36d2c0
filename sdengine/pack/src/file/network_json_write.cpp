#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "network_json.hpp"
#include "operator_words.hpp"

namespace sd::pack {

namespace {

using nlohmann::ordered_json;

/// A float is written with the digits of the double of the same value, and comes back exactly.
double finite(float value, const char* what) {
  if (!std::isfinite(value))
    throw FileError(fmt::format("the network has {} = {}; it must be finite", what, value));
  return value;
}

ordered_json finite(const std::vector<float>& values, const char* what) {
  ordered_json result = ordered_json::array();
  for (const float value : values) result.push_back(finite(value, what));
  return result;
}

void put_pair(ordered_json& to, const char* key, int height, int width) {
  if (height != 1 || width != 1) to[key] = {height, width};
}

void put_window(ordered_json& to, const graph::Window& window) {
  // Naming every field here: a field that is added to the struct and forgotten does not compile.
  const auto& [kernel_height, kernel_width, stride_height, stride_width, dilation_height,
               dilation_width, pad_top, pad_left, pad_bottom, pad_right, count_include_pad] =
      window;
  put_pair(to, "kernel", kernel_height, kernel_width);
  put_pair(to, "stride", stride_height, stride_width);
  put_pair(to, "dilation", dilation_height, dilation_width);
  if (pad_top != 0 || pad_left != 0 || pad_bottom != 0 || pad_right != 0)
    to["pads"] = {pad_top, pad_left, pad_bottom, pad_right};
  if (count_include_pad) to["count_include_pad"] = true;
}

void put_subsample(ordered_json& to, const graph::SubsamplePad& subsample) {
  const auto& [stride_height, stride_width, channels_before, channels_after] = subsample;
  put_pair(to, "subsample", stride_height, stride_width);
  if (channels_before != 0 || channels_after != 0)
    to["added_channels"] = {channels_before, channels_after};
}

ordered_json operator_json(const graph::Operator& op, int index) {
  const auto& [kind, name, inputs, output, relu, clip_upper, window, groups, subsample, weights,
               bias, batch_norm] = op;
  if (!weights.empty() || !bias.empty() || batch_norm)
    throw FileError(
        fmt::format("operator '{}' has float weights, which a packed model does not keep", name));
  ordered_json result = {{"name", name}, {"kind", word_of(kind)}};
  if (inputs != default_inputs(index)) result["inputs"] = inputs;
  result["output"] = {output.channels, output.height, output.width};
  if (relu) result["relu"] = true;
  if (clip_upper) result["clip_upper"] = finite(*clip_upper, "clip_upper");
  put_window(result, window);
  if (groups != 1) result["groups"] = groups;
  put_subsample(result, subsample);
  return result;
}

ordered_json output_tensors_json(const std::vector<graph::OutputTensor>& tensors) {
  ordered_json result = ordered_json::array();
  for (const auto& [name, dims] : tensors) result.push_back({{"name", name}, {"dims", dims}});
  return result;
}

}  // namespace

std::string network_to_json(const graph::Network& network) try {
  const auto& [name, operators, outputs, output_tensors, input_dims, postprocessing, preprocessing,
               class_names, notes] = network;
  const auto& [mean, stddev, from_model] = preprocessing;
  (void)postprocessing;  // bytes, in a tensor of their own
  ordered_json result = {{"name", name}, {"outputs", outputs}};
  if (!output_tensors.empty()) result["output_tensors"] = output_tensors_json(output_tensors);
  if (!input_dims.empty()) result["input_dims"] = input_dims;
  result["mean"] = finite(mean, "mean");
  result["std"] = finite(stddev, "std");
  if (from_model) result["preprocessing_from_model"] = true;
  if (!class_names.empty()) result["class_names"] = class_names;
  if (!notes.empty()) result["notes"] = notes;
  ordered_json& list = result["operators"] = ordered_json::array();
  for (const graph::Operator& op : operators)
    list.push_back(operator_json(op, static_cast<int>(list.size())));
  return result.dump();
} catch (const nlohmann::json::type_error&) {
  throw FileError(
      fmt::format("the network '{}' has a name, class name or note that is not UTF-8; rename it",
                  network.name));
}

}  // namespace sd::pack
