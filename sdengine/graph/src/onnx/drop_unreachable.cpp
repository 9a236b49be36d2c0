#include "drop_unreachable.hpp"

#include <utility>

namespace sd::graph {

void drop_unreachable(Network& network) {
  const std::size_t count = network.operators.size();
  std::vector<bool> reached(count, false);
  reached[0] = true;
  for (const int output : network.outputs) reached[static_cast<std::size_t>(output)] = true;
  for (std::size_t i = count; i-- > 0;) {  // an operator's inputs come before it
    if (!reached[i]) continue;
    for (const int input : network.operators[i].inputs)
      reached[static_cast<std::size_t>(input)] = true;
  }
  std::vector<int> position(count, -1);
  std::vector<Operator> kept;
  for (std::size_t i = 0; i < count; ++i) {
    if (!reached[i]) continue;
    position[i] = static_cast<int>(kept.size());
    kept.push_back(std::move(network.operators[i]));
    for (int& input : kept.back().inputs) input = position[static_cast<std::size_t>(input)];
  }
  network.operators = std::move(kept);
  for (int& output : network.outputs) output = position[static_cast<std::size_t>(output)];
}

}  // namespace sd::graph
