// What a campaign keeps on disk.
#pragma once

#include <filesystem>
#include <map>
#include <optional>

#include "mutation/campaign.hpp"

namespace sd::mutation {

/// What identifies a campaign: other options are another campaign.
struct CampaignKey {
  int count = 0;
  std::uint64_t seed = 0;
  std::string sources;  ///< hash of the emitted designs
  bool operator==(const CampaignKey&) const = default;
};
[[nodiscard]] CampaignKey key_of(const CampaignOptions& options);

void save_mutants(const MutantSet& set, const CampaignKey& key,
                  const std::filesystem::path& folder);
/// Nothing where the folder holds none. Throws tb::ToolError where they are of another campaign.
[[nodiscard]] std::optional<MutantSet> load_mutants(const CampaignKey& key,
                                                    const std::filesystem::path& folder);

/// One line each, appended as it happens: a killed campaign loses the one in work.
void append_outcome(const Outcome& outcome, const std::filesystem::path& folder);
[[nodiscard]] std::map<int, Outcome> load_outcomes(const std::filesystem::path& folder);

void append_survey(const SurveyedTest& test, const std::filesystem::path& folder);
[[nodiscard]] std::vector<SurveyedTest> load_survey(const std::filesystem::path& folder);

}  // namespace sd::mutation
