#include "support/netlist_bench.hpp"

#include <fmt/format.h>

#include <set>
#include <sstream>

namespace sd::test {

namespace {

std::string range(int width) {
  return width == 1 ? "" : fmt::format("[{}:0] ", width - 1);
}

std::string stub_name(const std::string& module) {
  return module + "__stub";
}
std::string source_name(const std::string& module) {
  return module + "__source";
}

/// Instances of these modules become instances of their stubs.
std::string with_stubs(const std::string& text, const std::set<std::string>& stubbed) {
  std::string result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string module, instance, bracket;
    words >> module >> instance >> bracket;
    if (bracket == "(" && stubbed.contains(module))
      line = fmt::format("  {} {} (", stub_name(module), instance);
    result += line + "\n";
  }
  return result;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

/// Outputs are random bits that depend on everything it was ever given.
std::string stub(const hcl::ModuleInfo& module) {
  std::string ports = "input logic clk_i", inputs = "1'b0", outputs;
  if (module.has_reset) ports += ", input logic rst_ni";
  int input_bits = 1, number = 0;
  for (const hcl::Port& port : module.ports) {
    const bool is_input = port.direction == hcl::Direction::input;
    ports +=
        fmt::format(", {} logic {}{}", is_input ? "input" : "output", range(port.width), port.name);
    if (is_input) {
      inputs += ", " + port.name;
      input_bits += port.width;
      continue;
    }
    // Some zeros and small numbers among the random ones.
    const int turn = 1 + 11 * number++ % 61;
    outputs += fmt::format("  wire [{0}:0] {1}_raw = {{{2}{{state[{3}:0], state[63:{4}]}}}};\n",
                           (port.width + 63) / 64 * 64 - 1, port.name, (port.width + 63) / 64,
                           turn - 1, turn);
    outputs += fmt::format(
        "  assign {0} = {0}_raw[63:62] == 2'd0 ? {0}_raw[{1}:0] & 5 : {0}_raw[{1}:0];\n", port.name,
        port.width - 1);
  }
  const int words = (input_bits + 63) / 64;
  return fmt::format(
      "module {} ({});\n  reg [63:0] state = 64'h9e3779b97f4a7c15;\n  wire [{}:0] given = "
      "{{{}}};\n  reg [63:0] mixed;\n  always @(posedge clk_i) begin\n"
      "    mixed = state;\n    for (int i = 0; i < {}; i++) mixed = ({{mixed[50:0], mixed[63:51]}} "
      "+ given[i*64 +: 64]) * 64'hd6e8feb86659fd93;\n"
      "    mixed = mixed ^ (mixed >> 32);\n    state <= mixed + 64'd1;\n  end\n{}endmodule\n\n",
      stub_name(module.name), ports, words * 64 - 1, inputs, words, outputs);
}

std::string random_bits(int width) {
  std::string parts;
  for (int word = 0; word < (width + 31) / 32; ++word)
    parts += (word > 0 ? ", " : "") + std::string("$urandom");
  return width <= 32 ? "$urandom" : fmt::format("{{{}}}", parts);
}

/// One input for one cycle. For a while each it is anything, mostly zeros, mostly ones, or mostly
/// held: queues fill and run dry. Small numbers and multiples of four are what addresses and counts
/// meet.
std::string drive(const std::string& name, int width) {
  std::string text = fmt::format(
      "    if (cycle % 64 == 0) {0}_mood <= $urandom;\n    case ($urandom & 15)\n", name);
  text += fmt::format(
      "      0: {0} <= '0;\n      1: {0} <= '1;\n      2: {0} <= {1} & 7;\n      3: {0} <= {1} & "
      "60;\n      4: {0} <= {1} | ~7;\n      5, 6: {0} <= {1};\n",
      name, random_bits(width));
  text += fmt::format(
      "      default: case ({0}_mood & 3)\n          0: {0} <= {1};\n          1: {0} <= '0;\n     "
      "     2: {0} <= '1;\n          default: ;\n        endcase\n    endcase\n",
      name, random_bits(width));
  return text;
}

/// The parts of the bench that concern one module.
class ModuleBench {
 public:
  ModuleBench(const hcl::ModuleInfo& module, int index, const std::set<std::string>& stubbed)
      : module_(module), index_(index) {
    if (module.has_clock) pin("clk_i", "clk_i", "clk_i");
    if (module.has_reset) pin("rst_ni", "rst_n", "rst_n");
    for (const hcl::Port& port : module.ports) {
      if (port.direction == hcl::Direction::input)
        add_input(port);
      else
        add_output(port);
    }
    for (const hcl::InstanceInfo& instance : module.instances)
      if (stubbed.contains(instance.module))
        compare(fmt::format("u{}_source.{}.state", index, instance.name),
                fmt::format("u{}_netlist.{}.state", index, instance.name), instance.name);
  }

