// The output stage in parts, cut at its registers: SAT sweeping does not see through two
// multipliers and two shifts at once.
//
// Each part is a cycle: in any state whose registers at the part's begin are valid (the first part:
// with a valid segment at the inputs), the registers at its end take over the definition's function
// of those at its begin. A run from a segment to its word is the parts one
// after the other, so the word is the definitions' composition; that this is the definition as a
// whole is proved last. Without a residual the registers of its operands hold anything.
#include <fmt/format.h>

#include "definitions/definitions.hpp"
#include "properties/helpers.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/output_stage.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

constexpr int lanes = 2;
constexpr int word_bits = 8 * lanes;

design::DesignPoint two_lanes() {
  design::DesignPoint point;
  point.macs = lanes;
  return point;
}

/// A value at a cut: an input of the block, or a register of it.
struct Signal {
  std::string name;
  int bits;
  std::string signal;        ///< in the block
  bool of_residual = false;  ///< without a residual it may be anything
};

/// What is known of a segment `cycle` cycles after `valid`.
struct Cut {
  int cycle;
  std::vector<Signal> signals;
};

void add_lanes(std::vector<Signal>& all, const std::string& name, int bits,
               const std::string& signal) {
  for (int lane = 0; lane < lanes; ++lane)
    all.push_back({fmt::format("{}_{}", name, lane), bits,
                   signal.empty() ? "" : fmt::format("{}{}_q", signal, lane)});
}

Cut inputs() {
  Cut cut{0,
          {{"record", 64, ""},
           {"lanes", rtl::lane_count_bits(two_lanes()), ""},
           {"relu", 1, ""},
           {"residual", 1, ""},
           {"residual_relu", 1, ""},
           {"residual_data", word_bits, ""},
           {"residual_shift", 6, ""},
           {"own_multiplier", 15, ""},
           {"residual_multiplier", 15, ""}}};
  add_lanes(cut.signals, "sums", 32, "");
  return cut;
}

/// What goes along to stage 1, 2 or 3, in that stage's registers.
std::vector<Signal> along(int stage) {
  const std::string at = fmt::format("residual{}_", stage);
  return {{"lanes", rtl::lane_count_bits(two_lanes()), fmt::format("lanes{}_q", stage)},
          {"residual", 1, at + "valid_q"},
          {"residual_relu", 1, at + "relu_q", true},
          {"residual_data", word_bits, at + "data_q", true},
          {"residual_shift", 6, at + "shift_q", true},
          {"own_multiplier", 15, at + "own_multiplier_q", true},
          {"residual_multiplier", 15, at + "multiplier_q", true}};
}

Cut biased() {
  Cut cut{1, along(1)};
  cut.signals.push_back({"relu", 1, "relu1_q"});
  cut.signals.push_back({"shift", 6, "shift1_q"});
  cut.signals.push_back({"multiplier", 15, "multiplier_q"});
  add_lanes(cut.signals, "biased", 33, "biased");
  return cut;
}

Cut products() {
  Cut cut{2, along(2)};
  cut.signals.push_back({"relu", 1, "relu2_q"});
  cut.signals.push_back({"shift", 6, "shift2_q"});
  add_lanes(cut.signals, "product", 48, "product");
  return cut;
}

Cut results() {
  Cut cut{3, along(3)};
  add_lanes(cut.signals, "result", 8, "own");
  return cut;
}

Cut sums() {
  Cut cut{4,
          {{"lanes", rtl::lane_count_bits(two_lanes()), "lanes4_q"},
           {"residual", 1, "adds_q"},
           {"residual_shift", 6, "added_shift_q", true},
           {"residual_relu", 1, "added_relu_q", true}}};
  add_lanes(cut.signals, "sum", 24, "sum");
  return cut;
}

Cut word() {
  return {rtl::OutputStage::latency, {{"word", word_bits, ""}}};
}

// The definition's text, from docs/numerics.md; every value has the name that it has at the cuts.

