// Arithmetic: gold and gate unrolled into one circuit of AND gates, whose output ABC proves to be
// constantly zero by SAT sweeping.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>

#include "formal/prove.hpp"
#include "harness.hpp"
#include "tools.hpp"
#include "trace.hpp"
#include "verilator_tb/subprocess.hpp"

namespace sd::formal {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The value of each input in the first step (the one that is kept) out of ABC's assignment, by the
/// table that Yosys writes of the circuit's inputs.
std::vector<std::pair<std::string, std::string>> input_values(const std::string& map,
                                                              const std::string& assignment) {
  std::map<std::string, std::string> bits;  // name -> most significant first
  for (const std::string& line : lines_of(map)) {
    std::istringstream words(line);
    std::string kind, name;
    std::size_t index = 0, bit = 0;
    if (!(words >> kind >> index >> bit >> name) || kind != "input" || index >= assignment.size())
      continue;
    std::string& value = bits[name.rfind("first_", 0) == 0 ? name.substr(6) : name];
    if (value.size() <= bit) value.insert(0, bit + 1 - value.size(), '0');
    value[value.size() - 1 - bit] = assignment[index];
  }
  std::vector<std::pair<std::string, std::string>> values;
  for (const auto& [name, value] : bits)
    if (name != "clk_i") values.emplace_back(name, hexadecimal(value));
  return values;
}

}  // namespace

Result equivalent(const Definition& gold, const Task& gate, int cycles, const Options& options) {
  if (cycles < 0 || cycles > 15)
    throw std::invalid_argument(
        fmt::format("{}: {} cycles: an equivalence takes 0 to 15", gate.top, cycles));
  std::vector<std::string> outputs;
  for (const hcl::Port& port : gate.ports)
    if (port.direction == hcl::Direction::output && port.name.rfind("given_", 0) != 0)
      outputs.push_back(port.name);
  if (outputs.empty())
    throw std::invalid_argument(
        fmt::format("{}: has no output to compare with {}", gate.top, gold.module));

  const Deadline deadline(options);
  const WorkFolder folder;
  Result result;
  result.method = Method::equivalence;
  result.depth = cycles;
  const auto finish = [&](Status status) {
    result.status = status;
    result.seconds = deadline.seconds();
    return result;
  };

  folder.write("gold.sv", gold.text);
  const std::string sources =
      "gold.sv " + write_sources(folder, gate, equivalence_harness(gold, gate, cycles));
  if (!deadline.run(
          folder,
          {tb::require_program("yosys", "yosys").string(), "-q", "-l", "yosys.log", "-p",
           fmt::format(
               "read_verilog -sv {}; hierarchy -check -top {}; proc; flatten; "
               "select -assert-none a:hierconn; check -assert; memory; setundef -undriven -zero; "
               "opt; wreduce; opt_clean; "
               "async2sync; dffunmap; techmap; opt; dffunmap; setundef -anyseq; aigmap; opt_clean; "
               "write_aiger -symbols -map inputs.txt miter.aig",
               sources, harness_module)}))
    return finish(Status::timeout);

  // The last of the unrolled steps is the one that compares; the outputs of the others are zero.
  const std::string unroll =
      cycles > 0 || gate.has_clock ? fmt::format("frames -F {} -i; ", cycles + 1) : "";
  const auto said = deadline.run(
      folder, {tb::require_program("yosys-abc", "yosys").string(), "-c",
               fmt::format("read miter.aig; {}strash; orpos; &get; &put; iprove; print_status; "
                           "write_cex counterexample.txt",
                           unroll)});
  if (!said) return finish(Status::timeout);
  folder.write("abc.log", *said);
  if (said->find("UNSATISFIABLE") != std::string::npos) return finish(Status::proved);
  if (said->find("SATISFIABLE") == std::string::npos)
    throw tb::ToolError("yosys-abc gave no verdict: " + *said);
  Counterexample found;
  found.property =
      outputs.size() == 1 ? outputs.front() : fmt::format("{}", fmt::join(outputs, " or "));
  found.cycle = cycles;
  found.values = input_values(folder.read("inputs.txt"), folder.read("counterexample.txt"));
  if (!options.folder.empty())
    folder.keep(options.folder, fmt::format("{}_{}", gate.top, text(Method::equivalence)));
  result.counterexample = found;
  return finish(Status::refuted);
}

}  // namespace sd::formal
