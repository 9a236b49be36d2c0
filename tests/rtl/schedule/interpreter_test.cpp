// Wrong programs: what the interpreter must not let pass.
#include "rtl/schedule/interpreter.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "random_layers.hpp"
#include "rtl/schedule/command.hpp"

namespace {

using namespace sd;
using namespace sd::schedule;
using namespace sd::schedule::test;
using testing::HasSubstr;
using testing::StartsWith;

/// A layer of several tiles and several groups in small buffers: every slot is used again and
/// again.
class WrongPrograms : public testing::Test {
 protected:
  void SetUp() override {
    design_.slices = 4, design_.macs = 4;
    design_.input_buffer_bytes = 1024;
    design_.weight_buffer_bytes = 1024;
    design_.output_buffer_bytes = 512;
    Random random(1);
    LayerShape shape;
    shape.channels = 4, shape.height = 16, shape.width = 16, shape.filters = 12;
    const auto model = random_model(random, {shape}, design_);
    program_ = build_program(model, design_);
    ASSERT_EQ(program_.layers.size(), 1U);
    ASSERT_GT(program_.layers[0].tiles.size(), 3U);
    ASSERT_EQ(program_.layers[0].groups.size(), 3U);
    write_tensor(program_.image, *program_.inputs[1], random_tensor(random, {4, 16, 16}, 0));
    commands_ = decode_program(program_.image, layer().program_address, layer().commands);
  }

  const LayerSchedule& layer() const { return program_.layers[0]; }

  template <class Op>
  std::vector<std::size_t> all() const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < commands_.size(); ++i)
      if (std::holds_alternative<Op>(commands_[i].operation)) found.push_back(i);
    return found;
  }

  template <class Op>
  Op& op(std::size_t nth) {
    return std::get<Op>(commands_[all<Op>()[nth]].operation);
  }
  template <class Op>
  Tokens& tokens(std::size_t nth) {
    return commands_[all<Op>()[nth]].tokens;
  }

  std::vector<std::uint8_t> changed_image() const {
    auto image = program_.image;
    std::size_t at = layer().program_address;
    for (const Command& command : commands_)
      for (const std::uint32_t word : encode(command))
        for (int byte = 0; byte < 4; ++byte)
          image.at(at++) = static_cast<std::uint8_t>(word >> (8 * byte));
    return image;
  }

  static std::string fault_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const ProgramFault& fault) {
      return fault.what();
    }
    return "no fault";
  }

  std::string execution_fault(std::uint64_t order = 0) const {
    auto image = changed_image();
    return fault_of([&] {
      (void)interpret(design_, image, layer().program_address,
                      static_cast<std::uint32_t>(commands_.size()), order);
    });
  }
  std::string order_fault() const {
    const auto image = changed_image();
    return fault_of([&] {
      require_ordered(design_, image, layer().program_address,
                      static_cast<std::uint32_t>(commands_.size()));
    });
  }

  design::DesignPoint design_;
  Program program_;
  std::vector<Command> commands_;
};

TEST_F(WrongPrograms, TheRightOnePasses) {
  EXPECT_EQ(execution_fault(), "no fault");
  EXPECT_EQ(order_fault(), "no fault");
}

TEST_F(WrongPrograms, ReadingWhatWasNeverLoaded) {
  op<Compute>(0).index_entry += 500;
  EXPECT_THAT(execution_fault(), HasSubstr("(COMPUTE): reads index buffer entry "));
  SetUp();
  op<Compute>(0).weight_word += 150;
  EXPECT_THAT(execution_fault(), HasSubstr("(COMPUTE): reads weight buffer word "));
  SetUp();
  op<Compute>(0).parameter_record = 12;
  EXPECT_THAT(execution_fault(),
              HasSubstr("(COMPUTE): reads parameter record 12, which nothing has loaded"));
  SetUp();
  op<Compute>(0).input_word += 100;
  EXPECT_THAT(execution_fault(), HasSubstr("(COMPUTE): reads input buffer byte "));
  SetUp();
  op<Compute>(0).first_flag += 50;
  EXPECT_THAT(execution_fault(), HasSubstr("(COMPUTE): reads zero flag "));
  SetUp();
  op<Store>(0).word += 5;
  EXPECT_THAT(execution_fault(), HasSubstr("(STORE): reads output buffer word "));
}

