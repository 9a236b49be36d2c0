// Fences and tokens: what may overlap.
#include <gmock/gmock.h>

#include "hand_program.hpp"
#include "regression/plan.hpp"
#include "regression/random_program.hpp"

namespace {

using namespace sd;
using namespace sd::schedule;
using Hand = test::HandProgram;
using testing::HasSubstr;

/// A second COMPUTE behind the first one, and a STORE of what it leaves.
Hand two_computes(const std::function<void(Compute&)>& change) {
  Hand p;
  Command second = p.commands[Hand::compute];
  second.tokens = {};
  Compute& c = std::get<Compute>(second.operation);
  c.fence = 0, c.skip_zero_rows = 1;
  c.output_word = 64, c.local_word = 140, c.local_flag = 70;
  change(c);
  p.commands.insert(p.commands.begin() + Hand::vector, second);
  p.renumber();
  return p;
}

TEST(Fences, ComputesThatMeetNowhereNeedNone) {
  const Hand p = two_computes([](Compute&) {});
  EXPECT_EQ(p.execution_fault(), "no fault");
  EXPECT_EQ(p.order_fault(), "no fault");
}

TEST(Fences, ReadingWhatTheOneBeforeWrites) {
  const auto reads = [](Compute& c) { c.input_word = 100; };
  const std::string fault =
      "command 5 (COMPUTE): touches input buffer word 100, which command 4 (COMPUTE) writes, and "
      "no "
      "fence makes it wait";
  EXPECT_EQ(two_computes(reads).execution_fault(), fault);
  EXPECT_EQ(two_computes(reads).execution_fault(3), fault);
  EXPECT_EQ(two_computes(reads).order_fault(), fault);
  EXPECT_EQ(two_computes([&](Compute& c) { reads(c), c.fence = 1; }).order_fault(), "no fault");
  EXPECT_EQ(two_computes([&](Compute& c) { c.first_flag = 50; }).execution_fault(),
            "command 5 (COMPUTE): touches zero flag 50, which command 4 (COMPUTE) writes, and no "
            "fence makes it wait");
  EXPECT_EQ(two_computes([&](Compute& c) {
              c.residual = 1, c.residual_word = 104, c.residual_channel_words = 4;
            }).execution_fault(),
            "command 5 (COMPUTE): touches input buffer word 104, which command 4 (COMPUTE) writes, "
            "and no fence makes it wait");
}

TEST(Fences, OverwritingWhatTheOneBeforeReads) {
  const auto writes = [](Compute& c) {
    c.local_word = 0, c.input_word = 20, c.active_slices = 1, c.skip_zero_rows = 0;
  };
  Hand p = two_computes(writes);
  p.op<LoadInput>(Hand::input).chunks = 5;  // both tiles, from anywhere
  p.op<LoadInput>(Hand::input).row_bytes = 16;
  p.computing().skip_zero_rows = 0;
  EXPECT_EQ(
      p.execution_fault(),
      "command 5 (COMPUTE): touches input buffer word 0, which command 4 (COMPUTE) reads, and "
      "no fence makes it wait");
  p.op<Compute>(Hand::compute + 1).fence = 1;
  EXPECT_EQ(p.execution_fault(), "no fault");
}

TEST(Fences, ResultsOfOneAfterTheOtherComeInOrder) {
  EXPECT_EQ(two_computes([](Compute& c) { c.local_word = 100, c.local_flag = 50; }).order_fault(),
            "no fault");
}

TEST(Fences, AVectorWaitsAndIsWaitedFor) {
  Hand p = two_computes([](Compute& c) { c.input_word = 100, c.first_flag = 50; });
  std::swap(p.commands[Hand::compute + 1], p.commands[Hand::compute + 2]);  // VECTOR in between
  p.renumber();
  EXPECT_EQ(p.order_fault(), "no fault");
}

// COMPUTE -> LOAD -> COMPUTE by tokens is an order as good as a fence.
TEST(Fences, TokensDoAsWell) {
  const auto reads = [](Compute& c) { c.input_word = 100, c.first_flag = 50; };
  Hand p = two_computes(reads);
  p.tokens(Hand::compute).push_prev = true;
  p.commands.insert(p.commands.begin() + Hand::compute + 1,
                    Command{{false, true, false, true}, 0, LoadParameters{256, 16, 4, 2}});
  p.tokens(Hand::compute + 2).pop_prev = true;
  p.renumber();
  EXPECT_EQ(p.execution_fault(), "no fault");
  EXPECT_EQ(p.order_fault(), "no fault");
}

TEST(Tokens, OverwritingWhatIsStillInUse) {
  // More weights into the same place, while the COMPUTE may still read the first ones.
  Hand p;
  p.commands.insert(p.commands.begin() + Hand::vector, Command{{}, 0, LoadWeights{128, 24, 4, 12}});
  p.renumber();
  EXPECT_EQ(p.execution_fault(), "no fault") << "in program order nothing overlaps";
  EXPECT_EQ(p.order_fault(),
            "command 5 (LOAD_WEIGHTS): touches weight buffer word 4, which command 4 (COMPUTE) "
            "reads, and no token makes it wait");
  p.tokens(Hand::compute).push_prev = p.tokens(Hand::compute + 1).pop_next = true;
  EXPECT_EQ(p.order_fault(), "no fault");
}

TEST(Tokens, LoadingOverAResult) {
  Hand p;
  p.vectoring().input_word = 0;  // nobody reads what both write
  p.commands.insert(p.commands.begin() + Hand::vector,
                    Command{{}, 0, LoadInput{0, 64, 1, 0, 100, 8, 90}});
  p.renumber();
  EXPECT_EQ(p.order_fault(),
            "command 5 (LOAD_INPUT): touches input buffer word 100, which command 4 (COMPUTE) "
            "writes, and no token makes it wait");
}

// Parameters that nothing keeps away from the COMPUTE before them: one order uses the old ones,
// another one the new ones.
TEST(Tokens, OtherOrdersAreTried) {
  Hand p;
  p.commands.insert(p.commands.begin() + Hand::vector,
                    Command{{}, 0, LoadParameters{1024, 16, 0, 2}});
  p.renumber();
  const auto stored = [&](std::uint64_t order) {
    auto image = p.image();
    (void)interpret(p.design, image, p.address(), p.count(), order);
    return std::vector(image.begin() + 512, image.begin() + 640);
  };
  int other = 0;
  for (std::uint64_t order = 1; order <= 20; ++order) other += stored(order) != stored(0);
  EXPECT_GT(other, 0);
  EXPECT_LT(other, 20);
  EXPECT_EQ(stored(7), stored(7));
}

TEST(Tokens, LoadingWhatIsBeingStored) {
  Hand p;
  p.commands.insert(p.commands.begin() + Hand::end,
                    Command{{}, 0, LoadInput{512, 64, 1, 0, 200, 8, 80}});
  p.renumber();
  EXPECT_EQ(p.order_fault(),
            "command 8 (LOAD_INPUT): touches DRAM address 0x200, which command 6 (STORE) writes, "
            "and no token makes it wait");
  p.tokens(Hand::store).push_next = p.tokens(Hand::end).pop_prev = true;
  EXPECT_EQ(p.order_fault(), "no fault");
}

TEST(Tokens, ComputingWhatIsBeingStored) {
  Hand p;
  p.vectoring().output_word = 12;
  p.op<Store>(Hand::second_store).word = 12;
  EXPECT_EQ(p.execution_fault(), "no fault") << "in program order the first STORE is first";
}

/// Every wait of a program without spare ones is there for a reason: without it two units, or two
/// COMPUTEs, meet in one place.
TEST(Tokens, EveryWaitIsNeeded) {
  Hand p;
  p.commands.insert(p.commands.begin() + Hand::end,
                    Command{{true, false, false, false}, 0, LoadInput{512, 64, 1, 0, 0, 8, 0}});
  p.tokens(Hand::store).push_next = true;
  p.renumber();
  ASSERT_EQ(p.order_fault(), "no fault");
  int waits = 0;
  for (std::size_t i = 0; i < p.commands.size(); ++i) {
    if (!p.commands[i].tokens.pop_prev) continue;
    ++waits;
    Hand spoilt = p;
    spoilt.commands[i].tokens.pop_prev = false;
    // Nobody takes the token that was for it.
    const std::size_t giver = i == Hand::compute        ? Hand::parameters
                              : i == Hand::store        ? Hand::compute
                              : i == Hand::second_store ? Hand::vector
                                                        : Hand::store;
    spoilt.commands[giver].tokens.push_next = false;
    EXPECT_THAT(spoilt.order_fault(), HasSubstr(", and no token makes it wait"));
  }
  EXPECT_EQ(waits, 4);
}

/// A whole network's worth of commands: the same small layer again and again. Finding what a
/// command must wait for does not take longer for those at the end.
TEST(Tokens, TensOfThousandsOfCommands) {
  Hand p;
  const auto once = p.commands;
  constexpr int times = 5000;
  p.commands.clear();
  for (int i = 0; i < times; ++i)
    for (std::size_t c = 0; c < Hand::end; ++c) {
      p.commands.push_back(once[c]);
      Tokens& tokens = p.commands.back().tokens;
      if (i > 0 && c == Hand::input) tokens.pop_next = true;
      if (i > 0 && c == Hand::compute) tokens.pop_next = true;
      if (i + 1 < times && c == Hand::vector) tokens.push_prev = true;
      if (i + 1 < times && c == Hand::second_store) tokens.push_prev = true;
    }
  p.commands.push_back(once[Hand::end]);
  p.renumber();
  EXPECT_EQ(p.order_fault(), "no fault");
  const std::size_t last = (times - 1) * Hand::end;
  p.tokens(last + Hand::input).pop_next = false;
  p.tokens(last - Hand::end + Hand::vector).push_prev = false;
  EXPECT_EQ(
      p.order_fault(),
      "command 39992 (LOAD_INPUT): touches input buffer word 0, which command 39988 (COMPUTE) "
      "reads, and no token makes it wait");
}

/// Random programs without one of their fences: needed or not, and if needed the fault says so.
TEST(Fences, RandomProgramsWithoutOneOfTheirFences) {
  int needed = 0, spare = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    auto program = regression::random_program(regression::random_design(seed), seed);
    for (std::size_t i = 0; i < program.commands.size(); ++i) {
      Command command = program.commands[i];
      auto* compute = std::get_if<Compute>(&command.operation);
      if (compute == nullptr || compute->fence == 0) continue;
      compute->fence = 0;
      auto image = program.image;
      const auto words = encode(command);
      for (std::size_t b = 0; b < command_bytes; ++b)
        image[program.address + i * command_bytes + b] =
            static_cast<std::uint8_t>(words[b / 4] >> (b % 4 * 8));
      const std::string fault = Hand::fault_of([&] {
        require_ordered(program.design, image, program.address,
                        static_cast<std::uint32_t>(program.commands.size()));
      });
      if (fault == "no fault") {
        ++spare;
        continue;
      }
      ++needed;
      EXPECT_THAT(fault, HasSubstr("and no fence makes it wait"));
    }
  }
  EXPECT_GT(needed, 10);
  EXPECT_GT(spare, 10);
}

