// Every proof of the catalogue, with its covers and its planted faults: one test each.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ostream>

#include "formal/proofs.hpp"
#include "formal/report.hpp"

namespace sd::formal {

void PrintTo(const Proof& proof, std::ostream* out) {
  *out << proof.what;
}

namespace {

class Formal : public ::testing::TestWithParam<Proof> {};

TEST_P(Formal, Proved) {
  const ProofReport report = run(GetParam());
  fmt::print("{}", to_markdown({report}));
  EXPECT_EQ(report.result.status, Status::proved) << report.result.summary();
  if (report.covers) {
    EXPECT_EQ(report.covers->status, Status::proved) << report.covers->summary();
  }
  for (const FaultOutcome& fault : report.faults)
    fmt::print("{} {}\n",
               fault.refuted ? "refuted by " + fault.by + ":" : "survives:", fault.description);
  EXPECT_GE(report.faults_refuted(),
            GetParam().planted.size() + GetParam().faults_refuted_at_least);
  EXPECT_TRUE(report.passed);
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Formal, ::testing::ValuesIn(all_proofs()),
                         [](const auto& instance) {
                           return instance.param.name + "_" + method_and_depth(instance.param);
                         });

}  // namespace
}  // namespace sd::formal
