#include "compile.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <mutex>

#include "cache.hpp"
#include "embedded.hpp"
#include "files.hpp"
#include "parallel.hpp"
#include "sha256.hpp"
#include "verilator_tb/subprocess.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;

/// -fno-gnu-unique and hidden symbols: several models live in one process without sharing the
/// runtime's state.
const std::vector<std::string> fixed_flags = {"-std=gnu++20",
                                              "-fPIC",
                                              "-fvisibility=hidden",
                                              "-fno-gnu-unique",
                                              "-faligned-new",
                                              "-fcf-protection=none",
                                              "-pipe",
                                              "-w",
                                              "-DVM_SC=0"};

/// Some tools fail on a full disk without saying so.
bool disk_is_full(const fs::path& folder) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  return !error && space.available < 64 * 1024;
}

void run_tool(const std::string& what, const std::vector<std::string>& arguments,
              const fs::path& folder, std::stop_token stop) {
  const ToolSlot slot(stop);
  ProcessOptions options;
  options.working_folder = folder;
  options.environment = {
      {"TMPDIR", folder.string()}};  // whatever a killed compiler leaves goes with the folder
  options.output_limit = 8 * 1024;
  const ProcessResult result = run_process(arguments, options, stop);
  if (result.exit_status == 0) return;
  if (disk_is_full(folder) || result.output.find("No space left on device") != std::string::npos)
    throw ToolError(
        fmt::format("{} failed: the disk that holds {} is full; free some space and run again",
                    what, folder.string()));
  throw ToolError(fmt::format("{} failed with exit status {}: {}", what, result.exit_status,
                              result.output.empty() ? "no output" : result.output));
}

std::vector<std::string> compiler_line(const CompileJob& job, const Toolchain& tools,
                                       const std::vector<std::string>& flags) {
  std::vector<std::string> line = {tools.compiler.string()};
  for (const auto* list : {&fixed_flags, &job.defines, &flags})
    line.insert(line.end(), list->begin(), list->end());
  line.insert(line.end(),
              {"-include", "hooks.hpp", "-I.", "-I..", "-I" + tools.verilator_include.string(),
               "-I" + (tools.verilator_include / "vltstd").string()});
  return line;
}

/// The verilated runtime as an object file, from the cache.
fs::path runtime_object(const CompileJob& job, const fs::path& cache, const Toolchain& tools,
                        std::stop_token stop) {
  std::vector<std::string> line = compiler_line(job, tools, {"-O1"});
  line.insert(line.end(), {"-c", "runtime.cpp", "-o", "runtime.o"});
  Sha256 key;
  for (const std::string& word : line) key.add_field(word);
  key.add_field(tools.verilator_version).add_field(tools.compiler_version);
  key.add_field(harness_file("runtime.cpp")).add_field(harness_file("hooks.hpp"));
  const auto make = [&](const fs::path& work) {
    write_file(work / "runtime.cpp", harness_file("runtime.cpp"));
    write_file(work / "hooks.hpp", harness_file("hooks.hpp"));
    run_tool("compiling Verilator's runtime", line, work, stop);
  };
  return cached(cache, "runtime-" + key.hex().substr(0, 32), make, stop).folder / "runtime.o";
}

/// What one run of the compiler takes.
struct Unit {
  fs::path folder;  ///< that it is compiled in
  std::string name, text;
  std::vector<std::string> flags;
  std::size_t bytes = 0;
};

/// Groups the generated C++ files of a folder into units of about `unit_bytes`, so that each
/// compiler run pays for the headers once and the cores share the rest.
void add_units(const CompileJob& job, const fs::path& folder, bool is_top,
               std::vector<Unit>& units) {
  std::vector<std::pair<std::string, std::size_t>> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".cpp" &&
        (!is_top || entry.path().filename().string().starts_with(job.prefix)))
      files.emplace_back(entry.path().filename().string(), entry.file_size());
  std::sort(files.begin(), files.end());
  const std::size_t first = units.size();
  const auto include = [&](const std::string& name, std::size_t bytes,
                           const std::vector<std::string>& flags) {
    auto unit = std::find_if(
        units.begin() + static_cast<std::ptrdiff_t>(first), units.end(),
        [&](const Unit& u) { return u.flags == flags && u.bytes + bytes <= job.unit_bytes; });
    if (unit == units.end()) unit = units.insert(unit, Unit{folder, {}, {}, flags, 0});
    unit->text += fmt::format("#include \"{}\"\n", name);
    unit->bytes += bytes;
  };
  for (const auto& [name, bytes] : files)
    include(name, bytes,
            name.find("__Slow") != std::string::npos ? job.slow_flags : job.fast_flags);
  if (is_top)
    for (const std::string& name : job.harness) include(name, 0, job.fast_flags);
}

