#include "formal/task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sd::formal {

Task task(const hcl::Design& design, std::vector<Probe> probes) {
  const hcl::ModuleInfo& top = design.top();
  for (const Probe& probe : probes) {
    const auto port = std::find_if(top.ports.begin(), top.ports.end(), [&](const hcl::Port& p) {
      return p.name == probe.port && p.direction == hcl::Direction::input;
    });
    if (port == top.ports.end())
      throw std::invalid_argument(
          fmt::format("{}: probe of {}: the top has no input {}; declare it as a port of the top",
                      top.name, probe.signal, probe.port));
  }
  return {top.name, top.ports, top.has_clock, top.has_reset, hcl::emit(design), std::move(probes)};
}

}  // namespace sd::formal
