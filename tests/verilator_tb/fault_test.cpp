// What is wrong is found and named: faults planted in the memory image, errors of the memory,
// programs that go wrong.
#include <gmock/gmock.h>

#include <cstring>

#include "rtl/schedule/command.hpp"
#include "verilator_tb/accelerator.hpp"
#include "verilator_tb/network_bench.hpp"
#include "verilator_tb/test_designs.hpp"

namespace sd::tb {
namespace {

using test::Bench;
using test::LayerShape;
using test::Random;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Faults : public ::testing::Test {
 protected:
  Faults()
      : chip(test::checked_model(test::booth_design())),
        random(11),
        bench(test::booth_design(), model(random)) {
    image = schedule::test::random_tensor(random, bench.model->network.input_shape());
  }

  static std::shared_ptr<const pack::PackedModel> model(Random& random) {
    LayerShape first{3, 10, 11, 6}, second{6, 10, 11, 5};
    first.relu = true;
    return test::random_layers(random, {first, second}, test::booth_design());
  }

  std::string error_of_run(const SimulationOptions& options = {}) {
    try {
      (void)bench.run(chip, {image}, options);
    } catch (const ToolError& error) {
      return error.what();
    }
    return "nothing was thrown";
  }

  /// The first command of that kind, to be changed.
  template <class Operation>
  void change_command(const std::function<void(Operation&)>& change) {
    const auto& run = bench.program.runs.front();
    auto commands =
        schedule::decode_program(bench.program.image, run.program_address, run.commands);
    for (std::size_t i = 0; i < commands.size(); ++i)
      if (auto* operation = std::get_if<Operation>(&commands[i].operation)) {
        change(*operation);
        const auto words = schedule::encode(commands[i]);
        std::memcpy(bench.program.image.data() + run.program_address + i * schedule::command_bytes,
                    words.data(), schedule::command_bytes);
        return;
      }
    FAIL() << "no such command";
  }

  BuiltModel chip;
  Random random;
  Bench bench;
  integer::Tensor image;
};

/// Whatever bit of whatever coefficient is flipped, the run names the first value that comes out
/// wrong: where the model with that other coefficient first differs from the right one.
TEST_F(Faults, OneFlippedCoefficientBitIsFoundAndNamed) {
  const int operators = static_cast<int>(bench.model->network.operators.size());
  std::vector<integer::Tensor> right(static_cast<std::size_t>(operators));
  (void)bench.reference.run(image, [&](int index, const integer::Tensor& v) {
    right[static_cast<std::size_t>(index)] = v;
  });
  int seen = 0;
  for (int trial = 0; trial < 40; ++trial) {
    const int index = schedule::test::pick(random, 1, operators - 1);
    pack::PackedModel other = *bench.model;
    pack::PackedLayer& layer = *other.layers[static_cast<std::size_t>(index)];
    const int filter = schedule::test::pick(random, 0, layer.layout.filters - 1),
              row = schedule::test::pick(random, 0, layer.layout.rows - 1),
              j = schedule::test::pick(random, 0, layer.rank - 1);
    auto& coefficient = layer.coefficients[static_cast<std::size_t>(
        (filter * layer.layout.rows + row) * layer.rank + j)];
    const int least =
        std::abs(coefficient) > 0 ? std::abs(coefficient) ^ 1 : 1;  // lowest bit of the magnitude
    if (coefficient == 0 && layer.row_is_zero(filter, row)) continue;  // perhaps not stored
    coefficient = static_cast<decompose::Coefficient>(coefficient < 0 ? -least : least);
    if (least == 0) continue;  // a magnitude of 1 became 0; the sign alone is not a code

    const integer::Executor faulty(std::make_shared<pack::PackedModel>(other));
    std::vector<integer::Tensor> wrong(right.size());
    (void)faulty.run(
        image, [&](int at, const integer::Tensor& v) { wrong[static_cast<std::size_t>(at)] = v; });
    const auto at = static_cast<std::size_t>(index);
    const auto differs = std::mismatch(right[at].begin(), right[at].end(), wrong[at].begin());

    Bench planted = bench;
    const std::size_t bit = planted.program.coefficient_bit(*bench.model, index, filter, row, j);
    planted.program.image[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const SimulationResult result = planted.run(chip, {image});
    if (differs.first == right[at].end()) {  // hidden by rounding or saturation
      EXPECT_TRUE(result.bit_exact());
      continue;
    }
    ++seen;
    ASSERT_TRUE(result.first_mismatch);
    const Mismatch& m = *result.first_mismatch;
    const graph::TensorShape& shape = bench.model->network.operators[at].output;
    EXPECT_EQ(m.operator_index, index);
    EXPECT_EQ(m.layer, "layer " + std::to_string(index));
    EXPECT_EQ((m.channel * shape.height + m.row) * shape.width + m.column,
              differs.first - right[at].begin());
    EXPECT_EQ(m.channel, filter);
    EXPECT_EQ(m.expected, *differs.first);
    EXPECT_EQ(m.actual, *differs.second);
    EXPECT_FALSE(result.layers[at - 1].bit_exact);
    EXPECT_TRUE(result.predictions.empty()) << "stopped at the mismatch";
  }
  EXPECT_GE(seen, 10);
}

TEST_F(Faults, AfterAMismatchTheRunCanGoOn) {
  const std::size_t bit = bench.program.coefficient_bit(
      *bench.model, 1, 0, bench.program.layers[0].groups[0].stored_rows[0], 0);
  bench.program.image[bit / 8] ^= static_cast<std::uint8_t>(2U << bit % 8);
  SimulationOptions options;
  options.stop_at_mismatch = false;
  const SimulationResult result = bench.run(chip, {image, image}, options);
  EXPECT_FALSE(result.bit_exact());
  EXPECT_EQ(result.first_mismatch->image, 0U);
  EXPECT_EQ(result.predictions.size(), 2U);
  EXPECT_EQ(result.layers[1].images, 2U);
}

TEST_F(Faults, TheWatchdogSaysWhereAndInWhichState) {
  SimulationOptions options;
  options.watchdog_cycles = 200;
  EXPECT_THAT(error_of_run(options),
              AllOf(HasSubstr("image 0, layer 1: the accelerator hangs: stopped after 200 cycles"),
                    HasSubstr("STATUS 0x"), HasSubstr("busy"), HasSubstr("dram_read_beats")));
}

TEST_F(Faults, AWrongOpcodeIsReported) {
  bench.program.image[bench.program.runs[0].program_address] = 0x33;
  EXPECT_THAT(error_of_run(), HasSubstr("the accelerator reports error 1 (illegal opcode)"));
}

TEST_F(Faults, AnIndexThatHoldsOtherEntriesIsReported) {
  const auto address = bench.program.layers[0].groups[0].index_address;
  bench.program.image[address] ^= 1;
  EXPECT_THAT(
      error_of_run(),
      AllOf(HasSubstr(
                "reports error 5 (the index bitmap holds other entries than the command expects)"),
            HasSubstr("LOAD_INDEX")));
}

TEST_F(Faults, AProgramWithoutEndIsReported) {
  --bench.program.runs[0].commands;
  EXPECT_THAT(error_of_run(), HasSubstr("reports error 4 (the program ended without END)"));
}

TEST_F(Faults, AStoreOutsideTheOutputIsCaught) {
  change_command<schedule::Store>([](schedule::Store& store) { store.address += 64 * 1024; });
  EXPECT_THAT(error_of_run(),
              AllOf(HasSubstr("image 0, layer 1: the simulated accelerator broke a rule"),
                    HasSubstr("write burst of")));
}

TEST_F(Faults, AMissingStoreIsAMismatch) {
  change_command<schedule::Store>([](schedule::Store& store) { store.chunks -= 1; });
  const std::string error = error_of_run();
  // The rows that were not written still hold the pattern that was there, in their padding too.
  EXPECT_THAT(error, HasSubstr("left 0xa5 at address"));
}

TEST_F(Faults, AProgramForAnotherDesignIsRefused) {
  bench.program.design.clock_mhz += 1;
  EXPECT_THAT(
      error_of_run(),
      HasSubstr("was built from another design than the program: its DESIGN register reads 0x"));
}

TEST_F(Faults, AnImageOfTheWrongSizeIsRefused) {
  image.pop_back();
  EXPECT_THAT(error_of_run(), HasSubstr("image 0 has 329 values, the network's input 330"));
}

TEST_F(Faults, ProgressIsReportedAndTheRunCanBeCancelled) {
  std::stop_source stop;
  std::size_t calls = 0;
  EXPECT_THROW(
      (void)simulate(
          chip, bench.program, bench.reference, std::vector<integer::Tensor>(100'000, image), {},
          [&](const SimulationProgress& now) {
            ++calls;
            EXPECT_EQ(now.images, 100'000U);
            EXPECT_GT(now.cycles, 0U);
            EXPECT_THAT(now.layer, testing::AnyOf(HasSubstr("layer "), "the end of the program"));
            if (now.image > 2) stop.request_stop();
          },
          stop.get_token()),
      Cancelled);
  EXPECT_GE(calls, 1U);
}

/// An error response on any of the units' reads, and on a write, ends the program with that error;
/// after a reset the accelerator computes as before.
TEST_F(Faults, ErrorResponsesEndTheProgramWithAnErrorStatus) {
  std::vector<std::uint8_t> memory = bench.program.image;
  const auto& layer = bench.program.layers.front();
  const auto& whole = bench.program.runs.front();
  schedule::write_tensor(memory, *bench.program.maps[0], image);
  Accelerator accelerator(chip, memory);
  const auto& group = layer.groups.back();
  for (const std::uint64_t address :
       {whole.program_address + 65U, group.parameters_address, group.index_address,
        group.words_address, bench.program.maps[0]->address + 9}) {
    SCOPED_TRACE(address);
    MemoryOptions options;
    options.read_error_address = address;
    accelerator.configure(options);
    const ProgramRun run = accelerator.run(whole.program_address, whole.commands, 100'000);
    EXPECT_TRUE(run.finished);
    EXPECT_TRUE(run.status.error());
    EXPECT_EQ(run.status.error_code(), 2);
    accelerator.write_register(registers::control, registers::soft_reset_bit);
  }
  MemoryOptions options;
  options.write_error_address = bench.program.maps[1]->address + 8;
  accelerator.configure(options);
  const ProgramRun run = accelerator.run(whole.program_address, whole.commands, 100'000);
  EXPECT_TRUE(run.status.error());
  EXPECT_EQ(run.status.error_code(), 3);

  accelerator.write_register(registers::control, registers::soft_reset_bit);
  accelerator.configure({});
  EXPECT_TRUE(accelerator.run(whole.program_address, whole.commands, 100'000).status.done());
  EXPECT_EQ(schedule::read_tensor(memory, *bench.program.maps[2]), bench.reference.run(image));
}

}  // namespace
}  // namespace sd::tb
