// The SystemVerilog of the netlist comparison.
#pragma once

#include <string>
#include <vector>

#include "rtl/hcl/hcl.hpp"

namespace sd::test {

/// Yosys' netlist of a module has this name.
[[nodiscard]] std::string netlist_name(const std::string& module);

/// One text with everything: the modules under comparison under two names, stubs for their clocked
/// children, memories, and the module `bench` with the single input `clk_i`. It prints `DIFFERENCE
/// module port cycle` and, at the end, `IDLE module.port`.
[[nodiscard]] std::string netlist_bench(const hcl::Design& design,
                                        const std::vector<hcl::EmittedFile>& files,
                                        const std::vector<hcl::ModuleInfo>& compared,
                                        const std::string& netlist);

}  // namespace sd::test
