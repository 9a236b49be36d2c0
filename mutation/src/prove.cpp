// The two netlists as one circuit of AND gates, whose output ABC proves to be zero by SAT sweeping.
#include "mutation/prove.hpp"

#include <fmt/format.h>

#include "tools.hpp"
#include "verilator_tb/fault_plan.hpp"

namespace sd::mutation {
namespace {

using Clock = std::chrono::steady_clock;

std::string read_side(const std::string& name, const std::string& module,
                      const std::string& children) {
  return fmt::format("{0}read_verilog -sv {1}.sv\nproc\nmemory\nrename {2} {1}\n", children, name,
                     module);
}

/// `-dff`: no other wires are shown, so that they may differ. `-shared`: a register that one side
/// alone has stays a register, and the circuit is refused by ABC below: such a pair counts as
/// different.
std::string script_of(const std::vector<hcl::EmittedFile>& files, const std::string& module) {
  std::string children;
  for (const hcl::EmittedFile& file : files)
    if (file.name != module + ".sv")
      children += fmt::format("read_verilog -sv -lib {}\n", file.name);
  return read_side("gate", module, children) + "design -stash gate\n" +
         read_side("gold", module, children) +
         "design -copy-from gate -as gate gate\n"
         "opt_expr gold gate\nopt_clean gold gate\ndffunmap\nopt_expr gold gate\n"
         "opt_clean gold gate\nexpose -shared -dff -evert-dff -evert gold gate\n"
         "miter -equiv -flatten gold gate miter\nhierarchy -top miter\nopt\ntechmap\nopt\n"
         "dffunmap\nsetundef -anyseq\naigmap\nopt_clean\nwrite_aiger miter.aig\n";
}

}  // namespace

ProofResult prove_equivalent(const std::vector<hcl::EmittedFile>& files, const std::string& module,
                             const std::string& faulty_text, int number,
                             std::chrono::seconds limit) {
  const auto begin = Clock::now();
  const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - begin); };
  const auto left = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(limit - passed());
  };
  const WorkFolder folder;
  for (const hcl::EmittedFile& file : files) write_text(folder.path() / file.name, file.text);
  write_text(folder.path() / "gold.sv", tb::with_select(faulty_text, tb::FaultSelect::constant(0)));
  write_text(folder.path() / "gate.sv",
             tb::with_select(faulty_text, tb::FaultSelect::constant(number)));
  write_text(folder.path() / "prove.ys", script_of(files, module));
  tb::ProcessOptions options;
  options.working_folder = folder.path();

  const auto made = run_limited(
      {tb::require_program("yosys", "yosys").string(), "-q", "-s", "prove.ys"}, options, left());
  if (!made) return {Proof::open, passed().count()};
  // Everts that do not fit together end here too.
  if (made->exit_status != 0) {
    if (made->output.find("No matching port") != std::string::npos)
      return {Proof::different, passed().count()};
    throw tb::ToolError(
        fmt::format("yosys failed with status {} to compare {} with its mutant {}: {}",
                    made->exit_status, module, number, made->output));
  }
  const auto said = run_limited({tb::require_program("yosys-abc", "yosys").string(), "-c",
                                 "read miter.aig; strash; orpos; &get; &put; iprove; print_status"},
                                options, left());
  if (!said) return {Proof::open, passed().count()};
  const bool equal = said->output.find("UNSATISFIABLE") != std::string::npos ||
                     said->output.find("Status = 1") != std::string::npos;
  return {equal ? Proof::equivalent : Proof::different, passed().count()};
}

}  // namespace sd::mutation
