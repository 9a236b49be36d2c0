#include "verilator_tb/fault_plan.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "files.hpp"
#include "sha256.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* schema = "smartdeal.mutants/1";
constexpr const char* plan_name = "plan.json";

hcl::FaultKind kind_of(const std::string& name) {
  using enum hcl::FaultKind;
  for (const hcl::FaultKind kind : {operation, comparison, off_by_one, condition, reset})
    if (hcl::fault_kind_name(kind) == name) return kind;
  throw std::invalid_argument("no kind of fault is called " + name);
}

const char* variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

/// Read once: the folder does not change while a process runs.
const FaultPlan& plan_of_the_environment(const char* folder) {
  static std::mutex mutex;
  static std::map<std::string, FaultPlan> plans;
  const std::lock_guard lock(mutex);
  const auto known = plans.find(folder);
  if (known != plans.end()) return known->second;
  const FaultPlan& plan = plans.emplace(folder, read_fault_plan(folder)).first->second;
  const char* const number = variable("SMARTDEAL_MUTANT");
  fmt::print(stderr, "SMARTDEAL_MUTANTS: faults of {} are planted, {} is alive\n", folder,
             number != nullptr ? number : "none");
  return plan;
}

/// One write of whole lines: several processes may append at once.
void append(const char* file, const std::vector<int>& numbers) {
  std::string lines;
  for (const int number : numbers) lines += fmt::format("{}\n", number);
  const int descriptor = ::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const bool written = descriptor >= 0 && ::write(descriptor, lines.data(), lines.size()) ==
                                              static_cast<ssize_t>(lines.size());
  if (descriptor >= 0) ::close(descriptor);
  if (!written) throw ToolError(fmt::format("cannot append to {}: is the disk full?", file));
}

}  // namespace

void write_fault_plan(const FaultPlan& plan, const fs::path& folder) {
  json all = {{"schema", schema}, {"faults", json::array()}, {"netlists", json::array()}};
  for (const auto& [number, fault] : plan.faults)
    all["faults"].push_back({{"number", number},
                             {"generator", fault.generator},
                             {"kind", hcl::fault_kind_name(fault.kind)},
                             {"file", fault.file},
                             {"line", fault.line},
                             {"change", fault.change},
                             {"place", fault.place}});
  for (const NetlistFaults& netlist : plan.netlists)
    all["netlists"].push_back({{"module", netlist.module},
                               {"original_sha256", netlist.original_sha256},
                               {"text", netlist.text},
                               {"numbers", netlist.numbers}});
  create_folder(folder);
  const fs::path aside = folder / (std::string(plan_name) + ".unfinished");
  write_file(aside, all.dump(1) + "\n");
  fs::rename(aside, folder / plan_name);
}

FaultPlan read_fault_plan(const fs::path& folder) {
  const fs::path file = folder / plan_name;
  const std::string text = read_file(file);
  FaultPlan plan;
  try {
    const json all = json::parse(text);
    if (all.at("schema") != schema) throw std::invalid_argument("its schema is another one");
    for (const json& entry : all.at("faults"))
      plan.faults.push_back({entry.at("number"),
                             {entry.at("generator"), kind_of(entry.at("kind")), entry.at("file"),
                              entry.at("line"), entry.at("change"), entry.at("place")}});
    for (const json& entry : all.at("netlists"))
      plan.netlists.push_back(
          {entry.at("module"), entry.at("original_sha256"), entry.at("text"), entry.at("numbers")});
  } catch (const std::exception& error) {
    throw ToolError(fmt::format(
        "{} is no plan of planted faults ({}): let mutation_check make the folder, or unset "
        "SMARTDEAL_MUTANTS",
        file.string(), error.what()));
  }
  return plan;
}

FaultSelect FaultSelect::environment() {
  return {
      "  initial fault_select = 16'($c32(\"(std::getenv(\\\"SMARTDEAL_MUTANT\\\") ? "
      "std::atoi(std::getenv(\\\"SMARTDEAL_MUTANT\\\")) : 0)\"));\n"};
}

FaultSelect FaultSelect::constant(int number) {
  return {fmt::format("  assign fault_select = 16'd{};\n", number)};
}

std::string with_select(const std::string& text, const FaultSelect& select) {
  // A fault may be one that a linter would have found: `x >= 0`. It is wanted all the same.
  std::string changed =
      "// verilator lint_off UNSIGNED\n// verilator lint_off CMPCONST\n// verilator lint_off "
      "WIDTH\n"
      "// verilator lint_off UNOPTFLAT\n" +
      text;
  const std::size_t end = changed.rfind("endmodule");
  if (end == std::string::npos)
    throw ToolError("a text with faults in it has no endmodule: it is not SystemVerilog");
  return changed.insert(end, select.text);
}

std::vector<hcl::EmittedFile> emit_for_simulation(const hcl::Design& design,
                                                  const hcl::EmitOptions& options) {
  const char* const folder = variable("SMARTDEAL_MUTANTS");
  if (folder == nullptr) return hcl::emit(design, options);
  const FaultPlan& plan = plan_of_the_environment(folder);
  std::vector<int> planted;
  std::vector<hcl::EmittedFile> files;
  for (hcl::FaultyFile& faulty : hcl::emit_with_faults(design, plan.faults)) {
    hcl::EmittedFile& file = files.emplace_back(std::move(faulty.file));
    planted.insert(planted.end(), faulty.numbers.begin(), faulty.numbers.end());
    if (!faulty.numbers.empty()) {
      file.text = with_select(file.text, FaultSelect::environment());
      continue;
    }
    for (const NetlistFaults& netlist : plan.netlists) {
      if (file.name != netlist.module + ".sv" || text_hash(file.text) != netlist.original_sha256)
        continue;
      file.text = with_select(netlist.text, FaultSelect::environment());
      planted.insert(planted.end(), netlist.numbers.begin(), netlist.numbers.end());
      break;
    }
  }
  if (const char* const log = variable("SMARTDEAL_MUTANTS_LOG"); log != nullptr)
    append(log, planted);
  return files;
}

std::string text_hash(const std::string& text) {
  return Sha256().add(text).hex();
}

}  // namespace sd::tb
