// Words and defaults of the packed file's graph, for writer and reader.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::pack {

inline constexpr std::array<std::pair<graph::OperatorKind, const char*>, 10> operator_words = {{
    {graph::OperatorKind::input, "input"},
    {graph::OperatorKind::convolution, "convolution"},
    {graph::OperatorKind::fully_connected, "fully_connected"},
    {graph::OperatorKind::add, "add"},
    {graph::OperatorKind::max_pool, "max_pool"},
    {graph::OperatorKind::average_pool, "average_pool"},
    {graph::OperatorKind::subsample_pad, "subsample_pad"},
    {graph::OperatorKind::concat, "concat"},
    {graph::OperatorKind::activation, "activation"},
    {graph::OperatorKind::softmax, "softmax"},
}};

[[nodiscard]] inline const char* word_of(graph::OperatorKind kind) {
  for (const auto& [known, word] : operator_words)
    if (known == kind) return word;
  return "";
}

[[nodiscard]] inline std::optional<graph::OperatorKind> kind_of(std::string_view word) {
  for (const auto& [kind, known] : operator_words)
    if (word == known) return kind;
  return std::nullopt;
}

/// An operator whose inputs are not said reads the one before it; the first reads nothing.
[[nodiscard]] inline std::vector<int> default_inputs(int index) {
  return index == 0 ? std::vector<int>{} : std::vector<int>{index - 1};
}

}  // namespace sd::pack