/// Of the top, and of the blocks that were verilated by themselves (each in a folder of its own);
/// the largest first.
std::vector<Unit> make_units(const CompileJob& job, const fs::path& objects) {
  std::vector<Unit> units;
  add_units(job, objects, true, units);
  std::vector<fs::path> blocks;
  for (const auto& entry : fs::directory_iterator(objects))
    if (entry.is_directory()) blocks.push_back(entry.path());
  std::sort(blocks.begin(), blocks.end());
  for (const fs::path& block : blocks) add_units(job, block, false, units);
  std::stable_sort(units.begin(), units.end(),
                   [](const Unit& a, const Unit& b) { return a.bytes > b.bytes; });
  for (std::size_t i = 0; i < units.size(); ++i) units[i].name = fmt::format("unit_{}.cpp", i);
  return units;
}

}  // namespace

std::string fingerprint(const CompileJob& job, const Toolchain& tools) {
  Sha256 key;
  key.add_field(tools.verilator_version)
      .add_field(tools.compiler_version)
      .add_field(job.top)
      .add_field(job.prefix);
  for (const auto* list : {&job.sources, &job.verilator_flags, &fixed_flags, &job.defines,
                           &job.fast_flags, &job.slow_flags, &job.libraries})
    key.add_field(fmt::format("{}", fmt::join(*list, "\n")));
  for (const auto* list : {&job.harness, &job.harness_headers})
    for (const std::string& name : *list) key.add_field(name).add_field(harness_file(name));
  for (const auto* list : {&job.generated, &job.settings})
    for (const auto& [name, text] : *list) key.add_field(name).add_field(text);
  key.add_field(harness_file("runtime.cpp")).add_field(harness_file("hooks.hpp"));
  return key.hex();
}

void compile_model(const CompileJob& job, const fs::path& work, const fs::path& cache,
                   const Toolchain& tools,
                   const std::function<void(const std::string&, double)>& progress,
                   std::stop_token stop) {
  const auto report = [&progress](const std::string& stage, double fraction) {
    if (progress) progress(stage, fraction);
  };
  const fs::path objects = work / "objects";
  create_folder(objects);

  report("verilate", 0.0);
  std::vector<std::string> verilate = {tools.verilator.string(),
                                       "--cc",
                                       "--top-module",
                                       job.top,
                                       "--prefix",
                                       job.prefix,
                                       "-Mdir",
                                       "objects"};
  verilate.insert(verilate.end(), job.verilator_flags.begin(), job.verilator_flags.end());
  for (const auto& [name, text] : job.settings) {
    write_file(work / name, text);
    verilate.push_back(name);
  }
  verilate.insert(verilate.end(), job.sources.begin(), job.sources.end());
  run_tool("verilating " + job.top, verilate, work, stop);

  report("compile", 0.2);
  const fs::path runtime = runtime_object(job, cache, tools, stop);
  for (const auto* list : {&job.harness, &job.harness_headers})
    for (const std::string& name : *list) write_file(objects / name, harness_file(name));
  write_file(objects / "hooks.hpp", harness_file("hooks.hpp"));
  for (const auto& [name, text] : job.generated) write_file(objects / name, text);

  const std::vector<Unit> units = make_units(job, objects);
  for (const Unit& unit : units) write_file(unit.folder / unit.name, unit.text);
  std::mutex mutex;
  std::size_t done = 0;
  in_parallel(units.size(), tool_slots(), stop, [&](std::size_t i, std::stop_token stop_all) {
    std::vector<std::string> line = compiler_line(job, tools, units[i].flags);
    line.insert(line.end(), {"-c", units[i].name, "-o", (objects / units[i].name).string() + ".o"});
    run_tool("compiling the model of " + job.top, line, units[i].folder, stop_all);
    const std::lock_guard guard(mutex);
    report("compile", 0.2 + 0.75 * static_cast<double>(++done) / static_cast<double>(units.size()));
  });
  std::vector<std::string> link = {tools.compiler.string(), "-shared", "-Wl,-Bsymbolic",
                                   "-Wl,--no-undefined", "-pthread"};
  for (const Unit& unit : units) link.push_back(unit.name + ".o");
  link.insert(link.end(), {runtime.string(), "-o", "../" + job.library});
  link.insert(link.end(), job.libraries.begin(), job.libraries.end());
  run_tool("linking the model of " + job.top, link, objects, stop);
  report("compile", 1.0);
  fs::remove_all(objects);
  for (const auto& [name, text] : job.settings) fs::remove(work / name);
}

}  // namespace sd::tb
