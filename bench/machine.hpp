// What a benchmark ran on, for its document.
#pragma once

#include <ctime>
#include <fstream>
#include <string>
#include <thread>

namespace sd::benchmark {

/// "AMD EPYC 7763, 2 cores".
inline std::string machine() {
  std::string model = "an unknown processor";
  std::ifstream cpu("/proc/cpuinfo");
  for (std::string line; std::getline(cpu, line);)
    if (line.starts_with("model name") && line.find(": ") != std::string::npos) {
      model = line.substr(line.find(": ") + 2);
      break;
    }
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores";
}

/// Processor time of this process, all threads, in seconds.
inline double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace sd::benchmark
