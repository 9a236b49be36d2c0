// Whole networks, built into one command list and interpreted, against the integer reference.
#include <gmock/gmock.h>

#include <map>

#include "regression/plan.hpp"
#include "regression/random_network.hpp"
#include "rtl/schedule/interpreter.hpp"
#include "rtl/schedule/program.hpp"
#include "sdengine/integer/executor.hpp"

namespace {

using namespace sd;
using namespace sd::schedule;

struct Case {
  design::DesignPoint design;
  std::shared_ptr<const pack::PackedModel> model;
  ScheduleOptions options;
};

/// Runs every run of the program on one image in the given order of units; returns how many results
/// were compared.
int run_and_compare(const Case& c, const Program& program, const integer::Tensor& image,
                    std::uint64_t order) {
  const integer::Executor reference(c.model);
  std::map<int, integer::Tensor> values{{0, image}};
  (void)reference.run(image, [&](int index, const integer::Tensor& v) { values[index] = v; });
  auto memory = program.image;
  int compared = 0;
  for (const ProgramRun& run : program.runs) {
    for (const int index : run.reads)
      write_tensor(memory, program.maps[static_cast<std::size_t>(index)].value(), values.at(index));
    require_ordered(c.design, memory, run.program_address, run.commands);
    (void)interpret(c.design, memory, run.program_address, run.commands, order);
    for (const int index : run.writes) {
      EXPECT_EQ(read_tensor(memory, *program.maps[static_cast<std::size_t>(index)]),
                values.at(index))
          << c.model->network.operators[static_cast<std::size_t>(index)].name;
      ++compared;
    }
  }
  return compared;
}

TEST(WholeNetwork, RandomNetworksComputeWhatTheReferenceDoes) {
  std::mt19937_64 random(1);
  int compared = 0, on_chip = 0, off_chip = 0, resident = 0, fused = 0;
  for (int i = 0; i < 150; ++i) {
    Case c;
    c.design = regression::random_design(random());
    c.model = regression::random_network(random, c.design);
    c.options = {random() % 2 == 0, random() % 8 == 0, random() % 4 != 0, random() % 4 != 0,
                 random() % 4 != 0};
    const Program program = build_program(*c.model, c.design, c.options);
    SCOPED_TRACE("network " + std::to_string(i) + "\n" + design::to_toml(c.design) +
                 listing(program, *c.model, false));
    for (const std::uint64_t order : {std::uint64_t{0}, 1 + random() % 1000}) {
      const auto image = regression::random_values(random, c.model->network.input_shape());
      ASSERT_NO_THROW(compared += run_and_compare(c, program, image, order));
      ASSERT_FALSE(HasFailure());
    }
    for (const LayerSchedule& layer : program.layers) {
      on_chip += 1;
      resident += layer.residence == Residence::on_chip;
      fused += static_cast<int>(layer.fused.size());
    }
    off_chip += static_cast<int>(program.off_chip.size());
  }
  EXPECT_GT(compared, 500);
  EXPECT_GT(on_chip, 5 * off_chip);
  EXPECT_GT(resident, 100);
  EXPECT_GT(fused, 20);
}

}  // namespace
