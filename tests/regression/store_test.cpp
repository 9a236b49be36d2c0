// What a regression keeps: whole, its own, and nobody else's.
#include "regression/store.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "regression/fake_engine.hpp"
#include "workbench/core/temporary_folder.hpp"

namespace sd::regression {
namespace {

namespace fs = std::filesystem;
using sd::test::message_of;
using sd::test::TemporaryFolder;
using sd::test::text_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* program = "0123";

class Kept : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path path() const { return folder.path() / "store"; }
  [[nodiscard]] const PlannedDesign& planned(std::size_t number) const {
    return plan.designs[plan.place(number).design];
  }
  [[nodiscard]] const Workload& workload(std::size_t number) const {
    return planned(number).workloads[plan.place(number).workload];
  }
  static WorkloadResult result() {
    WorkloadResult result;
    result.passed = false;
    result.failure = "channel 3 differs\n\xff is no UTF-8, \"quoted\" <&>";
    result.cycles = 12345678901234;
    result.macs = 77;
    result.seconds = 0.1;
    result.functional = test::bins();
    result.functional.group("workload").sample({{"seed", 11}});
    return result;
  }
  void save(std::size_t number) const {
    Store(path(), plan, program).save_pair(number, planned(number), workload(number), result());
  }
  std::optional<WorkloadResult> load(std::size_t number) {
    Store store(path(), plan, program);
    auto loaded = store.load_pair(number, planned(number), workload(number));
    notes = store.notes();
    return loaded;
  }

  TemporaryFolder folder;
  Plan plan = test::small_plan();
  std::vector<std::string> notes;
};

TEST_F(Kept, APairComesBackAsItWas) {
  save(2);
  const auto loaded = load(2);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_FALSE(loaded->passed);
  EXPECT_EQ(loaded->failure, "channel 3 differs\n\xef\xbf\xbd is no UTF-8, \"quoted\" <&>");
  EXPECT_EQ(loaded->cycles, 12345678901234U);
  EXPECT_EQ(loaded->macs, 77U);
  EXPECT_EQ(loaded->seconds, 0.1);
  EXPECT_EQ(loaded->functional, result().functional);
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_FALSE(load(1).has_value());
  EXPECT_THAT(notes, IsEmpty());
}

// Law: whatever one changes about a pair's file, it is not taken for a result.
TEST_F(Kept, ADamagedPairIsNamedAndForgotten) {
  save(2);
  const fs::path file = path() / "pairs" / "000002.json";
  const std::string whole = text_of(file);
  const auto damage = [&](const std::string& text, const char* why) {
    folder.write("store/pairs/000002.json", text);
    EXPECT_FALSE(load(2).has_value());
    EXPECT_THAT(notes, ElementsAre(AllOf(HasSubstr("000002.json cannot be used"), HasSubstr(why),
                                         HasSubstr("runs again"))));
    EXPECT_FALSE(fs::exists(file));
    EXPECT_FALSE(load(2).has_value());
    EXPECT_THAT(notes, IsEmpty());
  };
  damage("", "not whole");
  for (std::size_t size = 1; size < whole.size() - 2; size += 97)
    damage(whole.substr(0, size), "not whole");
  std::string other = whole;
  other.replace(other.find("12345678901234"), 3, "923");
  damage(other, "check sum");
  damage("[]", "not whole");
  damage("{\"check\": 7}", "not whole");
}

TEST_F(Kept, APairOfAnotherPlaceIsNotTaken) {
  save(2);
  fs::copy_file(path() / "pairs" / "000002.json", path() / "pairs" / "000003.json");
  EXPECT_FALSE(load(3).has_value());
  EXPECT_THAT(notes, ElementsAre(HasSubstr("another pair")));
}

TEST_F(Kept, AnotherRegressionIsRefusedWithAReason) {
  save(1);
  const auto refusal = [&](const Plan& other, const char* of) {
    return message_of<StoreError>([&] { Store(path(), other, of); });
  };
  Plan other = plan;
  other.seed = 8;
  EXPECT_THAT(refusal(other, program),
              AllOf(HasSubstr("store holds a regression of suite full with seed 7, not of suite "
                              "full with seed 8"),
                    HasSubstr("--store"), HasSubstr("--fresh")));
  other = plan;
  other.suite = Suite::quick;
  EXPECT_THAT(refusal(other, program), HasSubstr("not of suite quick with seed 7"));
  other = plan;
  other.designs[1].workloads[0].repetitions = 2;
  EXPECT_THAT(refusal(other, program), HasSubstr("another version of the program"));
  EXPECT_THAT(refusal(plan, "4567"), HasSubstr("another version of the program"));
  folder.write("store/regression.json", "{");
  EXPECT_THAT(refusal(plan, program),
              AllOf(HasSubstr("regression.json is damaged"), HasSubstr("--fresh")));
  EXPECT_TRUE(fs::exists(path() / "pairs" / "000001.json")) << "nothing is removed unasked";
}

TEST_F(Kept, AFolderOfSomethingElseIsLeftAlone) {
  folder.write("store/thesis.tex", "years of work");
  EXPECT_THAT(message_of<StoreError>([&] { Store(path(), plan, program); }),
              HasSubstr("is not empty and holds no regression"));
  EXPECT_THAT(message_of<StoreError>([&] { Store::remove(path()); }),
              HasSubstr("is not empty and holds no regression"));
  folder.write("file", "");
  EXPECT_THAT(message_of<StoreError>([&] { Store(folder.path() / "file", plan, program); }),
              HasSubstr("it is no folder"));
  EXPECT_TRUE(fs::exists(path() / "thesis.tex"));
}

TEST_F(Kept, OneProcessAtATime) {
  const Store store(path(), plan, program);
  EXPECT_THAT(message_of<StoreError>([&] { Store(path(), plan, program); }),
              HasSubstr("another smartdeal verify works in"));
}

TEST_F(Kept, BeginsAnewOnRequest) {
  save(1);
  folder.write("store/notes.txt", "mine");
  Store::remove(path());
  EXPECT_EQ(text_of(path() / "notes.txt"), "mine") << "only what a store wrote is removed";
  fs::remove(path() / "notes.txt");
  EXPECT_FALSE(load(1).has_value());
  Store::remove(folder.path() / "nothing");
}

// A process that was killed between the lock and the first file.
TEST_F(Kept, ALockAloneIsAStore) {
  folder.write("store/lock", "");
  save(1);
  EXPECT_TRUE(load(1).has_value());
}

TEST_F(Kept, ASoakMayGrow) {
  Plan soak = make_plan(Suite::soak, 3);
  { const Store store(path(), soak, program); }
  soak.designs.push_back(soak_design(3, 0));
  { const Store store(path(), soak, program); }
  soak.seed = 4;
  EXPECT_THROW(Store(path(), soak, program), StoreError);
}

TEST_F(Kept, WhatAKilledRunLeftBesideIsNoResult) {
  save(1);
  folder.write("store/pairs/000002.json.part", "{");
  folder.write("store/coverage/000001.cov.new", "smart");
  folder.write("store/work/000002.dat", "# SystemC");
  EXPECT_TRUE(load(1).has_value());
  EXPECT_FALSE(load(2).has_value());
  EXPECT_FALSE(fs::exists(path() / "work" / "000002.dat"));
}

TEST(ProgramHash, IsOfSources) {
  EXPECT_EQ(program_hash().size(), 32U);
  EXPECT_EQ(program_hash().find_first_not_of("0123456789abcdef"), std::string::npos);
}

}  // namespace
}  // namespace sd::regression
