#include "formal/proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "formal/proofs.hpp"

namespace sd::formal {
namespace {

Result prove(const Proof& proof, const Task& task, const Options& options) {
  switch (proof.method) {
    case Method::induction:
      return prove_by_induction(task, proof.depth, options);
    case Method::equivalence:
      return equivalent(proof.gold.value(), task, proof.depth, options);
    case Method::cover:
      return reach_covers(task, proof.depth, options);
    case Method::bounded:
      break;
  }
  return prove_bounded(task, proof.depth, options);
}

/// A counterexample from reset, so that what refutes a fault is a run of the block itself.
Result refute(const Proof& proof, const Task& faulty, const Options& options) {
  const int depth = proof.fault_depth > 0 ? proof.fault_depth : proof.depth;
  if (proof.method == Method::equivalence)
    return equivalent(proof.gold.value(), faulty, proof.depth, options);
  return prove_bounded(faulty, depth, options);
}

/// Modules of the task whose name begins so.
std::vector<std::string> modules_named(const Task& task, const std::vector<std::string>& bases) {
  std::vector<std::string> modules;
  for (const std::string& base : bases) {
    const std::size_t before = modules.size();
    for (const hcl::EmittedFile& file : task.files) {
      const std::string module = file.name.substr(0, file.name.rfind('.'));
      if (module.rfind(base, 0) == 0) modules.push_back(module);
    }
    if (modules.size() == before)
      throw std::invalid_argument(
          fmt::format("{}: no module {}... to plant faults in", task.top, base));
  }
  return modules;
}

Fault fault_of(const Task& task, const PlantedFault& planted) {
  for (const std::string& module : modules_named(task, {planted.module})) {
    const auto file = std::find_if(task.files.begin(), task.files.end(),
                                   [&](const auto& f) { return f.name == module + ".sv"; });
    const std::size_t position = file->text.find(planted.before);
    if (position == std::string::npos) continue;
    if (file->text.find(planted.before, position + 1) != std::string::npos)
      throw std::invalid_argument(
          fmt::format("{}: \"{}\" stands there more than once: say more of what is around it",
                      module, planted.before));
    Fault fault;
    fault.module = module;
    fault.position = position;
    fault.before = planted.before;
    fault.after = planted.after;
    fault.description = fmt::format("{}: {}: \"{}\" becomes \"{}\"", module, planted.what,
                                    planted.before, planted.after);
    return fault;
  }
  throw std::invalid_argument(fmt::format("{}: no \"{}\" in {}... to plant \"{}\" in", task.top,
                                          planted.before, planted.module, planted.what));
}

}  // namespace

std::size_t ProofReport::faults_refuted() const {
  return static_cast<std::size_t>(
      std::count_if(faults.begin(), faults.end(), [](const FaultOutcome& f) { return f.refuted; }));
}

ProofReport run(const Proof& proof, const RunOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const Task task = proof.task();
  ProofReport report;
  report.name = proof.name;
  report.what = proof.what;
  report.parameters = proof.parameters;
  report.result = prove(proof, task, options.prover);
  report.passed = report.result.status == Status::proved;
  if (proof.cover_depth > 0) {
    report.covers = reach_covers(task, proof.cover_depth, options.prover);
    report.passed = report.passed && report.covers->status == Status::proved;
  }
  if (options.plant_faults) {
    Options quiet = options.prover;
    quiet.folder.clear();
    const auto plant = [&](const Fault& fault) {
      const Result result = refute(proof, with_fault(task, fault), quiet);
      FaultOutcome outcome{fault.description, result.status == Status::refuted, {}};
      if (result.counterexample) outcome.by = result.counterexample->property;
      report.faults.push_back(outcome);
      return outcome.refuted;
    };
    for (const PlantedFault& planted : proof.planted)
      report.passed = plant(fault_of(task, planted)) && report.passed;
    for (const Fault& fault :
         choose_faults(task, modules_named(task, proof.fault_modules), proof.faults, options.seed))
      plant(fault);
    report.passed = report.passed &&
                    report.faults_refuted() >= proof.planted.size() + proof.faults_refuted_at_least;
  }
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

std::string method_and_depth(const Proof& proof) {
  return fmt::format("{}_{}", text(proof.method), proof.depth);
}

std::vector<Proof> all_proofs() {
  std::vector<Proof> all;
  for (auto* group : {&handshake_proofs, &axi_proofs, &datapath_proofs})
    for (Proof& proof : group()) all.push_back(std::move(proof));
  return all;
}

}  // namespace sd::formal
