// The settings file: what it says is what holds, and what is wrong in it is found by line.
#include "decompose_settings.hpp"

#include <gmock/gmock.h>

#include "temporary_folder.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {
namespace {

using test::message_of;
using test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;

compress::Options read(const std::string& text) {
  const TemporaryFolder folder;
  return read_decompose_settings(folder.write("s.toml", text));
}

std::string complaint(const std::string& text) {
  return message_of<InputError>([&] { (void)read(text); });
}

TEST(DecomposeSettings, AnEmptyFileLeavesTheDefaults) {
  EXPECT_EQ(settings_json(read("")), settings_json({}));
}

TEST(DecomposeSettings, EverythingCanBeSaid) {
  const compress::Options options = read(R"(
algorithm = "paper"
seed = 7
data_aware = false
bias_correction = false
norm_reestimation = true
dense_first = true
dense_last = true
[target]
ratio = 10.9
candidates = [[3, 7], [4, 3]]
[exact]
rank = 5
levels = 2
pointwise_columns = 4
slice_rows = 96
filters_per_basis = 8
max_iterations = 10
hops = 3
tolerance = 0.01
prune_group = 16
prune_energy = 0.25
lambda = 0.5
rate = "packed"
[paper]
iternum = 12
threshold = 0.02
decay = 0.25
scale = true
tol = 1e-8
rcond = 1e-9
threshold_row = true
max_c = 16
single_precision = false
pointwise_columns = 5
group_size = 32
levels = 9
[paper.pruning]
rule = "energy"
threshold = 0.9
group_size = 8
[[layer]]
pattern = "conv1"
dense = true
[[layer]]
pattern = "layer?/*"
rank = 4
levels = 3
pointwise_columns = 6
slice_rows = 48
filters_per_basis = 2
)");
  EXPECT_EQ(options.algorithm, compress::Algorithm::paper);
  EXPECT_EQ(options.exact.seed, 7U);
  EXPECT_FALSE(options.data_aware);
  EXPECT_FALSE(options.bias_correction);
  EXPECT_TRUE(options.norm_reestimation);
  EXPECT_TRUE(options.dense_first);
  EXPECT_TRUE(options.dense_last);
  EXPECT_EQ(options.target_ratio, 10.9);
  EXPECT_FALSE(options.target_drop);
  EXPECT_EQ(options.candidates, (std::vector<compress::Candidate>{{3, 7}, {4, 3}}));
  const decompose::Settings& exact = options.exact;
  EXPECT_EQ(exact.rank, 5);
  EXPECT_EQ(exact.levels, 2);
  EXPECT_EQ(exact.pointwise_columns, 4);
  EXPECT_EQ(exact.slice_rows, 96);
  EXPECT_EQ(exact.filters_per_basis, 8);
  EXPECT_EQ(exact.max_iterations, 10);
  EXPECT_EQ(exact.hops, 3);
  EXPECT_EQ(exact.tolerance, 0.01);
  EXPECT_EQ(exact.prune_group, 16);
  EXPECT_EQ(exact.prune_energy, 0.25);
  EXPECT_EQ(exact.lambda, 0.5);
  EXPECT_EQ(exact.rate, decompose::RateModel::packed);
  const decompose::PaperSettings& paper = options.paper;
  EXPECT_EQ(paper.iternum, 12);
  EXPECT_EQ(paper.threshold, 0.02);
  EXPECT_EQ(paper.decay, 0.25);
  EXPECT_TRUE(paper.scale);
  EXPECT_EQ(paper.tol, 1e-8);
  EXPECT_EQ(paper.rcond, 1e-9);
  EXPECT_TRUE(paper.threshold_row);
  EXPECT_EQ(paper.max_c, 16);
  EXPECT_FALSE(paper.single_precision);
  EXPECT_EQ(paper.pointwise_columns, 5);
  EXPECT_EQ(paper.group_size, 32);
  EXPECT_EQ(paper.levels, 9);
  EXPECT_EQ(paper.pruning.rule, decompose::PruneRule::energy);
  EXPECT_EQ(paper.pruning.threshold, 0.9);
  EXPECT_EQ(paper.pruning.group_size, 8);
  ASSERT_EQ(options.rules.size(), 2U);
  EXPECT_EQ(options.rules[0].pattern, "conv1");
  EXPECT_TRUE(options.rules[0].dense);
  EXPECT_FALSE(options.rules[0].rank);
  EXPECT_EQ(options.rules[1].pattern, "layer?/*");
  EXPECT_EQ(options.rules[1].rank, 4);
  EXPECT_EQ(options.rules[1].levels, 3);
  EXPECT_EQ(options.rules[1].pointwise_columns, 6);
  EXPECT_EQ(options.rules[1].slice_rows, 48);
  EXPECT_EQ(options.rules[1].filters_per_basis, 2);
}

TEST(DecomposeSettings, UnknownKeysAreErrorsWithTheirLine) {
  EXPECT_THAT(
      complaint("seed = 1\nalgoritm = \"exact\"\n"),
      AllOf(HasSubstr("s.toml:2: algoritm: unknown"), HasSubstr("algorithm"), HasSubstr("layer")));
  EXPECT_THAT(complaint("[exact]\nrank = 3\nlevel = 7\n"),
              AllOf(HasSubstr(":3: level: unknown in [exact]"), HasSubstr("levels")));
  EXPECT_THAT(complaint("[paper.pruning]\nrul = \"value\"\n"), HasSubstr(":2: rul: unknown"));
  EXPECT_THAT(complaint("[target]\nratios = 3\n"), HasSubstr(":2: ratios: unknown in [target]"));
  EXPECT_THAT(complaint("[[layer]]\npattern = \"a\"\n[[layer]]\npatern = \"b\"\n"),
              HasSubstr(":4: patern: unknown in [layer]"));
}

TEST(DecomposeSettings, ValuesHaveTypesAndRanges) {
  EXPECT_THAT(complaint("[exact]\nrank = 17\n"),
              HasSubstr(":2: rank: is 17; the allowed range is 1 to 16"));
  EXPECT_THAT(complaint("[exact]\nrank = 2.5\n"),
              HasSubstr(":2: rank: is a fraction; allowed are whole numbers from 1 to 16"));
  EXPECT_THAT(complaint("[exact]\ntolerance = \"small\"\n"),
              HasSubstr("tolerance: is a text; allowed are numbers from 0 to 1"));
  EXPECT_THAT(complaint("[exact]\ntolerance = nan\n"), HasSubstr("tolerance: is nan"));
  EXPECT_THAT(complaint("data_aware = 1\n"),
              HasSubstr(":1: data_aware: is a whole number; allowed are true and false"));
  EXPECT_THAT(complaint("algorithm = \"best\"\n"),
              HasSubstr("algorithm: \"best\" is unknown; allowed are \"exact\", \"paper\""));
  EXPECT_THAT(complaint("seed = -1\n"), HasSubstr("seed: is -1"));
  EXPECT_THAT(complaint("[target]\nratio = 0.5\n"),
              HasSubstr("ratio: is 0.5; the allowed range is 1 to 1000"));
  EXPECT_THAT(complaint("target = 8\n"), HasSubstr("target: is a whole number; write a section"));
  EXPECT_THAT(complaint("layer = \"conv1\"\n"), HasSubstr("layer: is a text; write sections"));
  EXPECT_THAT(complaint("[target]\ncandidates = [3, 7]\n"), HasSubstr("no pair"));
  EXPECT_THAT(complaint("[target]\ncandidates = []\n"), HasSubstr("no list of pairs"));
  EXPECT_THAT(complaint("[target]\ncandidates = [[3, 99]]\n"),
              HasSubstr("candidates: is 99; the allowed range is 1 to 15"));
}

TEST(DecomposeSettings, WhatContradictsItselfIsTold) {
  EXPECT_THAT(complaint("[target]\nratio = 8\ndrop = 1\n"),
              HasSubstr(":3: drop: there is a ratio already"));
  EXPECT_THAT(complaint("[[layer]]\nrank = 3\nlevels = 7\n"),
              HasSubstr(":1: pattern: a [[layer]] needs the name of a layer"));
  EXPECT_THAT(complaint("[[layer]]\npattern = \"a\"\nrank = 3\n"),
              HasSubstr(":3: rank: stands alone; give levels too"));
  EXPECT_THAT(complaint("[[layer]]\npattern = \"a\"\nlevels = 3\n"),
              HasSubstr(":3: levels: stands alone; give rank too"));
  EXPECT_THAT(complaint("[[layer]]\npattern = \"a\"\ndense = true\nslice_rows = 3\n"),
              HasSubstr(":3: dense: a layer left dense has no other settings"));
}

TEST(DecomposeSettings, FilesThatAreNoSettingsAreTold) {
  EXPECT_THAT(complaint("seed = \n"), HasSubstr("s.toml:1: not valid TOML"));
  EXPECT_THAT(complaint("seed = 1\n\xC3\xA9 = 4\n"),
              AllOf(HasSubstr("s.toml:2: not valid TOML"), HasSubstr("outside of ASCII")));
  EXPECT_THAT(complaint(std::string(2 << 20, ' ')), HasSubstr("larger than 1048576 bytes"));
  EXPECT_THAT(message_of<InputError>([] { (void)read_decompose_settings("none.toml"); }),
              AllOf(HasSubstr("none.toml"), HasSubstr("No such file")));
  const TemporaryFolder folder;
  EXPECT_THAT(message_of<InputError>([&] { (void)read_decompose_settings(folder.path()); }),
              HasSubstr("is a folder"));
}

TEST(DecomposeSettings, StandInTheProvenance) {
  compress::Options options;
  options.target_ratio = 8;
  options.candidates = {{3, 7}};
  options.rules.push_back({"fc", true, {}, {}, {}, {}, {}});
  const Json json = settings_json(options);
  EXPECT_EQ(json.at("algorithm"), "exact");
  EXPECT_EQ(json.at("target_ratio"), 8.0);
  EXPECT_EQ(json.at("candidates").at(0).at(1), 7);
  EXPECT_EQ(json.at("layers").at(0).at("pattern"), "fc");
  EXPECT_TRUE(json.contains("exact"));
  EXPECT_FALSE(json.contains("paper"));
  options.algorithm = compress::Algorithm::paper;
  EXPECT_EQ(settings_json(options).at("paper").at("iternum"), 30);
}

}  // namespace
}  // namespace sd::core
