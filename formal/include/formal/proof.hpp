// A proof as it stands in the catalogue, and what came of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "formal/fault.hpp"
#include "formal/prove.hpp"

namespace sd::formal {

/// A change of one's own choice, which the proof has to refute.
struct PlantedFault {
  std::string what;           ///< in a few words: `a pair is lost`
  std::string module;         ///< how its name begins
  std::string before, after;  ///< text that stands there once, and what takes its place
};

struct Proof {
  std::string name;        ///< a word: `fifo_w4_d4`
  std::string what;        ///< one sentence: what holds
  std::string parameters;  ///< at which it is proved
  Method method = Method::bounded;
  int depth = 0;        ///< cycles
  int cover_depth = 0;  ///< cycles in which every cover point is reached; 0: there is none
  std::function<Task()> task;
  std::optional<Definition> gold;           ///< of an equivalence
  std::vector<std::string> fault_modules;   ///< how the names begin of those that get faults
  std::size_t faults = 6;                   ///< how many
  std::size_t faults_refuted_at_least = 4;  ///< others may change nothing that is claimed
  std::vector<PlantedFault> planted;        ///< each has to be refuted
  int fault_depth = 0;                      ///< cycles; 0: as `depth`
};

struct FaultOutcome {
  std::string description;
  bool refuted = false;
  std::string by;  ///< the property that fails
};

struct ProofReport {
  std::string name, what, parameters;
  Result result;
  std::optional<Result> covers;
  std::vector<FaultOutcome> faults;
  double seconds = 0;  ///< everything
  [[nodiscard]] std::size_t faults_refuted() const;
  /// Proved, every cover reached, all planted faults refuted and enough of the others.
  bool passed = false;
};

struct RunOptions {
  Options prover;
  bool plant_faults = true;
  std::uint32_t seed = 1;  ///< of the choice of faults
};

[[nodiscard]] ProofReport run(const Proof& proof, const RunOptions& options = {});

/// `bounded_20`, `induction_3`, `equivalence_4`.
[[nodiscard]] std::string method_and_depth(const Proof& proof);

}  // namespace sd::formal
