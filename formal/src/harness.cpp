#include "harness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <vector>

namespace sd::formal {
namespace {

constexpr const char* gate_instance = "u_gate";

std::string range(int width) {
  return width == 1 ? "" : fmt::format("[{}:0] ", width - 1);
}

/// An output of the gate that the gold is given instead of being compared with.
bool is_given(const std::string& port) {
  return port.rfind("given_", 0) == 0;
}

bool is_noise(const std::string& port) {
  return port.rfind("noise_", 0) == 0;
}

const Probe* probe_of(const Task& task, const std::string& port) {
  const auto probe = std::find_if(task.probes.begin(), task.probes.end(),
                                  [&](const Probe& p) { return p.port == port; });
  return probe == task.probes.end() ? nullptr : &*probe;
}

/// A wire for a probe, and the name by which pins refer to it: flattening joins a wire with this
/// attribute and the signal of that hierarchical name.
std::string probe_wire(const Probe& probe, const char* instance) {
  return fmt::format("\\{}.{} ", instance, probe.signal);
}

/// A module's head with these inputs and outputs.
std::string head(const std::vector<std::string>& ports) {
  return fmt::format("`default_nettype none\n\nmodule {} (\n  {}\n);\n", harness_module,
                     fmt::join(ports, ",\n  "));
}

}  // namespace

std::string property_harness(const Task& task) {
  std::vector<std::string> ports = {"input logic clk_i"}, pins, wires;
  if (task.has_clock) pins.emplace_back(".clk_i(clk_i)");
  if (task.has_reset) pins.emplace_back(".rst_ni(started_q)");
  for (const hcl::Port& port : task.ports) {
    if (const Probe* probe = probe_of(task, port.name)) {
      const std::string signal = probe_wire(*probe, top_instance);
      wires.push_back(fmt::format("(* hierconn *) logic {}{};", range(port.width), signal));
      pins.push_back(fmt::format(".{}({})", port.name, signal));
    } else if (port.direction == hcl::Direction::input) {
      ports.push_back(fmt::format("input logic {}{}", range(port.width), port.name));
      pins.push_back(fmt::format(".{0}({0})", port.name));
    } else {
      wires.push_back(fmt::format("logic {}{};", range(port.width), port.name));
      pins.push_back(fmt::format(".{0}({0})", port.name));
    }
  }
  return head(ports) +
         fmt::format(
             "\n  logic started_q = 1'b0;\n  {}\n\n  always_ff @(posedge clk_i) begin\n    "
             "started_q <= 1'b1;\n  end\n\n  {} {} (\n    {}\n  );\n\nendmodule\n",
             fmt::join(wires, "\n  "), task.top, top_instance, fmt::join(pins, ",\n    "));
}

std::string equivalence_harness(const Definition& gold, const Task& gate, int cycles) {
  const bool has_applies =
      std::regex_search(gold.text, std::regex("\\boutput\\b[^;)]*\\bapplies_o\\b"));
  std::vector<std::string> ports, gate_pins, gold_pins, body;
  if (cycles > 0 || gate.has_clock) ports.emplace_back("input logic clk_i");
  if (cycles > 0) {
    body.emplace_back("logic [3:0] step_q = 4'd0;");
    body.push_back(fmt::format(
        "always_ff @(posedge clk_i) if (step_q != 4'd{}) step_q <= step_q + 4'd1;", cycles));
  }
  if (gate.has_clock) gate_pins.emplace_back(".clk_i(clk_i)");
  if (gate.has_reset) gate_pins.emplace_back(".rst_ni(1'b1)");
  std::string now = cycles > 0 ? fmt::format("step_q == 4'd{}", cycles) : "1'b1";
  if (has_applies) {
    now += " && applies";
    body.emplace_back("logic applies;");
    gold_pins.emplace_back(".applies_o(applies)");
  }
  for (const hcl::Port& port : gate.ports) {
    const std::string& name = port.name;
    const std::string wide = range(port.width);
    if (const Probe* probe = probe_of(gate, name)) {
      const std::string signal = probe_wire(*probe, gate_instance);
      body.push_back(fmt::format("(* hierconn *) logic {}{};", wide, signal));
      gate_pins.push_back(fmt::format(".{}({})", name, signal));
    } else if (port.direction == hcl::Direction::output && is_given(name)) {
      body.push_back(fmt::format("logic {}{};", wide, name));
      gate_pins.push_back(fmt::format(".{0}({0})", name));
      gold_pins.push_back(fmt::format(".{0}({0})", name));
    } else if (port.direction == hcl::Direction::output) {
      ports.push_back(fmt::format("output logic differs_{}", name));
      body.push_back(fmt::format("logic {0}gate_{1}; logic {0}gold_{1};", wide, name));
      body.push_back(fmt::format("assign differs_{0} = {1} && (gate_{0} != gold_{0});", name, now));
      gate_pins.push_back(fmt::format(".{0}(gate_{0})", name));
      gold_pins.push_back(fmt::format(".{0}(gold_{0})", name));
    } else if (name == "step_i") {
      gate_pins.emplace_back(".step_i(step_q)");
    } else if (is_noise(name) || cycles == 0) {
      ports.push_back(fmt::format("input logic {}{}", wide, name));
      gate_pins.push_back(fmt::format(".{0}({0})", name));
      if (!is_noise(name)) gold_pins.push_back(fmt::format(".{0}({0})", name));
    } else {
      // The value of the first step is kept for the others.
      ports.push_back(fmt::format("input logic {}first_{}", wide, name));
      body.push_back(fmt::format("logic {0}{1}; logic {0}{1}_q;", wide, name));
      body.push_back(fmt::format("assign {0} = step_q == 4'd0 ? first_{0} : {0}_q;", name));
      body.push_back(fmt::format("always_ff @(posedge clk_i) {0}_q <= {0};", name));
      gate_pins.push_back(fmt::format(".{0}({0})", name));
      gold_pins.push_back(fmt::format(".{0}({0})", name));
    }
  }
  return head(ports) + fmt::format(
                           "\n  {}\n\n  {} {} (\n    {}\n  );\n\n  {} u_gold (\n    "
                           "{}\n  );\n\nendmodule\n",
                           fmt::join(body, "\n  "), gate.top, gate_instance,
                           fmt::join(gate_pins, ",\n    "), gold.module,
                           fmt::join(gold_pins, ",\n    "));
}

}  // namespace sd::formal