std::string biased_text() {
  std::string text =
      "  logic signed [31:0] bias; logic [14:0] multiplier; logic [5:0] shift;\n"
      "  assign bias = record[31:0];\n"
      "  assign multiplier = record[46:32];\n"
      "  assign shift = record[53:48];\n";
  for (int i = 0; i < lanes; ++i)
    text += fmt::format(
        "  logic [32:0] biased_{0};\n"
        "  assign biased_{0} = {{sums_{0}[31], sums_{0}}} + {{bias[31], bias}};\n",
        i);
  return text;
}

/// Of a product of 33 and 15 bits, 48 are exact.
std::string product_text() {
  std::string text = "  logic signed [15:0] factor;\n  assign factor = {1'b0, multiplier};\n";
  for (int i = 0; i < lanes; ++i)
    text += fmt::format(
        "  logic signed [32:0] whole{0}; logic signed [48:0] full{0}; logic [47:0] product_{0};\n"
        "  assign whole{0} = biased_{0};\n  assign full{0} = whole{0} * factor;\n"
        "  assign product_{0} = full{0}[47:0];\n",
        i);
  return text;
}

/// sat_8(max?(round_shift(`value`, `shift`))) as `out`, with `relu`.
std::string requantised(const std::string& out, const std::string& value, const std::string& shift,
                        const std::string& relu) {
  return fmt::format(
      "  logic signed [65:0] {0}_wide, {0}_rounded;\n"
      "  assign {0}_wide = $signed({1});\n"
      "  assign {0}_rounded = {2} == 6'd0 ? {0}_wide :\n"
      "      ({0}_wide + (66'sd1 <<< ({2} - 6'd1))) >>> {2};\n"
      "  logic [7:0] {0};\n"
      "  assign {0} = {3} && {0}_rounded < 66'sd0 ? 8'd0 :\n"
      "      {0}_rounded > 66'sd127 ? 8'h7f : {0}_rounded < -66'sd128 ? 8'h80 : "
      "{0}_rounded[7:0];\n",
      out, value, shift, relu);
}

std::string result_text() {
  std::string text;
  for (int i = 0; i < lanes; ++i)
    text += requantised(fmt::format("result_{}", i), fmt::format("product_{}", i), "shift", "relu");
  return text;
}

std::string sum_text() {
  std::string text =
      "  logic signed [15:0] own, other;\n  assign own = {1'b0, own_multiplier};\n"
      "  assign other = {1'b0, residual_multiplier};\n";
  for (int i = 0; i < lanes; ++i)
    text += fmt::format(
        "  logic signed [7:0] y{0}, b{0}; logic signed [23:0] both{0}; logic [23:0] sum_{0};\n"
        "  assign y{0} = result_{0};\n  assign b{0} = residual_data[{1} +: 8];\n"
        "  assign both{0} = y{0} * own + b{0} * other;\n"
        "  assign sum_{0} = residual ? both{0} : {{{{16{{y{0}[7]}}}}, y{0}}};\n",
        i, 8 * i);
  return text;
}

std::string word_text() {
  std::string text = fmt::format("  logic [{}:0] word;\n", word_bits - 1);
  for (int i = 0; i < lanes; ++i)
    text += requantised(fmt::format("z{}", i), fmt::format("sum_{}", i), "residual_shift",
                        "residual_relu") +
            fmt::format(
                "  assign word[{1} +: 8] = {0} >= lanes ? 8'd0 : residual ? z{0} : "
                "sum_{0}[7:0];\n",
                i, 8 * i);
  return text;
}

struct Part {
  std::string name;
  Cut begin, end;
  std::string text;
  int steps;  ///< 0: begin and end in one cycle; 1: in two. The prover prefers one or the other.
};

