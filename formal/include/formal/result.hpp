// What a prover said.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sd::formal {

enum class Method {
  bounded,      ///< every run of `depth` cycles from reset
  induction,    ///< every run: bounded from reset, then from any state after `depth` good cycles
  cover,        ///< a run that reaches each cover point within `depth` cycles
  equivalence,  ///< every input and every state: `depth` cycles from any state
};

enum class Status {
  proved,   ///< of covers: each was reached
  refuted,  ///< there is a counterexample; of covers: one cannot be reached within the depth
  open,     ///< induction did not close: the bounded part holds, the trace need not be reachable
  vacuous,  ///< the assumptions contradict each other
  timeout,
};

[[nodiscard]] std::string_view text(Method method);
[[nodiscard]] std::string_view text(Status status);

/// A run that breaks a property.
struct Counterexample {
  std::string property;  ///< the label of the assertion with the instance that holds it, such as
                         ///< `u_dut.count_in_range`; of an equivalence the output that differs
  int cycle = 0;         ///< in which it fails; 0 is the first one after reset
  std::vector<std::pair<std::string, std::string>>
      values;                      ///< the top's ports and registers in that cycle, hexadecimal
  std::filesystem::path waveform;  ///< VCD; empty if no folder was given, and for equivalences
};

struct Result {
  Method method = Method::bounded;
  Status status = Status::proved;
  int depth = 0;  ///< cycles
  double seconds = 0;
  std::optional<Counterexample> counterexample;
  std::vector<std::string> reached;  ///< cover points, in the order in which they were reached
  /// One sentence for people: what was found, and the values where it was refuted.
  [[nodiscard]] std::string summary() const;
};

}  // namespace sd::formal
