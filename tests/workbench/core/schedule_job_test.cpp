#include "workbench/core/schedule_job.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "small_model.hpp"
#include "temporary_folder.hpp"

namespace sd::core {
namespace {

using nlohmann::json;
using test::TemporaryFolder;
using testing::HasSubstr;

/// input -> a -> b; add(b, a); concat(add, a); softmax.
pack::PackedModel branching_model() {
  graph::Network network = test::small_network();
  auto& ops = network.operators;
  ops.resize(2);
  ops[1].name = "a";
  graph::Operator b = ops[1];
  b.name = "b";
  b.inputs = {1};
  b.relu = false;
  b.weights.clear();
  for (int i = 0; i < 4 * 4 * 9; ++i)
    b.weights.push_back(0.2F * std::sin(1.3F * static_cast<float>(i)));
  ops.push_back(b);
  graph::Operator add;
  add.kind = graph::OperatorKind::add;
  add.name = "sum";
  add.inputs = {2, 1};
  add.output = {4, 8, 8};
  ops.push_back(add);
  graph::Operator concat;
  concat.kind = graph::OperatorKind::concat;
  concat.name = "join";
  concat.inputs = {3, 1};
  concat.output = {8, 8, 8};
  ops.push_back(concat);
  network.outputs = {4};
  network.class_names.clear();
  return pack::pack(network, std::vector<pack::LayerChoice>(ops.size()),
                    {2.0F, 3.0F, 3.0F, 3.0F, 3.0F});
}

TEST(ScheduleJob, FusedAdditionsAndConcatenationsAreNotTheHosts) {
  const TemporaryFolder folder;
  pack::save(branching_model(), test::small_provenance(), folder.path() / "branching.sd");
  ScheduleJobOptions options;
  options.model = folder.path() / "branching.sd";
  options.listing = true;
  const ScheduleJobReport report = schedule_network(options, {}, {});
  ASSERT_EQ(report.layers.size(), 4U);
  EXPECT_EQ(report.layers[0].execution, "array");
  EXPECT_EQ(report.layers[1].execution, "array");
  EXPECT_THAT(report.layers[1].fused, testing::ElementsAre("sum"));
  EXPECT_EQ(report.layers[2].execution, "fused");
  EXPECT_EQ(report.layers[2].runs_as, "fused into b");
  EXPECT_EQ(report.layers[2].fused_into, "b");
  EXPECT_FALSE(report.layers[2].has_commands());
  EXPECT_EQ(report.layers[3].execution, "addressing");
  for (const ScheduledLayer& layer : report.layers) EXPECT_EQ(layer.reason, "") << layer.name;
  EXPECT_THAT(report.listing, HasSubstr("  join: addressing\n"));

  const json layers = json::parse(report_text(report)).at("results").at("layers");
  EXPECT_EQ(layers[2].at("execution"), "fused");
  EXPECT_EQ(layers[2].at("fused_into"), "b");
  EXPECT_FALSE(layers[2].contains("commands"));
  EXPECT_GT(layers[1].at("commands"), 0);

  options.no_fusion = true;
  const ScheduleJobReport apart = schedule_network(options, {}, {});
  EXPECT_EQ(apart.layers[2].execution, "vector unit");
  EXPECT_TRUE(apart.layers[2].has_commands());
}

TEST(ScheduleJob, WhatTheHostRunsHasAReason) {
  const TemporaryFolder folder;
  pack::save(branching_model(), test::small_provenance(), folder.path() / "branching.sd");
  ScheduleJobOptions options;
  options.model = folder.path() / "branching.sd";
  // No row of a 3x3 kernel fits.
  options.design = folder.write("narrow.toml", "[sd]\ncolumns = 2\n");
  const ScheduleJobReport report = schedule_network(options, {}, {});
  int host = 0;
  for (const ScheduledLayer& layer : report.layers) {
    EXPECT_EQ(layer.execution == "host", !layer.reason.empty()) << layer.name;
    if (layer.execution == "host") {
      ++host;
      EXPECT_EQ(layer.runs_as, "host: " + layer.reason);
    }
  }
  EXPECT_GT(host, 0);
}

}  // namespace
}  // namespace sd::core
