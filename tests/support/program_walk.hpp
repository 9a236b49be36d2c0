// The accelerator at its slowest: walks every block, entry, segment, step and lane of a program as
// docs/accelerator.md tells it, one by one, and counts on the way. It checks nothing; programs must
// be valid. What the interpreter computes in a few sums is held against it.
#pragma once

#include <cstdint>
#include <vector>

#include "regression/random_program.hpp"
#include "rtl/schedule/interpreter.hpp"

namespace sd::test {

struct Walked {
  std::vector<std::uint8_t> image;
  schedule::Activity activity;
};

[[nodiscard]] Walked walk(const regression::RandomProgram& program);

}  // namespace sd::test
