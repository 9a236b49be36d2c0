#include "support/netlist_compare.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/netlist_bench.hpp"
#include "verilator_tb/subprocess.hpp"

namespace sd::test {

namespace fs = std::filesystem;

namespace {

/// A folder that goes with its owner.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "sd_netlist_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("no folder for the netlist comparison under " +
                               fs::temp_directory_path().string());
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void write(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string run(const std::vector<std::string>& arguments, const fs::path& folder) {
  tb::ProcessOptions options;
  options.working_folder = folder;
  options.output_limit = 4 * 1024 * 1024;
  const tb::ProcessResult result = tb::run_process(arguments, options);
  if (result.exit_status != 0)
    throw std::runtime_error(fmt::format("{} failed with status {}:\n{}", arguments.front(),
                                         result.exit_status, result.output));
  return result.output;
}

std::vector<std::string> write_sources(const std::vector<hcl::EmittedFile>& files,
                                       const fs::path& folder) {
  std::vector<std::string> names;
  for (const hcl::EmittedFile& file : files) {
    write(folder / file.name, file.text);
    names.push_back(file.name);
  }
  return names;
}

/// Children are kept also where nothing reads them: what they are given is compared.
std::string yosys_script(const hcl::Design& design, const std::vector<std::string>& sources) {
  std::string script = fmt::format(
      "read_verilog -sv {}; hierarchy -check -top {}; setattr -mod -set keep 1 =*; proc; opt; "
      "memory -nomap; opt; ",
      fmt::join(sources, " "), design.top().name);
  for (const hcl::ModuleInfo& module : design.modules())
    if (!module.is_sram)
      script += fmt::format("rename {} {}; ", module.name, netlist_name(module.name));
  return script + "write_verilog -noattr netlist.v";
}

std::string main_program(const NetlistCompareOptions& options) {
  return fmt::format(
      "#include \"Vbench.h\"\n#include \"verilated.h\"\n"
      "double sc_time_stamp() {{ return 0; }}\n"
      "int main() {{\n  VerilatedContext context;\n  context.randSeed({});\n  "
      "context.randReset(0);\n  Vbench bench(&context);\n"
      "  for (int cycle = 0; cycle < {}; ++cycle) {{\n    bench.clk_i = 0;\n    bench.eval();\n    "
      "bench.clk_i = 1;\n    bench.eval();\n  }}\n  bench.final();\n  return 0;\n}}\n",
      options.seed, options.cycles);
}

/// The model in one translation unit: the quickest to compile.
void compile(const fs::path& folder) {
  std::string unit;
  for (const auto& entry : fs::directory_iterator(folder / "model"))
    if (entry.path().extension() == ".cpp")
      unit += fmt::format("#include \"{}\"\n", entry.path().filename().string());
  write(folder / "unit.cpp", unit +
                                 "#include \"verilated.cpp\"\n#include "
                                 "\"verilated_threads.cpp\"\n#include \"main.cpp\"\n");
  std::istringstream settings(run({"verilator", "--getenv", "VERILATOR_ROOT"}, folder));
  std::string root;
  std::getline(settings, root);
  std::vector<std::string> command = {"c++",
                                      "-std=c++20",
                                      "-O0",
                                      "-w",
                                      "-Imodel",
                                      "-I.",
                                      "-I" + root + "/include",
                                      "-I" + root + "/include/vltstd",
                                      "-DVL_TIME_CONTEXT",
                                      "unit.cpp",
                                      "-o",
                                      "bench",
                                      "-pthread"};
  if (tb::find_program("ccache")) command.insert(command.begin(), "ccache");
  run(command, folder);
}

}  // namespace

NetlistComparison compare_with_netlist(const hcl::Design& design,
                                       const NetlistCompareOptions& options) {
  const Folder folder;
  const std::vector<hcl::EmittedFile> files = hcl::emit(design);
  run({"yosys", "-q", "-p", yosys_script(design, write_sources(files, folder.path()))},
      folder.path());
  std::string netlist = read(folder.path() / "netlist.v");
  if (options.edit_netlist) options.edit_netlist(netlist);
  std::vector<hcl::ModuleInfo> modules;
  for (const hcl::ModuleInfo& module : design.modules())
    if (!module.is_sram && (!options.wanted || options.wanted(module))) modules.push_back(module);
  write(folder.path() / "all.sv", netlist_bench(design, files, modules, netlist));
  write(folder.path() / "main.cpp", main_program(options));
  run({"verilator", "--cc", "--top-module", "bench", "-O3", "-fno-inline", "-Wno-lint",
       "-Wno-fatal", "-Wno-style", "--x-initial", "0", "--x-assign", "unique", "--Mdir", "model",
       "all.sv"},
      folder.path());
  compile(folder.path());

  NetlistComparison result;
  result.cycles = static_cast<std::uint64_t>(options.cycles);
  result.modules = static_cast<int>(modules.size());
  for (const hcl::ModuleInfo& module : modules) {
    for (const hcl::Port& port : module.ports)
      result.outputs += port.direction == hcl::Direction::output ? 1 : 0;
  }
  std::istringstream lines(run({"./bench"}, folder.path()));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "DIFFERENCE") {
      NetlistDifference difference;
      words >> difference.module >> difference.port >> difference.cycle;
      result.differences.push_back(difference);
    } else if (word == "IDLE") {
      words >> word;
      result.idle_outputs.push_back(word);
    } else if (!word.empty()) {
      throw std::runtime_error("the netlist bench said: " + line);
    }
  }
  return result;
}

std::string lint(const hcl::Design& design) {
  const Folder folder;
  const std::vector<std::string> sources = write_sources(hcl::emit(design), folder.path());
  std::vector<std::string> verilator = {"verilator", "--lint-only", "-Wall", "--top-module",
                                        design.top().name};
  verilator.insert(verilator.end(), sources.begin(), sources.end());
  tb::ProcessOptions options;
  options.working_folder = folder.path();
  std::string said = tb::run_process(verilator, options).output;
  // Without --lint-only Verilator also looks for false loops (UNOPTFLAT).
  verilator[1] = "--cc";
  verilator.insert(verilator.end(), {"--Mdir", "model"});
  said += tb::run_process(verilator, options).output;
  said += tb::run_process(
              {"yosys", "-q", "-p",
               fmt::format("read_verilog -sv {}; hierarchy -check -top {}; proc; check -assert",
                           fmt::join(sources, " "), design.top().name)},
              options)
              .output;
  return said;
}

}  // namespace sd::test
