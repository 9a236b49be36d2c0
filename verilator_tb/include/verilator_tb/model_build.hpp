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

using Progress = std::function<void(const std::string& stage, double fraction)>;  ///< fraction in 0..1, or negative if unknown

struct BuiltModel {
  std::filesystem::path library;             ///< the shared object
  std::filesystem::path source_folder;       ///< the emitted SystemVerilog
  bool from_cache = false;
  double build_seconds = 0;
};

/// $SMARTDEAL_CACHE, else $XDG_CACHE_HOME/smartdeal, else ~/.cache/smartdeal.
[[nodiscard]] std::filesystem::path default_cache();

/// Writes the SystemVerilog of a design into `folder` (created): sources, smartdeal.f (file list), manifest.json. Atomic: the
/// folder appears complete or not at all. Returns the list of source files in compile order.
std::vector<std::filesystem::path> generate(const design::DesignPoint& design, const std::filesystem::path& folder);

/// Emits, verilates and compiles unless the cache holds this content (sources, tool version, harness). Killed at any
/// moment it leaves no half-made cache entry. Kills its tool processes when stopped.
[[nodiscard]] BuiltModel build_model(const design::DesignPoint& design, const std::filesystem::path& cache,
                                     const Progress& progress, std::stop_token stop);

}  // namespace sd::tb
