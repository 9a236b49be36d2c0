// What the emitted text looks like, module by module construct.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "rtl/hcl/problems.hpp"
#include "rtl/hcl/samples.hpp"
#include "support/netlist_compare.hpp"

namespace hcl::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// The emitted text of a body.
std::string text_of(Sample::Body body, const EmitOptions& options = {}) {
  return emit(elaborate<Sample>(body), options).back().text;
}

TEST(Emission, IsTheSameEveryTime) {
  const auto first = emit(elaborate<Top>());
  const auto second = emit(elaborate<Top>());
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(first[i].text, second[i].text) << first[i].name;
}

TEST(Emission, FilesStandInCompileOrder) {
  const Design design = elaborate<Top>();
  std::vector<std::string> names;
  for (const EmittedFile& file : emit(design)) names.push_back(file.name);
  EXPECT_THAT(names, ElementsAre("queue_width8_depth4.sv", "queue_width8_depth3.sv",
                                 "sram_1r1w_64x24_mask3.sv", "sram_1r1w_40x16.sv", "engine.sv",
                                 "arbiter_inputs3.sv", "top.sv"));
  EXPECT_EQ(file_list({{"a.sv", ""}, {"b.sv", ""}}, "rtl"), "rtl/a.sv\nrtl/b.sv\n");
  EXPECT_EQ(file_list({{"a.sv", ""}}), "a.sv\n");
}

TEST(Emission, TheDesignTellsItsPorts) {
  const Design design = elaborate<Top>();
  const ModuleInfo& engine = design.module("engine");
  ASSERT_EQ(engine.ports.size(), 10U);
  EXPECT_EQ(engine.ports[1].name, "command_bits_address_i");
  EXPECT_EQ(engine.ports[1].width, 6);
  EXPECT_EQ(engine.ports[1].direction, Direction::input);
  EXPECT_EQ(engine.ports[3].name, "command_bits_delta_i");
  EXPECT_TRUE(engine.ports[3].is_signed);
  EXPECT_EQ(engine.ports[7].name, "sum_o");
  EXPECT_TRUE(engine.has_clock && engine.has_reset && !engine.is_sram);
  EXPECT_TRUE(design.module("sram_1r1w_40x16").is_sram);
  EXPECT_EQ(design.top().instances.size(), 5U);
  EXPECT_THROW((void)design.module("nothing"), std::out_of_range);
}

TEST(Emission, TheManifestIsJson) {
  const Design design = elaborate<Top>();
  const auto json = nlohmann::json::parse(manifest(design, emit(design)));
  EXPECT_EQ(json["top"], "top");
  EXPECT_EQ(json["files"].size(), 7U);
  EXPECT_EQ(json["modules"][0]["parameters"]["DEPTH"], "4");
  EXPECT_EQ(json["modules"][4]["ports"][1]["width"], 6);
  EXPECT_EQ(json["modules"][6]["instances"][0]["module"], "queue_width8_depth4");
}

TEST(Emission, APurelyCombinationalModuleHasNoClock) {
  const std::string text = text_of([](Sample& m) {
    m.io.y <<= m.io.a & m.io.b;
    m.io.z <<= m.io.c;
  });
  EXPECT_THAT(text, Not(HasSubstr("clk_i")));
  EXPECT_THAT(text, HasSubstr("  assign y_o = a_i & b_i;\n  assign z_o = c_i;\n"));
  EXPECT_THAT(text, HasSubstr("  logic unused_bits;\n  assign unused_bits = ^{s_i};\n"))
      << "an input that nobody reads is said";
}

TEST(Emission, UnreadBitsAreSunk) {
  const std::string text = text_of([](Sample& m) {
    m.io.y <<= cat(m.io.a.bits(6, 5), m.io.b.bit(0), m.io.s.bits(4, 0));
    m.io.z <<= m.io.c;
  });
  EXPECT_THAT(text, HasSubstr("  assign y_o = {a_i[6:5], b_i[0], s_i[4:0]};\n"));
  EXPECT_THAT(text, HasSubstr("  assign unused_bits = ^{a_i[7], a_i[4:0], b_i[7:1], s_i[7:5]};\n"));
}

TEST(Emission, SharedAndLongExpressionsAreNamedAfterWhatTheyFeed) {
  const std::string text = text_of([](Sample& m) {
    const UInt sum = wrap(m.io.a + m.io.b);
    m.io.y <<= mux(m.io.c, sum, ~sum);
    m.io.z <<= sum == 3;
  });
  EXPECT_THAT(text, HasSubstr("  logic [7:0] y_sum;\n"));
  EXPECT_THAT(text, HasSubstr("  assign y_sum = a_i + b_i;\n  assign y_o = c_i ? y_sum : ~y_sum;\n "
                              " assign z_o = y_sum == 8'd3;\n"));
}

