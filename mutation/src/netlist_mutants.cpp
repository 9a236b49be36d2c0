#include "netlist_mutants.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <sstream>

#include "tools.hpp"

namespace sd::mutation {
namespace {

/// `/path/a.sv:74.16-74.27` is `a.sv:74`.
std::string place_of(std::string source) {
  source.erase(0, source.find_last_of('/') + 1);
  const std::size_t colon = source.find(':');
  if (colon == std::string::npos) return source;
  return source.substr(0, source.find_first_of(".-|", colon));
}

/// Names that Yosys makes hold counters that change with everything: the kind of cell stays.
std::string cell_of(std::string cell) {
  if (cell.empty() || cell.front() != '$') return cell;
  if (cell.rfind("$auto$", 0) == 0) {
    const std::size_t line = cell.find(':'), what = cell.find(':', line + 1);
    cell = what == std::string::npos ? "cell" : cell.substr(what + 1);
  } else {
    cell.erase(0, 1);
  }
  return cell.substr(0, cell.find('$'));
}

std::string script_of(const hcl::Design& design, const std::vector<hcl::EmittedFile>& files,
                      const std::vector<NetlistRequest>& requests, std::uint64_t seed) {
  std::string names;
  for (const hcl::EmittedFile& file : files) names += file.name + " ";
  std::string script = fmt::format(
      "read_verilog -sv {}\nhierarchy -check -top {}\nsetattr -mod -set keep 1 =*\nproc\nopt\n"
      "memory -nomap\nopt_clean\n",
      names, design.top().name);
  // Parents first: mutate joins the select of a module to all that instantiate it.
  std::map<std::string, NetlistRequest> by_module;
  for (const NetlistRequest& request : requests) by_module[request.module] = request;
  const auto& modules = design.modules();
  for (auto at = modules.rbegin(); at != modules.rend(); ++at) {
    const auto found = by_module.find(at->name);
    if (found == by_module.end()) continue;
    const NetlistRequest& request = found->second;
    script += fmt::format(
        "mutate -list {0} -seed {1} -ctrl {2} 16 {3} -o {4}.list {4}\nscript {4}.list\n"
        "delete -port {4}/w:{2}\nselect {4}\nwrite_verilog -noattr -selected {4}.v\nselect "
        "-clear\n",
        request.count, seed % 1'000'000'007U + 1U, hcl::fault_select_name, request.first,
        request.module);
  }
  return script;
}

}  // namespace

std::string describe_netlist_mutant(const std::string& line) {
  std::istringstream words(line);
  std::map<std::string, std::string> value;
  std::string source;
  for (std::string word; words >> word;) {
    if (word.empty() || word.front() != '-') continue;
    std::string next;
    words >> next;
    if (word == "-src" && source.empty()) source = place_of(next);
    value.emplace(word.substr(1), next);
  }
  std::string text = fmt::format("{} of {}[{}]", value["mode"], value["port"], value["portbit"]);
  if (value.contains("ctrlbit")) text += fmt::format(" by bit {}", value["ctrlbit"]);
  text += " of " + cell_of(value["cell"]);
  if (value.contains("wire")) text += fmt::format(" ({}[{}])", value["wire"], value["wirebit"]);
  return fmt::format("{}: {}, {}", value["module"], text, source.empty() ? "no line" : source);
}

NetlistMutants netlist_mutants(const hcl::Design& design,
                               const std::vector<NetlistRequest>& requests, std::uint64_t seed) {
  const WorkFolder folder;
  const std::vector<hcl::EmittedFile> files = hcl::emit(design);
  std::map<std::string, std::string> original;
  for (const hcl::EmittedFile& file : files) {
    write_text(folder.path() / file.name, file.text);
    original[file.name] = file.text;
  }
  write_text(folder.path() / "mutate.ys", script_of(design, files, requests, seed));
  tb::ProcessOptions options;
  options.working_folder = folder.path();
  const tb::ProcessResult result = tb::run_process(
      {tb::require_program("yosys", "yosys").string(), "-q", "-s", "mutate.ys"}, options);
  if (result.exit_status != 0)
    throw tb::ToolError(fmt::format("yosys failed with status {} to plant faults in {}: {}",
                                    result.exit_status, design.top().name, result.output));
  NetlistMutants made;
  for (const NetlistRequest& request : requests) {
    std::istringstream list(read_text(folder.path() / (request.module + ".list")));
    tb::NetlistFaults netlist;
    netlist.module = request.module;
    netlist.original_sha256 = tb::text_hash(original.at(request.module + ".sv"));
    int number = request.first;
    for (std::string line; std::getline(list, line);) {
      if (line.find("-mode ") == std::string::npos) continue;
      netlist.numbers.push_back(number);
      made.descriptions.emplace_back(number++, describe_netlist_mutant(line));
    }
    netlist.text = read_text(folder.path() / (request.module + ".v"));
    const std::string declared = fmt::format("wire [15:0] {};", hcl::fault_select_name);
    const std::size_t at = netlist.text.find(declared);
    if (at == std::string::npos && !netlist.numbers.empty())
      throw tb::ToolError(fmt::format(
          "yosys wrote no {} into the netlist of {}: another version of yosys than 0.23?",
          hcl::fault_select_name, request.module));
    if (at != std::string::npos) netlist.text.replace(at, 4, "logic");
    made.netlists.push_back(std::move(netlist));
  }
  return made;
}

}  // namespace sd::mutation
