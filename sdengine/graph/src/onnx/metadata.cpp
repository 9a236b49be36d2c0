#include "metadata.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>

#include "constant.hpp"
#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {
namespace {

const std::string* find(const onnx::ModelProto& proto, const char* key) {
  for (const auto& entry : proto.metadata_props()) {
    if (entry.key() == key) return &entry.value();
  }
  return nullptr;
}

std::vector<float> read_numbers(const std::string& text, const char* key, std::size_t count) {
  std::vector<float> result;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    if (*at == ' ' || *at == ',' || *at == '\t' || *at == '\n') {
      ++at;
      continue;
    }
    float value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc() || !std::isfinite(value)) {
      throw ImportError(fmt::format("the metadata '{}' is '{}', which is no list of numbers", key,
                                    printable(text)));
    }
    result.push_back(value);
    at = next;
  }
  if (result.size() != count) {
    throw ImportError(fmt::format("the metadata '{}' holds {} numbers for {} input channels", key,
                                  result.size(), count));
  }
  return result;
}

std::vector<std::string> read_lines(const std::string& text) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    result.push_back(printable(text.substr(at, end - at)));
    at = end + 1;
  }
  return result;
}

Preprocessing default_preprocessing(std::size_t channels) {
  if (channels == 3) return {{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}, false};
  if (channels == 1) return {{0.5F}, {0.5F}, false};
  return {std::vector<float>(channels, 0.0F), std::vector<float>(channels, 1.0F), false};
}

}  // namespace

void read_metadata(const onnx::ModelProto& proto, Network& network) {
  const auto channels = static_cast<std::size_t>(network.input_shape().channels);
  const std::string* mean = find(proto, mean_key);
  const std::string* stddev = find(proto, stddev_key);
  if ((mean == nullptr) != (stddev == nullptr)) {
    throw ImportError(fmt::format("the metadata has '{}' without '{}'; give both or none",
                                  mean != nullptr ? mean_key : stddev_key,
                                  mean != nullptr ? stddev_key : mean_key));
  }
  Preprocessing& p = network.preprocessing;
  if (mean != nullptr) {
    p = {read_numbers(*mean, mean_key, channels), read_numbers(*stddev, stddev_key, channels),
         true};
  } else {
    p = default_preprocessing(channels);
    network.notes.push_back(fmt::format(
        "the model does not say how its input is normalised: {} assumed, mean {}, deviation {}",
        channels == 3 ? "ImageNet's values are" : "a default is",
        channels > 3 ? "0" : fmt::format("{}", fmt::join(p.mean, " ")),
        channels > 3 ? "1" : fmt::format("{}", fmt::join(p.stddev, " "))));
  }
  if (const std::string* classes = find(proto, classes_key))
    network.class_names = read_lines(*classes);
}

void write_metadata(const Network& network, onnx::ModelProto& proto) {
  const auto add = [&](const char* key, std::string value) {
    auto* entry = proto.add_metadata_props();
    entry->set_key(key);
    entry->set_value(std::move(value));
  };
  // fmt writes the shortest text that reads back as the same float.
  add(mean_key, fmt::format("{}", fmt::join(network.preprocessing.mean, " ")));
  add(stddev_key, fmt::format("{}", fmt::join(network.preprocessing.stddev, " ")));
  if (!network.class_names.empty())
    add(classes_key, fmt::format("{}", fmt::join(network.class_names, "\n")));
}

}  // namespace sd::graph
