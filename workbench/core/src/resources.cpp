#include "resources.hpp"

#include <sys/resource.h>

namespace sd::core {

namespace {

std::uint64_t peak(int who) {
  rusage usage{};
  if (getrusage(who, &usage) != 0) return 0;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

}  // namespace

std::uint64_t peak_memory_bytes() {
  return peak(RUSAGE_SELF);
}
std::uint64_t tools_peak_memory_bytes() {
  return peak(RUSAGE_CHILDREN);
}

}  // namespace sd::core
