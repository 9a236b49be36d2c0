#include "resources.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <string>

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

bool restart_peak_memory() {
  // proc(5): writing 5 resets the high-water mark, VmHWM.
  const int descriptor = ::open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool written = ::write(descriptor, "5", 1) == 1;
  return ::close(descriptor) == 0 && written;
}

std::uint64_t recent_peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib * 1024;
  }
  return peak_memory_bytes();
}

double cpu_seconds() {
  timespec time{};
  if (::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace sd::core
