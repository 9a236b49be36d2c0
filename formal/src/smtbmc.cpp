// Control: assertions by yosys-smtbmc with z3.
#include <fmt/format.h>

#include <regex>
#include <sstream>

#include "formal/prove.hpp"
#include "harness.hpp"
#include "tools.hpp"
#include "trace.hpp"
#include "verilator_tb/subprocess.hpp"

namespace sd::formal {
namespace {

/// An emitted property is registered: it stands in the formula one step after the cycle it is
/// about, and reset takes the first step.
constexpr int extra_steps = 2;

constexpr const char* model_file = "model.smt2";
constexpr const char* circuit_file = "model.il";
constexpr const char* waveform_file = "counterexample.vcd";

/// A probe that joined nothing keeps its attribute: its name is wrong, and it would be free.
/// Memories become registers, so that probes reach their words, and formulas of bit vectors alone,
/// for which z3 has a solver of its own: with uninterpreted functions and arrays it does not come
/// to an end on the first steps of a small queue.
bool build_model(const Task& task, const WorkFolder& folder, const Deadline& deadline) {
  [[maybe_unused]] const auto solver = tb::require_program("z3", "z3");
  const std::string sources = write_sources(folder, task, property_harness(task));
  const std::string yosys = tb::require_program("yosys", "yosys").string();
  return deadline
      .run(folder, {yosys, "-q", "-l", "yosys.log", "-p",
                    fmt::format("read_verilog -formal -sv {}; hierarchy -check -top {}; proc; "
                                "memory; flatten; select -assert-none a:hierconn; check -assert; "
                                "opt -full; async2sync; dffunmap; "
                                "opt_clean; write_ilang {}; write_smt2 -wires {}",
                                sources, harness_module, circuit_file, model_file)})
      .has_value();
}

/// The label of a property as flattening made it: `u_top.u_dut.count_in_range` loses the top.
std::string property_name(std::string label) {
  const std::string prefix = std::string(top_instance) + ".";
  if (label.rfind(prefix, 0) == 0) label.erase(0, prefix.size());
  return label;
}

int last_step(const std::string& output) {
  int step = 0;
  static const std::regex line(" in step (\\d+)\\.\\.");
  for (std::sregex_iterator it(output.begin(), output.end(), line), end; it != end; ++it)
    step = std::stoi((*it)[1]);
  return step;
}

/// What yosys-smtbmc reported about a trace that it wrote.
Counterexample counterexample(const std::string& output, const WorkFolder& folder, int step) {
  Counterexample found;
  std::smatch match;
  if (std::regex_search(output, match, std::regex("Assert failed in [^:]*: ([^\\s(]+)")))
    found.property = property_name(match[1]);
  found.cycle = step - extra_steps;
  found.values = values_in_step(folder.read(waveform_file), step - 1);
  return found;
}

enum class Answer { passed, failed, contradiction, timeout };

struct Said {
  Answer answer;
  std::string output;
};

Said ask(const WorkFolder& folder, const Deadline& deadline,
         const std::vector<std::string>& options) {
  std::vector<std::string> arguments = {tb::require_program("yosys-smtbmc", "yosys").string(),
                                        "-s",
                                        "z3",
                                        "--unroll",
                                        "--logic",
                                        "QF_BV",
                                        "--dump-vcd",
                                        waveform_file};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.emplace_back(model_file);
  auto output = deadline.run(folder, arguments, {0, 1});
  if (!output) return {Answer::timeout, {}};
  folder.write("smtbmc.log", *output);
  const auto says = [&](const char* words) { return output->find(words) != std::string::npos; };
  if (says("Status: PASSED")) return {Answer::passed, *output};
  if (says("Status: PREUNSAT") || says("are unsatisfiable"))
    return {Answer::contradiction, *output};
  if (says("Status: FAILED")) return {Answer::failed, *output};
  throw tb::ToolError("yosys-smtbmc gave no verdict: " + *output);
}

/// A proof in the making: the model is built once.
class Prover {
 public:
  Prover(const Task& task, Method method, int depth, const Options& options)
      : name_(fmt::format("{}_{}", task.top, text(method))), options_(options), deadline_(options) {
    result_.method = method;
    result_.depth = depth;
    ready_ = build_model(task, folder_, deadline_);
  }

