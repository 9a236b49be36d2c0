// What is handed to a prover: emitted SystemVerilog and the ports of its top.
#pragma once

#include <string>
#include <vector>

#include "rtl/hcl/hcl.hpp"

namespace sd::formal {

/// Shows a signal inside the design to the top that states properties about it: input `port` of the
/// top is fed from `signal`, an instance path such as `u_dut.count_q`, or `u_dut.store[2]` for a
/// word of a memory.
struct Probe {
  std::string port, signal;
};

/// Text and ports; the top's clock and reset are `clk_i` and `rst_ni`, where it has them.
struct Task {
  std::string top;
  std::vector<hcl::Port> ports;
  bool has_clock = false, has_reset = false;
  std::vector<hcl::EmittedFile> files;
  std::vector<Probe> probes;
};

/// The whole of an elaborated design. Throws std::invalid_argument where a probe's port is no input
/// of the top.
[[nodiscard]] Task task(const hcl::Design& design, std::vector<Probe> probes = {});

/// A combinational module written as SystemVerilog text: what an equivalence proof compares with.
struct Definition {
  std::string module;
  std::string text;
};

}  // namespace sd::formal