TEST(Emission, AGroupThatWouldDependOnItselfFallsApart) {
  const std::string text = text_of([](Sample& m) {
    auto first = m.wire<UInt>("first", 8);
    m.when(m.io.c, [&] {
       first <<= m.io.a;
       m.io.y <<= ~first;
     }).otherwise([&] {
      first <<= m.io.b;
      m.io.y <<= first;
    });
    m.io.z <<= false;
  });
  EXPECT_THAT(text, HasSubstr("  always_comb begin\n    if (c_i) begin\n      first = a_i;\n    "
                              "end else begin\n      first = b_i;\n    end\n  end\n"));
  EXPECT_THAT(text, HasSubstr("  always_comb begin\n    if (c_i) begin\n      y_o = ~first;\n    "
                              "end else begin\n      y_o = first;\n    end\n  end\n"));
}

TEST(Emission, SignalsOfOneConditionStandTogether) {
  const std::string text = text_of([](Sample& m) {
    m.rest();
    m.when(m.io.a == 0, [&] { m.io.y <<= 1; }).elsewhen(m.io.s < -5, [&] { m.io.z <<= true; });
  });
  EXPECT_THAT(text,
              HasSubstr("  always_comb begin\n    y_o = '0;\n    z_o = 1'b0;\n    if (a_i == 8'd0) "
                        "begin\n      y_o = 8'd1;\n    end else if (s_i < -8'sd5) begin\n"
                        "      z_o = 1'b1;\n    end\n  end\n"));
}

TEST(Emission, BranchesThatAreLeftOutStillKeepTheOthersFromBeingTaken) {
  const std::string text = text_of([](Sample& m) {
    m.io.z <<= false;
    auto store = m.memory("store", 4, 8);
    m.io.y <<= store.read(m.io.b.bits(1, 0));
    auto seen = m.reg<Bool>("seen", Reset{0});
    // Only the second and the last branch write the memory.
    m.when(m.io.c, [&] { seen <<= true; })
        .elsewhen(m.io.a == 1, [&] { store.write(0, m.io.a); })
        .otherwise([&] { store.write(1, m.io.b); });
  });
  EXPECT_THAT(text,
              HasSubstr("  always_ff @(posedge clk_i) begin\n    if (!c_i) begin\n      if (a_i == "
                        "8'd1) begin\n        store[2'd0] <= a_i;\n      end else begin\n"
                        "        store[2'd1] <= b_i;\n      end\n    end\n  end\n"));
}

TEST(Emission, SwitchesAreUniqueCasesWithADefault) {
  const std::string text = text_of([](Sample& m) {
    m.rest();
    m.switch_(m.io.a.bits(1, 0), [&](Switch& s) {
      s.is({0, 2}, [&] { m.io.y <<= m.io.b; });
      s.is(1, [&] { m.io.z <<= true; });
    });
  });
  EXPECT_THAT(
      text,
      HasSubstr(
          "    unique case (a_i[1:0])\n      2'd0, 2'd2: begin\n        y_o = b_i;\n      end\n    "
          "  2'd1: begin\n        z_o = 1'b1;\n      end\n      default: ;\n    endcase\n"));
}

TEST(Emission, StatesAreEnumsAndRegistersKeepTheirKind) {
  const auto files = emit(elaborate<Top>());
  const std::string engine = files[4].text;
  EXPECT_THAT(
      engine,
      HasSubstr("  typedef enum logic [1:0] { PhaseIdle, PhaseRun, PhaseDrain } phase_e;\n"));
  EXPECT_THAT(engine, HasSubstr("  phase_e phase_q, phase_d;\n"));
  EXPECT_THAT(engine, HasSubstr("      phase_q <= PhaseIdle;\n      sum_q <= -18'sd3;\n"));
  EXPECT_THAT(engine, HasSubstr("      steps_q <= 4'd5;\n"));
  EXPECT_THAT(
      engine,
      HasSubstr("  always_ff @(posedge clk_i) begin\n    last_address_q <= last_address_d;\n"));
  EXPECT_THAT(engine, HasSubstr("    .write_enable_i  (masked_write_enable),\n"));
}

TEST(Emission, InstancesTieStraightToWhatTheyFeed) {
  const std::string top = emit(elaborate<Top>()).back().text;
  EXPECT_THAT(
      top,
      HasSubstr(
          "  queue_width8_depth4 u_second (\n    .clk_i       (clk_i),\n    .rst_ni      "
          "(rst_ni),\n    .in_valid_i  (first_out_valid),\n    .in_ready_o  (second_in_ready),\n"));
  EXPECT_THAT(top, HasSubstr("    .out_bits_o  (out_bits_o)\n"));
  EXPECT_THAT(top, HasSubstr("(unused_arbiter_in_0_ready)")) << "an open output is said";
}

TEST(Emission, LinesAreBrokenAndBannersStandAtTheHead) {
  const std::string text = text_of(
      [](Sample& m) {
        UInt all = m.io.a;
        for (int i = 0; i < 12; ++i) all = mux(m.io.b == i, m.io.a ^ u(i, 8), all);
        m.io.y <<= all;
        m.io.z <<= false;
      },
      {"Licence: MIT\n\nLine 3", 80});
  EXPECT_THAT(text, ::testing::StartsWith("// Licence: MIT\n//\n// Line 3\n"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

}  // namespace
}  // namespace hcl::test