  /// One question; true if the answer is yes, otherwise the result says why not.
  bool holds(const std::vector<std::string>& question, Status otherwise) {
    if (!ready_) return settle(Status::timeout);
    const Said said = ask(folder_, deadline_, question);
    output_ = said.output;
    switch (said.answer) {
      case Answer::passed:
        return true;
      case Answer::timeout:
        return settle(Status::timeout);
      case Answer::contradiction:
        return settle(Status::vacuous);
      case Answer::failed:
        break;
    }
    return settle(otherwise);
  }

  /// The step of an induction by the SAT solver inside Yosys, which is done in seconds where z3,
  /// asked through its incremental interface, is not in minutes; false if it does not close.
  bool step_closes(int steps) {
    if (!ready_) return settle(Status::timeout);
    const auto said = deadline_.run(
        folder_, {tb::require_program("yosys", "yosys").string(), "-p",
                  fmt::format("read_ilang {}; chformal -cover -remove; opt_clean; sat -tempinduct "
                              "-tempinduct-inductonly -prove-asserts -set-assumes -maxsteps {} {}",
                              circuit_file, steps, harness_module)});
    if (!said) return settle(Status::timeout);
    folder_.write("step.log", *said);
    return said->find("Induction step proven: SUCCESS!") != std::string::npos;
  }

  void describe_failure(int step) {
    result_.counterexample = counterexample(output_, folder_, step);
    if (!options_.folder.empty())
      result_.counterexample->waveform = folder_.keep(options_.folder, name_) / waveform_file;
  }

  [[nodiscard]] const std::string& output() const { return output_; }
  Result& result() { return result_; }
  Result finish() {
    result_.seconds = deadline_.seconds();
    return std::move(result_);
  }

 private:
  bool settle(Status status) {
    result_.status = status;
    return false;
  }

  std::string name_;
  const Options& options_;
  Deadline deadline_;
  WorkFolder folder_;
  Result result_;
  std::string output_;
  bool ready_ = false;
};

std::string number(int steps) {
  return std::to_string(steps);
}

}  // namespace

Result prove_bounded(const Task& task, int cycles, const Options& options) {
  Prover prover(task, Method::bounded, cycles, options);
  if (!prover.holds({"--presat", "-t", number(cycles + extra_steps)}, Status::refuted) &&
      prover.result().status == Status::refuted)
    prover.describe_failure(last_step(prover.output()));
  return prover.finish();
}

Result prove_by_induction(const Task& task, int cycles, const Options& options) {
  Prover prover(task, Method::induction, cycles, options);
  const int steps = cycles + extra_steps;
  if (!prover.holds({"--presat", "-t", number(cycles + 1 + extra_steps)}, Status::refuted)) {
    if (prover.result().status == Status::refuted)
      prover.describe_failure(last_step(prover.output()));
  } else if (!prover.step_closes(steps) && prover.result().status == Status::proved &&
             !prover.holds({"-i", "-t", number(steps)}, Status::open) &&
             prover.result().status == Status::open) {
    prover.describe_failure(steps);  // z3 again, for a trace with the names of the properties
  }
  return prover.finish();
}

Result reach_covers(const Task& task, int cycles, const Options& options) {
  Prover prover(task, Method::cover, cycles, options);
  prover.holds({"-c", "-t", number(cycles + extra_steps)}, Status::refuted);
  static const std::regex reached("Reached cover statement at (\\S+) in step");
  const std::string& said = prover.output();
  for (std::sregex_iterator it(said.begin(), said.end(), reached), end; it != end; ++it)
    prover.result().reached.push_back(property_name((*it)[1]));
  if (prover.result().status == Status::refuted) {
    Counterexample missed;
    std::smatch match;
    if (std::regex_search(said, match, std::regex("Unreached cover statement at ([^\\s.]\\S*)")))
      missed.property = property_name(match[1]);
    missed.cycle = cycles;
    prover.result().counterexample = missed;
  }
  return prover.finish();
}

}  // namespace sd::formal
