// Emitted SystemVerilog beside Yosys' own netlist of it, in one Verilator bench, on random inputs:
// what two tools read differently shows as a difference of outputs.
//
// Every module of the design is instantiated twice, as emitted and as Yosys' netlist; both get the
// same inputs, clock and reset pulses. Their clocked children are replaced on both sides by stubs
// whose outputs are random and depend on all that they were given, so that a module's own logic and
// wiring is exercised in full, and a difference names the module that has it. Memory wrappers are
// black boxes for Yosys: their emitted body serves both sides. Both sides start from zeros; what
// Yosys holds for undefined reads as random bits, so that it cannot hide.
//
// A test program that uses it adds tests/support/netlist_{compare,bench}.cpp to its sources and
// USES verilator_tb (for processes).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rtl/hcl/hcl.hpp"

namespace sd::test {

struct NetlistDifference {
  std::string module;
  std::string port;  ///< an output, or the instance that was given something else
  std::uint64_t cycle = 0;
};

struct NetlistComparison {
  std::vector<NetlistDifference> differences;  ///< the first one of each port
  std::vector<std::string>
      idle_outputs;  ///< `module.port` of outputs that never changed: not compared in earnest
  int modules = 0, outputs = 0;
  std::uint64_t cycles = 0;
};

struct NetlistCompareOptions {
  int cycles = 3000;
  std::uint32_t seed = 1;
  /// Which modules to compare; empty: all of them. SRAM wrappers never are.
  std::function<bool(const hcl::ModuleInfo&)> wanted;
  /// Changes the netlist's text before it is compared: how a test shows that a difference would be
  /// found.
  std::function<void(std::string&)> edit_netlist;
};

/// Throws std::runtime_error with the tool's words where Yosys, Verilator or the compiler fails.
[[nodiscard]] NetlistComparison compare_with_netlist(const hcl::Design& design,
                                                     const NetlistCompareOptions& options = {});

/// Runs `verilator --lint-only -Wall` and Yosys' checks on a design's files; returns what they
/// said: empty if nothing.
[[nodiscard]] std::string lint(const hcl::Design& design);

}  // namespace sd::test