  [[nodiscard]] std::string text() const {
    return fmt::format(
        "{}  {} u{}_source ({});\n  {} u{}_netlist ({});\n  always @(negedge clk_i) begin\n{}  "
        "end\n  always @(posedge clk_i or negedge clk_i) begin\n{}  end\n"
        "  final begin\n{}  end\n\n",
        declarations_, source_name(module_.name), index_, source_pins_, netlist_name(module_.name),
        index_, netlist_pins_, drives_, compares_, idle_);
  }

 private:
  std::string wire(const std::string& name, const char* role) const {
    return fmt::format("m{}_{}{}", index_, name, role);
  }

  void pin(const std::string& port, const std::string& source, const std::string& netlist) {
    source_pins_ += fmt::format("{}.{}({})", source_pins_.empty() ? "" : ", ", port, source);
    netlist_pins_ += fmt::format("{}.{}({})", netlist_pins_.empty() ? "" : ", ", port, netlist);
  }

  void add_input(const hcl::Port& port) {
    const std::string name = wire(port.name, "");
    declarations_ +=
        fmt::format("  logic {0}{1};\n  int unsigned {1}_mood;\n", range(port.width), name);
    drives_ += drive(name, port.width);
    pin(port.name, name, name);
  }

  void add_output(const hcl::Port& port) {
    const std::string source = wire(port.name, "_source"), netlist = wire(port.name, "_netlist"),
                      seen = wire(port.name, "_seen"), first = wire(port.name, "_first");
    declarations_ += fmt::format("  logic {0}{1}, {2}, {3};\n  logic {4} = 1'b0;\n",
                                 range(port.width), source, netlist, first, seen);
    compare(source, netlist, port.name);
    compares_ +=
        fmt::format("    if (cycle == 0) {0} <= {1};\n    else if ({0} != {1}) {2} <= 1'b1;\n",
                    first, source, seen);
    idle_ += fmt::format("    if (!{}) $display(\"IDLE {}.{}\");\n", seen, module_.name, port.name);
    pin(port.name, source, netlist);
  }

  void compare(const std::string& source, const std::string& netlist, const std::string& name) {
    const std::string differs = wire(name, "_differs");
    declarations_ += fmt::format("  logic {} = 1'b0;\n", differs);
    compares_ += fmt::format(
        "    if ({0} !== {1} && !{2}) begin\n      {2} <= 1'b1;\n      $display(\"DIFFERENCE {3} "
        "{4} %0d\", cycle);\n    end\n",
        source, netlist, differs, module_.name, name);
  }

  const hcl::ModuleInfo& module_;
  int index_;
  std::string declarations_, drives_, compares_, idle_, source_pins_, netlist_pins_;
};

}  // namespace

std::string netlist_name(const std::string& module) {
  return module + "__netlist";
}

std::string netlist_bench(const hcl::Design& design, const std::vector<hcl::EmittedFile>& files,
                          const std::vector<hcl::ModuleInfo>& compared,
                          const std::string& netlist) {
  std::set<std::string> stubbed, wanted;
  for (const hcl::ModuleInfo& module : design.modules())
    if (!module.is_sram && module.has_clock) stubbed.insert(module.name);
  for (const hcl::ModuleInfo& module : compared) wanted.insert(module.name);
  std::string text;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const hcl::ModuleInfo& module = design.modules()[i];
    if (stubbed.contains(module.name))
      text += stub(module);
    else
      text += files[i].text;
    if (wanted.contains(module.name))
      text += replaced(with_stubs(files[i].text, stubbed), "module " + module.name + " ",
                       "module " + source_name(module.name) + " ");
  }
  text += with_stubs(netlist, stubbed);
  text +=
      "module bench (input logic clk_i);\n"
      "  logic rst_n = 1'b0;\n"
      "  int unsigned cycle = 0;\n"
      "  always @(negedge clk_i) begin\n"
      "    cycle <= cycle + 1;\n"
      "    rst_n <= cycle > 3 && ($urandom & 511) != 0;\n"
      "  end\n\n";
  int index = 0;
  for (const hcl::ModuleInfo& module : compared)
    text += ModuleBench(module, index++, stubbed).text();
  return text + "endmodule\n";
}

}  // namespace sd::test
