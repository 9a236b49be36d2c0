#include "verilator_tb/model_build.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <mutex>

#include "build_source.hpp"
#include "cache.hpp"
#include "compile.hpp"
#include "files.hpp"
#include "parallel.hpp"
#include "sha256.hpp"
#include "unsigned_ports.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;
constexpr const char* rtl_folder = "rtl";

/// -march=native differs between machines that may share a home folder.
std::string processor_features() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("flags") || line.starts_with("Features")) return line;
  return {};
}

/// Verilator's own settings: what keeps its name, what is verilated by itself.
std::string settings_text(const ModelOptions& options) {
  std::string text = "`verilator_config\n";
  if (options.probes)
    for (const char* signal : {"*valid*", "*ready*", "*state*_q", "*phase*_q"})
      text += fmt::format("public_flat_rd -module \"*\" -var \"{}\"\n", signal);
  for (const std::string& block : options.hierarchical_blocks)
    text += fmt::format("hier_block -module \"{}\"\n", block);
  return text;
}

void check(const ModelOptions& options) {
  if (options.threads < 1 || options.threads > 64)
    throw ToolError(
        fmt::format("a model of {} threads was asked for: give 1 to 64", options.threads));
  if (options.optimisation < 1 || options.optimisation > 3)
    throw ToolError(
        fmt::format("compiler optimisation {} was asked for: give 1 to 3", options.optimisation));
  if (!options.hierarchical_blocks.empty() && (options.trace || options.coverage.any()))
    throw ToolError(
        "a hierarchical model cannot be traced or covered: Verilator looks only into its top; "
        "leave out the hierarchical blocks, or use a smaller design");
}

CompileJob job_for(const ModelSource& source, const ModelOptions& options) {
  check(options);
  CompileJob job;
  for (const auto& [name, text] : source.files)
    job.sources.push_back(fmt::format("{}/{}", rtl_folder, name));
  job.top = "sd_accelerator";
  job.prefix = "Vsd_accelerator";
  const std::string unknown = options.checked ? "unique" : "fast";
  job.verilator_flags = {"-O3", "-Wno-fatal", "--x-assign", unknown, "--x-initial", unknown};
  if (options.checked) job.verilator_flags.emplace_back("--assert");
  if (options.threads > 1)
    job.verilator_flags.insert(job.verilator_flags.end(),
                               {"--threads", std::to_string(options.threads)});
  if (options.probes || !options.hierarchical_blocks.empty())
    job.settings = {{"smartdeal.vlt", settings_text(options)}};
  if (!options.hierarchical_blocks.empty()) {
    job.verilator_flags.emplace_back("--hierarchical");
    job.defines.emplace_back("-DSD_HIERARCHICAL=1");
  }
  // Measured on 8 x 8 x 8: -O1 simulates as fast as -O3 (240,000 cycles/s on one core) and compiles
  // in half the time; -O0 for what runs once saves as much again.
  job.fast_flags = {fmt::format("-O{}", options.optimisation)};
  job.slow_flags = {"-O0"};
  if (!options.checked) job.fast_flags.emplace_back("-march=native");
  job.defines.emplace_back(options.coverage.any() ? "-DVM_COVERAGE=1" : "-DVM_COVERAGE=0");
  for (const std::string& flag : options.coverage.flags()) job.verilator_flags.push_back(flag);
  if (options.trace) {
    job.verilator_flags.emplace_back("--trace-fst");
    job.defines.insert(job.defines.end(), {"-DVM_TRACE=1", "-DVM_TRACE_FST=1"});
    job.libraries = {"-lz"};
  }
  job.harness = {"accelerator.cpp"};
  job.harness_headers = {
      "accelerator_abi.hpp", "axi4_address_rules.hpp", "axi4_checker.hpp", "axi4_lite_checker.hpp",
      "axi4_rules.hpp",      "axi_memory.hpp",         "axi_pins.hpp",     "lite_master.hpp",
      "memory_parts.hpp",    "pin_binding.hpp",        "probes.hpp",       "random_stream.hpp",
      "violations.hpp",      "write_scoreboard.hpp"};
  job.generated = {{"config.inc", fmt::format("#define SD_AXI_BYTES {}\n#define SD_THREADS {}\n",
                                              source.axi_bytes, options.threads)}};
  job.library = "accelerator.so";
  return job;
}

}  // namespace

fs::path default_cache() {
  const auto variable = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
  };
  if (const std::string cache = variable("SMARTDEAL_CACHE"); !cache.empty()) return cache;
  if (const std::string cache = variable("XDG_CACHE_HOME"); !cache.empty())
    return fs::path(cache) / "smartdeal";
  if (const std::string home = variable("HOME"); !home.empty())
    return fs::path(home) / ".cache" / "smartdeal";
  return fs::temp_directory_path() / fmt::format("smartdeal-{}", ::getuid());
}

BuiltModel build_source(const ModelSource& given, const fs::path& cache, const Progress& progress,
                        std::stop_token stop, const ModelOptions& wanted) {
  const auto started = std::chrono::steady_clock::now();
  ModelOptions options = wanted;
  const ModelSource source = with_unsigned_ports(given, options.hierarchical_blocks);
  const Toolchain tools = find_toolchain(stop);
  const CompileJob job = job_for(source, options);
  Sha256 key;
  key.add_field(fingerprint(job, tools)).add_field(processor_features());
  for (const auto& [name, text] : source.files) key.add_field(name).add_field(text);

  const auto make = [&](const fs::path& work) {
    create_folder(work / rtl_folder);
    write_source(source, work / rtl_folder);
    compile_model(job, work, cache, tools, progress, stop);
  };
  const CacheEntry entry = cached(cache, "model-" + key.hex().substr(0, 32), make, stop);
  BuiltModel model;
  model.library = entry.folder / job.library;
  model.source_folder = entry.folder / rtl_folder;
  model.from_cache = entry.found;
  model.build_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return model;
}

BuiltModel build_model(const design::DesignPoint& design, const fs::path& cache,
                       const Progress& progress, std::stop_token stop,
                       const ModelOptions& options) {
  if (progress) progress("generate", -1.0);
  if (stop.stop_requested()) throw Cancelled();
  return build_source(model_source(design, SourceFor::simulation), cache, progress, stop, options);
}

std::vector<BuiltModel> build_models(const std::vector<BuildRequest>& requests,
                                     const fs::path& cache, std::size_t jobs,
                                     const Progress& progress, std::stop_token stop) {
  std::vector<BuiltModel> models(requests.size());
  std::mutex mutex;
  std::size_t done = 0;
  const auto report = [&](const std::string& stage, bool finished) {
    const std::lock_guard guard(mutex);
    if (finished) ++done;
    if (progress) progress(stage, static_cast<double>(done) / static_cast<double>(requests.size()));
  };
  in_parallel(requests.size(), jobs == 0 ? tool_slots() : jobs, stop,
              [&](std::size_t i, std::stop_token stop_all) {
                const std::string& name = requests[i].design.name;
                try {
                  models[i] = build_model(
                      requests[i].design, cache,
                      [&](const std::string& stage, double) {
                        report(fmt::format("{}: {}", name, stage), false);
                      },
                      stop_all, requests[i].options);
                } catch (const ToolError& error) {
                  throw ToolError(fmt::format("{}: {}", name, error.what()));
                }
                report(fmt::format("{}: built", name), true);
              });
  return models;
}

}  // namespace sd::tb
