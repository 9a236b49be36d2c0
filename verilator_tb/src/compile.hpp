// SystemVerilog -> C++ -> shared object.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "toolchain.hpp"

namespace sd::tb {

struct CompileJob {
  std::vector<std::string>
      sources;              ///< SystemVerilog files in compile order, relative to the work folder
  std::string top, prefix;  ///< module, and name of the C++ class
  std::vector<std::string> verilator_flags;
  std::vector<std::string> defines;          ///< of everything compiled: -DVM_TRACE=1
  std::vector<std::string> fast_flags;       ///< of what runs every cycle, and the harness
  std::vector<std::string> slow_flags;       ///< of what runs once, at the start (half of the text)
  std::vector<std::string> libraries;        ///< for the linker: -lz
  std::vector<std::string> harness;          ///< names of harness files to compile
  std::vector<std::string> harness_headers;  ///< names of harness files that those include
  std::vector<std::pair<std::string, std::string>>
      generated;  ///< further files that the harness includes: name and text
  std::vector<std::pair<std::string, std::string>>
      settings;                      ///< Verilator's own (.vlt): name and text
  std::string library;               ///< file name of the result in the work folder
  std::size_t unit_bytes = 400'000;  ///< generated C++ per compiler run, roughly
};

/// Everything that decides the result besides the SystemVerilog, for a cache key.
[[nodiscard]] std::string fingerprint(const CompileJob& job, const Toolchain& tools);

/// Verilates and compiles in `work` (holding the sources), with as many compilers at once as there
/// are cores (ToolSlot). The runtime library comes from `cache`. Only `library` and the sources
/// remain. `progress` gets "verilate" and "compile" with a fraction of the whole. Throws ToolError
/// with the tool's words, Cancelled.
void compile_model(const CompileJob& job, const std::filesystem::path& work,
                   const std::filesystem::path& cache, const Toolchain& tools,
                   const std::function<void(const std::string&, double)>& progress,
                   std::stop_token stop);

}  // namespace sd::tb
