// What elaboration says about a module.
#pragma once

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <vector>

#include "rtl/hcl/hcl.hpp"

namespace hcl {
inline void PrintTo(const Problem& problem, std::ostream* out) {
  *out << problem.text();
}
}  // namespace hcl

namespace hcl::test {

template <class M, class... A>
std::vector<Problem> problems_of(const A&... args) {
  try {
    const Design design = elaborate<M>(args...);
  } catch (const ElaborationError& error) {
    return error.problems();
  }
  return {};
}

/// Ports of the modules under test: a few inputs and outputs of each kind.
struct SampleIo {
  UInt a, b;
  SInt s;
  Bool c;
  UInt y;
  Bool z;
  explicit SampleIo(Ports& p)
      : a(p.input<UInt>("a", 8)),
        b(p.input<UInt>("b", 8)),
        s(p.input<SInt>("s", 8)),
        c(p.input<Bool>("c")),
        y(p.output<UInt>("y", 8)),
        z(p.output<Bool>("z")) {}
};

/// A module whose body is a function of the test; its outputs have values unless the body drives
/// them.
class Sample : public Module<SampleIo> {
 public:
  using Body = void (*)(Sample&);
  Sample(Context& at, Body body) : Module(at, ModuleName("sample")) { body(*this); }
  /// Drives both outputs with zeros.
  void rest() {
    io.y <<= 0;
    io.z <<= false;
  }
};

/// The problems of a body.
inline std::vector<Problem> problems(Sample::Body body) {
  return problems_of<Sample>(body);
}

/// One problem with these words, at this line of this file.
MATCHER_P4(ProblemIs, signal, what, remedy, line, "") {
  *result_listener << arg.text();
  return arg.signal == signal && arg.what == what && arg.remedy == remedy && !arg.places.empty() &&
         static_cast<int>(arg.places.front().line()) == line &&
         std::string(arg.places.front().file_name()).ends_with("_test.cpp");
}

}  // namespace hcl::test