std::vector<Part> parts() {
  return {{"bias", inputs(), biased(), biased_text(), 0},
          {"product", biased(), products(), product_text(), 0},
          {"result", products(), results(), result_text(), 0},
          {"sum", results(), sums(), sum_text(), 1},
          {"word", sums(), word(), word_text(), 1}};
}

std::string port(const std::string& direction, const std::string& name, int bits) {
  return fmt::format("  {} logic [{}:0] {}", direction, bits - 1, name);
}

std::string wire(const std::string& name, int bits, const std::string& value) {
  return fmt::format("  logic [{}:0] {};\n  assign {} = {};\n", bits - 1, name, name, value);
}

std::string module_text(const std::string& name, const std::vector<std::string>& ports,
                        const std::string& body) {
  return fmt::format("`default_nettype none\nmodule {} (\n{}\n);\n{}endmodule\n", name,
                     fmt::join(ports, ",\n"), body);
}

/// A value where a part ends: of the residual nothing is claimed without one.
std::string shown(const Signal& s) {
  return s.of_residual ? fmt::format("residual ? {} : '0", s.name) : s.name;
}

bool from_inputs(const Part& part) {
  return part.begin.cycle == 0;
}

/// The name of a port of a part's definition: the state at its begin is given (see `equivalent`).
std::string begin_port(const Part& part, const Signal& s) {
  return from_inputs(part) ? s.name + "_i" : fmt::format("given_{}_o", s.name);
}

Definition definition_of(const Part& part) {
  std::vector<std::string> ports;
  std::string body, after;
  if (!from_inputs(part)) {
    ports.emplace_back("  input logic given_valid_o");
    ports.emplace_back("  output logic applies_o");
    body += "  assign applies_o = given_valid_o;\n";
  }
  for (const Signal& s : part.begin.signals) {
    ports.push_back(port("input", begin_port(part, s), s.bits));
    body += wire(s.name, s.bits, begin_port(part, s));
  }
  ports.emplace_back("  output logic valid_o");
  after += "  assign valid_o = 1'b1;\n";
  for (const Signal& s : part.end.signals) {
    ports.push_back(port("output", s.name + "_o", s.bits));
    after += fmt::format("  assign {}_o = {};\n", s.name, shown(s));
  }
  const std::string name = fmt::format("output_stage_{}_definition", part.name);
  return {name, module_text(name, ports, body + part.text + after)};
}

/// All parts' text in one module.
Definition whole_definition(bool residual) {
  std::vector<std::string> ports;
  std::string body;
  for (const Signal& s : inputs().signals) {
    ports.push_back(port("input", s.name + "_i", s.bits));
    body += wire(s.name, s.bits,
                 s.name == "residual" ? fmt::format("1'b{}", residual ? 1 : 0) : s.name + "_i");
  }
  for (const Part& part : parts()) body += part.text;
  ports.push_back(port("output", "word_o", word_bits));
  return {"output_stage_definition",
          module_text("output_stage_definition", ports, body + "  assign word_o = word;\n")};
}

