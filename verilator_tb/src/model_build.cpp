#include "verilator_tb/model_build.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "build_source.hpp"
#include "cache.hpp"
#include "compile.hpp"
#include "files.hpp"
#include "sha256.hpp"

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

CompileJob job_for(const ModelSource& source, const ModelOptions& options) {
  CompileJob job;
  for (const auto& [name, text] : source.files)
    job.sources.push_back(fmt::format("{}/{}", rtl_folder, name));
  job.top = "sd_accelerator";
  job.prefix = "Vsd_accelerator";
  const std::string unknown = options.checked ? "unique" : "fast";
  job.verilator_flags = {"-O3", "-Wno-fatal", "--x-assign", unknown, "--x-initial", unknown};
  if (options.checked) job.verilator_flags.emplace_back("--assert");
  // Measured on 8 x 8 x 8: -O1 simulates as fast as -O3 (240,000 cycles/s on one core) and compiles
  // in half the time; -O0 for what runs once saves as much again.
  job.fast_flags = {"-O1"};
  job.slow_flags = {"-O0"};
  if (!options.checked) job.fast_flags.emplace_back("-march=native");
  if (options.trace) {
    job.verilator_flags.emplace_back("--trace-fst");
    job.defines = {"-DVM_TRACE=1", "-DVM_TRACE_FST=1"};
    job.libraries = {"-lz"};
  }
  job.harness = {"accelerator.cpp"};
  job.harness_headers = {"accelerator_abi.hpp", "axi_memory.hpp"};
  job.generated = {{"config.inc", fmt::format("#define SD_AXI_BYTES {}\n", source.axi_bytes)}};
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

BuiltModel build_source(const ModelSource& source, const fs::path& cache, const Progress& progress,
                        std::stop_token stop, const ModelOptions& options) {
  const auto started = std::chrono::steady_clock::now();
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
  return build_source(model_source(design), cache, progress, stop, options);
}

}  // namespace sd::tb
