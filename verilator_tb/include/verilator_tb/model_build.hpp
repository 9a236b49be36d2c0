// Design point -> SystemVerilog -> Verilator -> shared library, cached by content hash.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "verilator_tb/coverage_options.hpp"
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

/// $SMARTDEAL_CACHE, else $XDG_CACHE_HOME/smartdeal, else ~/.cache/smartdeal. It is kept below 4
/// GiB
/// ($SMARTDEAL_CACHE_LIMIT: bytes, or 500M, 8G, ...; 0 for no limit): what was not used for the
/// longest time goes first, and nothing that was used within the last hour.
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
  bool probes = true;  ///< valid, ready and state signals keep their names inside of the model, so
                       ///< that Accelerator::handshakes() shows them
  CoverageOptions coverage = {};
  int threads = 1;       ///< of one simulation (1..64); it pays for large arrays only
  int optimisation = 1;  ///< of the C++ compiler, -O1..-O3: -O1 simulates as fast and builds sooner
  /// Modules that are verilated by themselves, once, however many instances they have: large arrays
  /// build in a fraction of the time and memory, and simulate slower than flattened ones. A module
  /// takes no parameters in the text, which holds for everything that hcl emits.
  std::vector<std::string> hierarchical_blocks = {};
};

/// The blocks to verilate by themselves for a design too large to flatten: those of which the
/// design holds most, as large as possible. Empty for a design of fewer than `limit` MACs.
[[nodiscard]] std::vector<std::string> hierarchical_blocks(const design::DesignPoint& design,
                                                           int limit = 2048);

/// Emits, verilates and compiles unless the cache holds this content (sources, tool version,
/// harness). Killed at any moment it leaves no half-made cache entry. Kills its tool processes when
/// stopped. Throws ToolError, Cancelled, hcl::ElaborationError, design::DesignError.
[[nodiscard]] BuiltModel build_model(const design::DesignPoint& design,
                                     const std::filesystem::path& cache, const Progress& progress,
                                     std::stop_token stop, const ModelOptions& options = {});

struct BuildRequest {
  design::DesignPoint design;
  ModelOptions options;
};

/// Builds several models at once, in the order of the requests. `jobs` models are worked on at a
/// time (0: as many as there are cores); all their tools together never exceed the cores
/// ($SMARTDEAL_JOBS). Progress: "NAME: stage" and the fraction of models done. The first failure
/// stops the others and is thrown, with the design's name before it.
[[nodiscard]] std::vector<BuiltModel> build_models(const std::vector<BuildRequest>& requests,
                                                   const std::filesystem::path& cache,
                                                   std::size_t jobs, const Progress& progress,
                                                   std::stop_token stop);

}  // namespace sd::tb