/// The block in the cycle of a part: it shows the registers at the part's begin, whatever they
/// hold, and what those at its end take over at the end of the cycle (`x_d`, or `x_q` a step
/// later).
Task gate_of(const Part& part) {
  std::vector<Probe> probes;
  const Design design =
      elaborate(ModuleName("output_stage_" + part.name + "_cycle"), [&](TopModule& m) {
        const auto dut = m.instance<rtl::OutputStage>("u_dut", two_lanes());
        const auto given = [&](const std::string& name, int bits) {
          return m.input<UInt>((from_inputs(part) ? "" : "noise_") + name, bits);
        };
        dut.valid <<= from_inputs(part) ? b(true) : m.input<Bool>("noise_valid");
        for (int lane = 0; lane < lanes; ++lane)
          dut.sums[lane] <<= given(fmt::format("sums_{}", lane), 32).as_sint();
        dut.record <<= given("record", 64);
        dut.lanes <<= given("lanes", rtl::lane_count_bits(two_lanes()));
        dut.relu <<= given("relu", 1).as_bool();
        dut.residual <<= given("residual", 1).as_bool();
        dut.residual_relu <<= given("residual_relu", 1).as_bool();
        dut.residual_data <<= given("residual_data", word_bits);
        dut.residual_shift <<= given("residual_shift", 6);
        dut.own_multiplier <<= given("own_multiplier", 15);
        dut.residual_multiplier <<= given("residual_multiplier", 15);

        ProbeList list(m);
        const Bool first =
            m.name("first", part.steps == 0 ? b(true) : m.input<UInt>("step", 4) == 0);
        // The value of the first step.
        const auto noted = [&](const std::string& name, const UInt& value) {
          if (part.steps == 0) return value;
          auto kept = m.reg<UInt>("noted_" + name, no_reset, value.width());
          m.when(first, [&] { kept <<= value; });
          return UInt(kept);
        };
        const auto valid_of = [](const Cut& cut) { return fmt::format("valid{}_q", cut.cycle); };
        if (!from_inputs(part)) {
          std::vector<Signal> begin = part.begin.signals;
          begin.push_back({"valid", 1, valid_of(part.begin)});
          for (const Signal& s : begin)
            m.output<UInt>("given_" + s.name, s.bits) <<=
                noted(s.name, list.word("begin_" + s.name, "u_dut." + s.signal, s.bits));
        }
        if (part.name == "word") {
          m.output<UInt>("word", word_bits) <<= noted("word", dut.word);
          m.output<Bool>("valid") <<= b(true);
        } else {
          const auto next = [&](const std::string& name, int bits, std::string signal) {
            if (part.steps == 0) signal.back() = 'd';
            return list.word("end_" + name, "u_dut." + signal, bits);
          };
          m.output<UInt>("valid", 1) <<= next("valid", 1, valid_of(part.end));
          UInt residual = u(0, 1);
          for (const Signal& s : part.end.signals) {
            const UInt value = next(s.name, s.bits, s.signal);
            if (s.name == "residual") residual = value | 0;
            m.output<UInt>(s.name, s.bits) <<=
                s.of_residual ? mux(residual == 1, value, u(0, s.bits)) : value;
          }
        }
        probes = list.probes();
      });
  return task(design, probes);
}

/// The definitions of the parts one behind the other, with or without a residual.
Task joined_parts(bool residual) {
  Task joined;
  joined.top = "output_stage_parts";
  std::vector<std::string> ports;
  std::string body;
  for (const Signal& s : inputs().signals) {
    joined.ports.push_back({s.name + "_i", Direction::input, s.bits, false});
    ports.push_back(port("input", s.name + "_i", s.bits));
    body += wire("bias_begin_" + s.name, s.bits,
                 s.name == "residual" ? fmt::format("1'b{}", residual ? 1 : 0) : s.name + "_i");
  }
  const std::vector<Part> all = parts();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Part& part = all[i];
    std::vector<std::string> pins;
    if (!from_inputs(part)) pins = {".given_valid_o(1'b1)", ".applies_o()"};
    pins.emplace_back(".valid_o()");
    for (const Signal& s : part.begin.signals)
      pins.push_back(fmt::format(".{}({}_begin_{})", begin_port(part, s), part.name, s.name));
    for (const Signal& s : part.end.signals) {
      const std::string value = fmt::format("{}_end_{}", part.name, s.name);
      pins.push_back(fmt::format(".{}_o({})", s.name, value));
      body += fmt::format("  logic [{}:0] {};\n", s.bits - 1, value);
      if (i + 1 == all.size()) continue;
      const std::string noise = fmt::format("noise_{}_{}_i", part.name, s.name);
      const bool anything = s.of_residual && !residual;
      if (anything) {
        joined.ports.push_back({noise, Direction::input, s.bits, false});
        ports.push_back(port("input", noise, s.bits));
      }
      body += wire(fmt::format("{}_begin_{}", all[i + 1].name, s.name), s.bits,
                   anything ? noise : value);
    }
    const Definition definition = definition_of(part);
    joined.files.push_back({definition.module + ".sv", definition.text});
    body += fmt::format("  {} u_{} (\n    {}\n  );\n", definition.module, part.name,
                        fmt::join(pins, ",\n    "));
  }
  joined.ports.push_back({"word_o", Direction::output, word_bits, false});
  ports.push_back(port("output", "word_o", word_bits));
  joined.files.push_back(
      {joined.top + ".sv",
       module_text(joined.top, ports, body + "  assign word_o = word_end_word;\n")});
  return joined;
}

