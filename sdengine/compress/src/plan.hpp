// Which layers are decomposed, and within which bounds.
#pragma once

#include <string>
#include <vector>

#include "sdengine/compress/compress.hpp"

namespace sd::compress {

/// One operator with weights.
struct LayerPlan {
  int operator_index = 0;
  decompose::WeightShape shape;
  bool dense = false;
  std::string reason;            ///< where dense
  decompose::Settings settings;  ///< layout and search; rank and levels of the only candidate
  std::vector<Candidate> candidates;
};

/// True if `pattern` (* and ?) matches the whole of `text`.
[[nodiscard]] bool matches(const std::string& pattern, const std::string& text);

/// Rules resolved for every layer of the network. Throws std::invalid_argument for rules that match
/// no layer and for options that do not fit each other.
[[nodiscard]] std::vector<LayerPlan> plan_layers(const graph::Network& network,
                                                 const Options& options);

}  // namespace sd::compress
