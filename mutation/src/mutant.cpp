#include "mutation/mutant.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace sd::mutation {
namespace {

constexpr std::array<std::string_view, 6> kinds = {"netlist",    "operation", "comparison",
                                                   "off_by_one", "condition", "reset"};
constexpr std::array<std::string_view, 4> verdicts = {"caught by block tests", "caught by quick",
                                                      "equivalent", "survived"};

template <class Enum, std::size_t N>
Enum found(const std::array<std::string_view, N>& names, std::string_view name, const char* what) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  throw std::invalid_argument(fmt::format("no {} is called {}", what, name));
}

}  // namespace

std::string_view name_of(MutantKind kind) {
  return kinds.at(static_cast<std::size_t>(kind));
}
MutantKind kind_of(std::string_view name) {
  return found<MutantKind>(kinds, name, "kind of mutant");
}
std::string_view name_of(Verdict verdict) {
  return verdicts.at(static_cast<std::size_t>(verdict));
}
Verdict verdict_of(std::string_view name) {
  return found<Verdict>(verdicts, name, "verdict");
}

}  // namespace sd::mutation
