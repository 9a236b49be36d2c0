// Signals stay in their module, modules are instantiated, directions hold.
#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "rtl/hcl/problems.hpp"

namespace hcl::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;

/// What a wrong child does with a signal of its parent.
using Theft = void (*)(Sample& child, const UInt& foreign);

class Thief : public Sample {
 public:
  Thief(Context& at, Theft theft, UInt* foreign) : Sample(at, [](Sample&) {}) {
    theft(*this, *foreign);
  }
};
class Victim : public Module<SampleIo> {
 public:
  Victim(Context& at, Theft theft) : Module(at, ModuleName("victim")) {
    auto secret = wire<UInt>("secret", 8);
    secret <<= io.a;
    auto child = instance<Thief>("u_thief", theft, &secret);
    child.a <<= io.a;
    child.b <<= io.b;
    child.s <<= io.s;
    child.c <<= io.c;
    io.y <<= child.y;
    io.z <<= child.z;
  }
};

std::vector<Problem> stolen(Theft theft) {
  return problems_of<Victim>(theft);
}

TEST(Ownership, ASignalOfAnotherModuleInAnExpression) {
  const auto found = stolen([](Sample& m, const UInt& foreign) {
    m.io.z <<= false;
    m.io.y <<= m.io.a & foreign;
  });
  EXPECT_THAT(found, Contains(Field(&Problem::what,
                                    "belongs to module victim and is used in module sample")));
}

TEST(Ownership, ASignalOfAnotherModuleAsAValue) {
  const auto found = stolen([](Sample& m, const UInt& foreign) {
    m.io.z <<= false;
    m.io.y <<= foreign;
  });
  EXPECT_THAT(found, Contains(Field(&Problem::what, "is driven by secret of module victim")));
}

TEST(Ownership, ASignalOfAnotherModuleAsACondition) {
  const auto found = stolen([](Sample& m, const UInt& foreign) {
    m.rest();
    m.when(foreign == 3, [&] { m.io.y <<= 1; });
  });
  EXPECT_THAT(found, Contains(Field(&Problem::remedy, "pass it through a port")));
}

TEST(Ownership, DrivingASignalOfAnotherModule) {
  const auto found = stolen([](Sample& m, const UInt& foreign) {
    m.rest();
    foreign <<= 3;
  });
  EXPECT_THAT(found, Contains(Field(&Problem::what, "is driven from outside its module")));
}

TEST(Ownership, AnInputIsNotDrivenInside) {
  const int line = __LINE__ + 3;
  const auto found = problems([](Sample& m) {
    m.rest();
    m.io.a <<= 3;
  });
  EXPECT_THAT(found, ElementsAre(ProblemIs(
                         "a", "is an input of this module and is driven in it",
                         "drive it where the module is instantiated, or make it an output", line)));
}

TEST(Ownership, AnExpressionIsNotDriven) {
  const int line = __LINE__ + 4;
  const auto found = problems([](Sample& m) {
    m.rest();
    const UInt sum = m.name("sum", m.io.a & m.io.b);
    (m.io.a ^ m.io.b) <<= 3;
    sum <<= 4;
  });
  EXPECT_THAT(found,
              ElementsAre(ProblemIs("", "the left side of <<= is an expression, not a signal",
                                    "drive a wire, register or output", line),
                          ProblemIs("sum", "is a named expression and is driven",
                                    "declare a wire instead", line + 1)));
}

TEST(Ownership, TheHandleOfADeclaredSignalIsNotAssigned) {
  const auto found = problems([](Sample& m) {
    m.rest();
    auto total = m.wire<UInt>("total", 8);
    total <<= 1;
    total = m.io.a & m.io.b;
  });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].what, "is a declared signal and its C++ handle is assigned with =");
  EXPECT_EQ(found[0].remedy, "use <<= to drive it");
  // A handle that only stands for an expression may.
  EXPECT_TRUE(problems([](Sample& m) {
                UInt all = m.io.a;
                for (int i = 0; i < 3; ++i) all = all ^ m.io.b;
                m.io.y <<= all;
                m.io.z <<= false;
              }).empty());
}

TEST(Ownership, AnOutputOfAChildIsNotDrivenByItsParent) {
  class Pushy : public Module<SampleIo> {
   public:
    explicit Pushy(Context& at) : Module(at, ModuleName("pushy")) {
      auto child = instance<Sample>("u_child", [](Sample& m) { m.rest(); });
      child.a <<= io.a;
      child.b <<= io.b;
      child.s <<= io.s;
      child.c <<= io.c;
      child.y <<= 3;
      io.y <<= child.y;
      io.z <<= child.z;
    }
  };
  const auto found = problems_of<Pushy>();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].what, "is an output of instance u_child and is driven by its parent");
  EXPECT_EQ(found[0].remedy, "drive it inside the child, or make it an input of the child");
}

