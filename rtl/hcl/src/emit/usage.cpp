#include "emit/usage.hpp"

#include <fmt/format.h>

namespace hcl::emitter {

std::vector<std::string> Usage::unread(const std::string& name, int width) const {
  const auto found = bits_.find(name);
  if (found == bits_.end()) return {name};
  std::vector<std::string> runs;
  for (int high = width - 1; high >= 0; --high) {
    if (found->second[static_cast<std::size_t>(high)]) continue;
    int low = high;
    while (low > 0 && !found->second[static_cast<std::size_t>(low - 1)]) --low;
    runs.push_back(high == low ? fmt::format("{}[{}]", name, high)
                               : fmt::format("{}[{}:{}]", name, high, low));
    high = low;
  }
  return runs;
}

}  // namespace hcl::emitter