TEST_F(WrongPrograms, LeavingTheBuffers) {
  op<LoadWeights>(0).word = design_.weight_words() - 1;
  EXPECT_THAT(execution_fault(),
              HasSubstr("(LOAD_WEIGHTS): touches weight buffer word 170; there are 170"));
  SetUp();
  op<Compute>(0).output_word = design_.output_words() - 1;
  EXPECT_THAT(execution_fault(),
              testing::ContainsRegex(
                  "\\(COMPUTE\\): touches output buffer word 1[2-9][0-9]; there are 128"));
  SetUp();
  op<LoadInput>(0).address = 0x7fffff00;
  EXPECT_THAT(execution_fault(), HasSubstr("(LOAD_INPUT): moves "));
  EXPECT_THAT(execution_fault(), HasSubstr("past the end of the image"));
  SetUp();
  op<LoadInput>(0).address += 4;
  EXPECT_THAT(execution_fault(), HasSubstr("which are not whole beats of 8 bytes"));
}

TEST_F(WrongPrograms, FieldsOutOfRange) {
  op<Compute>(0).active_slices = 5;
  EXPECT_THAT(execution_fault(),
              HasSubstr("(COMPUTE): active_slices: 5 is out of range; allowed are 1 to 4"));
  SetUp();
  op<Compute>(0).stride = 3;
  EXPECT_THAT(execution_fault(), HasSubstr("stride: 3 is out of range; allowed are 1 to 2"));
  SetUp();
  op<Store>(0).chunks = 0;
  EXPECT_THAT(execution_fault(),
              HasSubstr("(STORE): chunks: 0 is out of range; allowed are 1 to 65535"));
  SetUp();
  op<LoadInput>(0).chunk_bytes = 0;
  EXPECT_THAT(execution_fault(), HasSubstr("(LOAD_INPUT): moves no bytes"));
  SetUp();
  op<LoadIndex>(0).kernel_rows = 4;
  EXPECT_THAT(execution_fault(), HasSubstr("(LOAD_INDEX): reads 12 rows of R = 4"));
  SetUp();
  op<LoadIndex>(0).entries += 1;
  EXPECT_THAT(execution_fault(), HasSubstr("(LOAD_INDEX): expects "));
  SetUp();
  op<LoadWeights>(0).words += 3;
  EXPECT_THAT(execution_fault(), HasSubstr("words of 48 bits from "));
}

TEST_F(WrongPrograms, TokensThatNeverCome) {
  tokens<Compute>(0).push_next = false;
  EXPECT_THAT(execution_fault(),
              StartsWith("command 5 (STORE): waits for a token that no earlier command gives"));
  EXPECT_THAT(execution_fault(1), HasSubstr("waits for a token"));
  EXPECT_THAT(order_fault(), HasSubstr("waits for a token"));
}

TEST_F(WrongPrograms, TokensLeftOver) {
  tokens<Store>(all<Store>().size() - 1).push_prev = true;
  EXPECT_THAT(execution_fault(), HasSubstr("(END): leaves 1 tokens from store to compute over"));
}

TEST_F(WrongPrograms, TokensWithoutANeighbour) {
  tokens<LoadIndex>(0).push_prev = true;
  EXPECT_EQ(execution_fault(),
            "LOAD_INDEX cannot have pop_prev or push_prev: nothing comes before the load unit");
  SetUp();
  tokens<Store>(0).pop_next = true;
  EXPECT_EQ(execution_fault(),
            "STORE cannot have pop_next or push_next: nothing comes after the store unit");
}

TEST_F(WrongPrograms, AFrameWithoutEnd) {
  commands_.pop_back();
  EXPECT_THAT(execution_fault(), HasSubstr("END must be the last command, and only that"));
  commands_.insert(commands_.begin(), Command{{}, 0, End{}});
  EXPECT_EQ(execution_fault(), "command 0 (END): END must be the last command, and only that");
}

// Every wait in the program is there for a reason: without it two units meet in one place.
TEST_F(WrongPrograms, EveryWaitIsNeeded) {
  const auto right = commands_;
  int waits = 0;
  for (std::size_t i = 0; i < right.size(); ++i)
    for (bool Tokens::*pop : {&Tokens::pop_prev, &Tokens::pop_next}) {
      if (!(right[i].tokens.*pop)) continue;
      ++waits;
      // The n-th taking moves to the next command of the unit that takes that kind.
      commands_ = right;
      commands_[i].tokens.*pop = false;
      EXPECT_THAT(order_fault(), HasSubstr("and no token makes it wait")) << disassemble(right[i]);
    }
  EXPECT_GT(waits, 20);
}

TEST_F(WrongPrograms, OverwritingWhatIsStillInUse) {
  // All groups in one slot: the second group's weights arrive while the first group's are read.
  for (std::size_t i = 0; i < all<Compute>().size(); ++i) {
    op<LoadWeights>(i).word = 0;
    op<Compute>(i).weight_word = 0;
  }
  EXPECT_EQ(execution_fault(), "no fault") << "in program order nothing overlaps";
  EXPECT_THAT(order_fault(),
              HasSubstr("(LOAD_WEIGHTS): touches the same weight buffer word as command "));
}

}  // namespace