TEST(Ownership, NamesAndSwitchesStayInTheirModuleToo) {
  const auto named = stolen([](Sample& m, const UInt& foreign) {
    m.rest();
    (void)m.name("mine", foreign);
  });
  EXPECT_THAT(named, Contains(Field(&Problem::what, "names an expression of module victim")));
  const auto chosen = stolen([](Sample& m, const UInt& foreign) {
    m.rest();
    m.switch_(foreign, [](Switch& s) { s.otherwise([] {}); });
  });
  EXPECT_THAT(chosen, Contains(Field(&Problem::what, "a switch_ reads secret of module victim")));
  const auto literal = problems([](Sample& m) {
    m.rest();
    m.switch_(u(3, 2), [](Switch& s) { s.otherwise([] {}); });
  });
  EXPECT_THAT(literal, ElementsAre(Field(&Problem::what, "a switch_ is over a literal")));
}

struct FickleIo {
  UInt x;
  explicit FickleIo(Ports& p) : x(p.input<UInt>(fmt::format("x{}", ++made), 8)) {}
  static inline int made = 0;
};
class Fickle : public Module<FickleIo> {
 public:
  explicit Fickle(Context& at) : Module(at, ModuleName("fickle")) {}
};
class Parent : public Module<SampleIo> {
 public:
  explicit Parent(Context& at) : Module(at, ModuleName("parent")) {
    instance<Fickle>("u_fickle").x <<= io.a;
  }
};

TEST(Ownership, PortsDependOnTheirArgumentsAlone) {
  try {
    (void)elaborate<Parent>();
    FAIL() << "ports that differ from one construction to the next";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(),
                 "hcl: the ports of module fickle differ between its own construction and instance "
                 "u_fickle (port x2)");
  }
}

struct PairIo {
  Vec<UInt> three, four;
  explicit PairIo(Ports& p)
      : three(p.input<Vec<UInt>>("three", 3, 4)), four(p.output<Vec<UInt>>("four", 4, 4)) {}
};
class Pair : public Module<PairIo> {
 public:
  explicit Pair(Context& at) : Module(at, ModuleName("pair")) { io.four <<= io.three; }
};

TEST(Ownership, BundlesOfOtherParametersDoNotMeet) {
  const auto found = problems_of<Pair>();
  ASSERT_EQ(found.size(), 5U) << "the meeting, and four outputs without a value";
  EXPECT_EQ(found[0].what, "bundles of 4 and 3 fields meet");
  EXPECT_EQ(found[0].remedy, "give both the same parameters");
}

class Forgetful : public Module<SampleIo> {
 public:
  explicit Forgetful(Context& at) : Module(at, ModuleName("forgetful")) {
    const Sample lost(at, [](Sample& m) { m.rest(); });
    io.y <<= 0;
    io.z <<= false;
  }
};

TEST(Ownership, AModuleBuiltAndNeverInstantiated) {
  const auto found = problems_of<Forgetful>();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].module_path, "forgetful");
  EXPECT_EQ(found[0].what, "module sample is built and never instantiated");
  EXPECT_EQ(found[0].remedy,
            "use instance<...>(\"u_name\", args...), which builds it and gives its ports");
}

TEST(Errors, AllOfThemAreToldWithPlaces) {
  const auto found = problems([](Sample& m) {
    m.io.y <<= m.io.a + m.io.b;
    auto lost = m.wire<UInt>("lost", 4);
    auto idle = m.reg<UInt>("idle", Reset{0}, 4);
  });
  EXPECT_EQ(found.size(), 4U);
  const ElaborationError error(found);
  const std::string text = error.what();
  EXPECT_THAT(text, ::testing::HasSubstr("ownership_test.cpp:"));
  EXPECT_THAT(
      text, ::testing::HasSubstr("sample: y has 8 bits and is driven by 9 bits; cut the value with "
                                 "truncate, bits or wrap, or make the signal wider (see also "));
  EXPECT_THAT(text, ::testing::HasSubstr("sample: lost is a wire and is never driven"));
  EXPECT_THAT(text, ::testing::HasSubstr("sample: idle is a register and is never assigned"));
  EXPECT_THAT(text, ::testing::HasSubstr("sample: z is an output and is never driven"));
}

}  // namespace
}  // namespace hcl::test
