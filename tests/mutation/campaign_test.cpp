// A whole mutation check of a little block, whose verdicts are known.
#include "mutation/campaign.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>

#include "mutation/sample_block.hpp"
#include "verilator_tb/errors.hpp"
#include "verilator_tb/temporary_folder.hpp"

namespace sd::mutation {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

CampaignOptions sample_options(const std::filesystem::path& folder) {
  CampaignOptions options;
  options.folder = folder;
  options.test_programs = {SD_SAMPLE_TESTS};
  options.designs = {hcl::elaborate<test::SampleBlock>()};
  options.choose.count = 60;
  return options;
}

const Mutant& find(const Campaign& campaign, MutantKind kind, const std::string& words) {
  for (const Mutant& mutant : campaign.mutants().mutants)
    if (mutant.kind == kind && mutant.description.find(words) != std::string::npos) return mutant;
  std::string all;
  for (const Mutant& mutant : campaign.mutants().mutants) all += mutant.description + "\n";
  throw std::out_of_range("no mutant " + words + " among\n" + all);
}

class SampleCampaign : public ::testing::Test {
 protected:
  tb::test::TemporaryFolder folder;
  Campaign campaign{sample_options(folder.path())};
};

TEST_F(SampleCampaign, EveryVerdictIsReached) {
  campaign.survey();
  const auto verdict = [&](MutantKind kind, const std::string& words) {
    return campaign.judge(find(campaign, kind, words));
  };
  const Outcome caught = verdict(MutantKind::operation, "+ becomes -");
  EXPECT_EQ(caught.verdict, Verdict::caught_by_block);
  EXPECT_EQ(caught.detail, "SampleBlock.Adds");
  EXPECT_EQ(verdict(MutantKind::reset, "reset of sum").verdict, Verdict::caught_by_block);
  EXPECT_EQ(verdict(MutantKind::condition, "is dropped, sample_block").verdict,
            Verdict::caught_by_block);
  EXPECT_EQ(verdict(MutantKind::operation, "& becomes |").verdict, Verdict::equivalent);
  EXPECT_EQ(verdict(MutantKind::operation, "^ becomes |").verdict, Verdict::survived);
}

TEST_F(SampleCampaign, NetlistsAreMutatedToo) {
  campaign.survey();
  int caught = 0, all = 0;
  for (const Mutant& mutant : campaign.mutants().mutants) {
    if (mutant.kind != MutantKind::netlist) continue;
    ++all;
    if (campaign.judge(mutant).verdict == Verdict::caught_by_block) ++caught;
  }
  EXPECT_GE(all, 5);
  EXPECT_GT(caught * 3, all) << "one pair of numbers is all that the sample's test adds";
}

TEST_F(SampleCampaign, GoesOnWhereItStopped) {
  const Mutant& mutant = find(campaign, MutantKind::operation, "& becomes |");
  campaign.judge(mutant);
  const Campaign again(sample_options(folder.path()));
  ASSERT_EQ(again.outcomes().size(), 1U);
  EXPECT_EQ(again.outcomes().at(mutant.number).verdict, Verdict::equivalent);
  ASSERT_EQ(again.mutants().mutants.size(), campaign.mutants().mutants.size());
  for (std::size_t i = 0; i < again.mutants().mutants.size(); ++i)
    EXPECT_EQ(again.mutants().mutants[i].description, campaign.mutants().mutants[i].description);
}

TEST_F(SampleCampaign, AnotherCampaignIsRefusedItsFolder) {
  CampaignOptions other = sample_options(folder.path());
  other.choose.seed = 2;
  try {
    const Campaign refused(other);
    FAIL() << "two campaigns in one folder";
  } catch (const tb::ToolError& error) {
    EXPECT_THAT(error.what(), HasSubstr("seed 1, of the same design: give another folder"));
  }
}

TEST_F(SampleCampaign, MutantsAreOfEveryKindAndNumberedInARow) {
  const auto& mutants = campaign.mutants().mutants;
  std::vector<MutantKind> kinds;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    EXPECT_EQ(mutants[i].number, static_cast<int>(i) + 1);
    kinds.push_back(mutants[i].kind);
  }
  for (const MutantKind kind :
       {MutantKind::netlist, MutantKind::operation, MutantKind::condition, MutantKind::reset})
    EXPECT_THAT(kinds, Contains(kind));
}

TEST(Choose, ABlockThatIsNotThereIsAnError) {
  ChooseOptions options;
  options.generators = {"sample_blok"};
  try {
    (void)choose_mutants({hcl::elaborate<test::SampleBlock>()}, options);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "no block sample_blok in the designs; they have: sample_block");
  }
}

}  // namespace
}  // namespace sd::mutation