struct PartClaim {
  std::string what;
  std::vector<PlantedFault> planted;
};

}  // namespace

std::vector<Proof> output_stage_proofs() {
  const std::string block = "output_stage";
  const std::vector<PartClaim> claims = {
      {"OutputStage, segment to stage 1: sum + bias, multiplier and shift, and what goes along",
       {{"multiplier one bit off", block, "record_i[46:32]", "record_i[45:31]"},
        {"bias subtracted", block, "biased1_d = 33'(sums_1_i) + ",
         "biased1_d = 33'(sums_1_i) - "}}},
      {"OutputStage, to the product: (sum + bias) * multiplier, exact in 48 bits",
       {{"another lane's sum", block, "49'(biased1_q) * ", "49'(biased0_q) * "}}},
      {"OutputStage, product to result: sat_8(max?(round_shift(product, shift)))",
       {{"another bit rounds", block, "{1'b0, own1_shifted[0]}", "{1'b0, own1_shifted[1]}"},
        {"ReLU always", block, "relu2_q && (own1_sum", "(own1_sum"}}},
      {"OutputStage, result to sum: result * own + b * other with a residual, else the result",
       {{"another lane's residual", block, "$signed(residual3_data_q[15:8])",
         "$signed(residual3_data_q[7:0])"}}},
      {"OutputStage, sum to word: sat_8(max?(round_shift(sum, shift))) with a residual, else the "
       "sum; lanes past the end 0",
       {{"another bit rounds", block, "{1'b0, value1_shifted[0]}", "{1'b0, value1_shifted[1]}"},
        {"ReLU always", block, "added_relu_q && (value1_sum", "(value1_sum"}}}};
  std::vector<Proof> proofs;
  const std::vector<Part> all = parts();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Part part = all[i];
    Proof proof = equivalence(
        "output_stage_" + part.name, claims[i].what,
        "2 lanes, all widths full (sums 32, bias 32, multipliers 15, shifts 6 bits)",
        definition_of(part), part.steps, [part] { return gate_of(part); }, {"output_stage"});
    proof.planted = claims[i].planted;
    proof.faults = proof.faults_refuted_at_least = 0;  // most would lie in other parts
    proofs.push_back(proof);
  }
  for (const bool residual : {false, true}) {
    Proof joined = equivalence(
        residual ? "output_stage_parts_residual" : "output_stage_parts",
        fmt::format("the definitions of the parts, one behind the other, are y = "
                    "sat_8(max?(round_shift((sum + bias) * multiplier, shift))){}",
                    residual ? ", then sat_8(max?(round_shift(y * own + b * other, shift)))" : ""),
        "as the parts", whole_definition(residual), 0,
        [residual] { return joined_parts(residual); }, {"output_stage_bias_definition"});
    if (residual)
      joined.planted = {{"another limit", "output_stage_word_definition",
                         "z1_rounded > 66'sd127 ? 8'h7f", "z1_rounded > 66'sd127 ? 8'h7e"}};
    else
      joined.planted = {{"multiplier one bit off", "output_stage_bias_definition", "record[46:32]",
                         "record[45:31]"}};
    joined.faults = joined.faults_refuted_at_least = 0;
    proofs.push_back(joined);
  }
  return proofs;
}

}  // namespace sd::formal
