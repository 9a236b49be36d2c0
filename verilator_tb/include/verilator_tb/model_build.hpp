// Design point -> SystemVerilog -> Verilator -> shared library, cached by content hash.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "verilator_tb/errors.hpp"

namespace sd::tb {

using Progress = std::function<void(
    const std::string& stage, double fraction)>;  ///< fraction in 0..1, or negative if unknown

struct BuiltModel {
  std::filesystem::path library;        ///< the shared object
  std::filesystem::path source_folder;  ///< the emitted SystemVerilog
  bool from_cache = false;
  double build_seconds = 0;
};

/// $SMARTDEAL_CACHE, else $XDG_CACHE_HOME/smartdeal, else ~/.cache/smartdeal.
[[nodiscard]] std::filesystem::path default_cache();

/// Writes the SystemVerilog of a design into `folder` (created): sources, smartdeal.f (file list),
/// manifest.json. Atomic: the folder appears complete or not at all. What an earlier generate()
/// wrote there is replaced; a folder that holds anything else is refused. Returns the list of
/// source files in compile order. Throws ToolError, hcl::ElaborationError, design::DesignError.
std::vector<std::filesystem::path> generate(const design::DesignPoint& design,
                                            const std::filesystem::path& folder);

struct ModelOptions {
  bool checked = false;  ///< the design's assertions are on, registers without reset and memories
                         ///< start with random contents
  bool trace = false;    ///< able to write FST traces (needs Debian's package zlib1g-dev; several
                         ///< times slower while a trace is open)
};

/// Emits, verilates and compiles unless the cache holds this content (sources, tool version,
/// harness). Killed at any moment it leaves no half-made cache entry. Kills its tool processes when
/// stopped. Throws ToolError, Cancelled, hcl::ElaborationError, design::DesignError.
[[nodiscard]] BuiltModel build_model(const design::DesignPoint& design,
                                     const std::filesystem::path& cache, const Progress& progress,
                                     std::stop_token stop, const ModelOptions& options = {});

}  // namespace sd::tb
