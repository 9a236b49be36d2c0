#include "formal/result.hpp"

#include <fmt/format.h>

namespace sd::formal {

std::string_view text(Method method) {
  switch (method) {
    case Method::bounded:
      return "bounded";
    case Method::induction:
      return "induction";
    case Method::cover:
      return "cover";
    case Method::equivalence:
      break;
  }
  return "equivalence";
}

std::string_view text(Status status) {
  switch (status) {
    case Status::proved:
      return "proved";
    case Status::refuted:
      return "refuted";
    case Status::open:
      return "open";
    case Status::vacuous:
      return "vacuous";
    case Status::timeout:
      break;
  }
  return "timeout";
}

namespace {

std::string trace_text(const Counterexample& trace) {
  std::string said;
  for (const auto& [name, value] : trace.values) said += fmt::format("\n  {} = 'h{}", name, value);
  if (!trace.waveform.empty()) said += "\n  waveform: " + trace.waveform.string();
  return said;
}

}  // namespace

std::string Result::summary() const {
  const auto property = [&] { return counterexample ? counterexample->property : std::string(); };
  switch (status) {
    case Status::proved:
      return fmt::format("proved by {}, depth {}, in {:.1f} s", text(method), depth, seconds);
    case Status::refuted:
      if (method == Method::cover)
        return fmt::format("cover point {} is not reached within {} cycles", property(), depth);
      return fmt::format("{} fails in cycle {} after reset{}", property(),
                         counterexample ? counterexample->cycle : 0,
                         counterexample ? trace_text(*counterexample) : "");
    case Status::open:
      return fmt::format(
          "{} cannot be concluded from {} good cycles: add an invariant that excludes the state "
          "below, or more cycles{}",
          property(), depth, counterexample ? trace_text(*counterexample) : "");
    case Status::vacuous:
      return "the assumptions contradict each other: nothing is proved";
    case Status::timeout:
      break;
  }
  return fmt::format("no answer within the time limit ({:.0f} s)", seconds);
}

}  // namespace sd::formal
