#include "rtl/hcl/problems.hpp"

namespace hcl::test {
namespace {

using ::testing::ElementsAre;

TEST(StoragePass, ARegisterThatIsNeverAssigned) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.rest();
    auto forgotten = m.reg<UInt>("forgotten", Reset{3}, 8);
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs("forgotten", "is a register and is never assigned",
                                           "assign it with <<=, or use a literal", line)));
}

TEST(StoragePass, MemoriesAreWrittenAndRead) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.io.z <<= false;
    auto only_read = m.memory("only_read", 16, 8);
    m.io.y <<= only_read.read(m.io.a.bits(3, 0));
    auto only_written = m.memory("only_written", 16, 8);
    only_written.write(m.io.a.bits(3, 0), m.io.b);
    (void)m.sram("macro", 16, 8);
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs("only_read", "is a memory and is never written",
                                           "write it, or use a Vec of literals", line),
                                 ProblemIs("only_written", "is a memory and is never read",
                                           "read it, or leave it out", line + 2),
                                 ProblemIs("macro", "is a memory and is never written", "write it",
                                           line + 4),
                                 ProblemIs("macro", "is a memory and is never read",
                                           "read it, or leave it out", line + 4)));
}

TEST(StoragePass, AMacroHasOnePortOfEachKind) {
  const int line = __LINE__ + 5;
  const auto found = problems([](Sample& m) {
    m.io.z <<= false;
    auto macro = m.sram("macro", 16, 8);
    m.io.y <<= macro.read(m.io.c, m.io.a.bits(3, 0));
    auto again = macro.read(m.io.c, m.io.a.bits(7, 4));
    macro.write(m.io.b.bits(3, 0), m.io.a);
    macro.write(m.io.b.bits(7, 4), m.io.a);
  });
  EXPECT_THAT(
      found,
      ElementsAre(ProblemIs("macro", "has one read port and is read twice",
                            "choose the address with mux, or use a second memory", line),
                  ProblemIs("macro", "has one write port and is written twice",
                            "choose address and data with mux, or use a second memory", line + 2)));
}

TEST(StoragePass, AddressesAndWordsFit) {
  const int line = __LINE__ + 4;
  const auto found = problems([](Sample& m) {
    m.rest();
    auto store = m.memory("store", 12, 6);
    store.write(m.io.a, m.io.b.bits(5, 0));
    store.write(m.io.a.bits(3, 0), m.io.b);
    auto word = m.name("word", store.read(m.io.a));
    (void)m.sram("odd", 8, 6, 4);
  });
  EXPECT_THAT(found[0], ProblemIs("store", "has an address of 4 bits and is given 8",
                                  "truncate the value", line));
  EXPECT_THAT(found[1], ProblemIs("store", "has a word of 6 bits and is given 8",
                                  "truncate the value", line + 1));
  EXPECT_THAT(found[2], ProblemIs("store", "has an address of 4 bits and is given 8",
                                  "truncate the value", line + 2));
  EXPECT_THAT(
      found[3],
      ProblemIs("odd", "is declared with depth 8, width 6 and 4 mask bits",
                "depth and width are at least 1, and the mask bits divide the width", line + 3));
}

TEST(StoragePass, OneWordIsARegister) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.rest();
    auto single = m.memory("single", 1, 6);
    single.write(0, m.io.a.bits(5, 0));
    (void)m.name("word", single.read(0));
  });
  EXPECT_THAT(found,
              ElementsAre(ProblemIs("single", "is a memory of one word", "use a register", line)));
}

}  // namespace
}  // namespace hcl::test
