// Designs that between them use every construct of the library, one theme each. Their text is kept
// under golden/ and compared byte for byte.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rtl/hcl/hcl.hpp"

namespace hcl::test {

struct GoldenDesign {
  std::string name;  ///< the folder under golden/
  std::function<Design()> build;
  EmitOptions options{};
};

[[nodiscard]] std::vector<GoldenDesign> golden_designs();

/// Assertions, assumptions and cover points.
[[nodiscard]] Design properties();

/// Registers of every access, for the register file, the C header and the table.
[[nodiscard]] RegisterMap timer_registers();

}  // namespace hcl::test