/// Random programs without one pair of token and wait.
TEST(Tokens, RandomProgramsWithoutOneOfTheirTokens) {
  struct Pair {
    bool Tokens::*push;
    bool Tokens::*pop;
    bool (*gives)(const Operation&);
    bool (*takes)(const Operation&);
  };
  const auto computes = [](const Operation& o) {
    return std::holds_alternative<Compute>(o) || std::holds_alternative<Vector>(o);
  };
  const auto stores = [](const Operation& o) { return std::holds_alternative<Store>(o); };
  const auto loads = [](const Operation& o) { return o.index() < 4; };
  const Pair pairs[] = {{&Tokens::push_next, &Tokens::pop_prev, loads, computes},
                        {&Tokens::push_prev, &Tokens::pop_next, computes, loads},
                        {&Tokens::push_next, &Tokens::pop_prev, computes, stores},
                        {&Tokens::push_prev, &Tokens::pop_next, stores, computes},
                        {&Tokens::push_next, &Tokens::pop_prev, stores, loads}};
  for (const Pair& pair : pairs) {
    int needed = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      const auto program = regression::random_program(regression::random_design(seed), seed);
      auto commands = program.commands;
      // The first of a kind that is given, and the first that is taken.
      const auto giver = std::find_if(commands.begin(), commands.end(), [&](const Command& c) {
        return pair.gives(c.operation) && c.tokens.*pair.push;
      });
      const auto taker = std::find_if(commands.begin(), commands.end(), [&](const Command& c) {
        return pair.takes(c.operation) && c.tokens.*pair.pop;
      });
      if (giver == commands.end()) continue;
      giver->tokens.*pair.push = taker->tokens.*pair.pop = false;
      auto image = program.image;
      image.resize(program.address);
      for (const Command& command : commands)
        for (const std::uint32_t word : encode(command))
          for (int byte = 0; byte < 4; ++byte)
            image.push_back(static_cast<std::uint8_t>(word >> (8 * byte)));
      const std::string fault = Hand::fault_of([&] {
        require_ordered(program.design, image, program.address,
                        static_cast<std::uint32_t>(commands.size()));
      });
      if (fault == "no fault") continue;
      ++needed;
      EXPECT_THAT(fault, testing::AnyOf(HasSubstr("and no token makes it wait"),
                                        HasSubstr("and no fence makes it wait")));
    }
    EXPECT_GT(needed, 3);
  }
}

}  // namespace
