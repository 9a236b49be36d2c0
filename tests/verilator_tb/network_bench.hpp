// A packed model on a simulated design: what the network tests share.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "rtl/schedule/interpreter.hpp"
#include "rtl/schedule/random_layers.hpp"
#include "rtl/schedule/random_networks.hpp"
#include "sdengine/integer/executor.hpp"
#include "verilator_tb/simulate.hpp"
#include "verilator_tb/test_cache.hpp"

namespace sd::tb::test {

using schedule::test::LayerShape;
using schedule::test::Random;

/// The model of a design, with assertions and random initial contents.
inline BuiltModel checked_model(const design::DesignPoint& design) {
  ModelOptions options;
  options.checked = true;
  return build_model(design, test_cache(), {}, {}, options);
}

/// Layers one after the other with random weights, as the executor accepts them.
inline std::shared_ptr<const pack::PackedModel> random_layers(Random& random,
                                                              const std::vector<LayerShape>& shapes,
                                                              const design::DesignPoint& design) {
  auto model =
      std::make_shared<pack::PackedModel>(schedule::test::random_model(random, shapes, design));
  for (auto& layer : model->layers)
    if (layer && layer->dense) layer->rebuild_shift.clear();  // a dense layer has none
  return model;
}

/// Every result in DRAM, to be compared.
inline schedule::ScheduleOptions exported() {
  schedule::ScheduleOptions options;
  options.export_maps = true;
  return options;
}

/// One packed network, its program for a design, and its reference.
struct Bench {
  Bench(const design::DesignPoint& point, std::shared_ptr<const pack::PackedModel> packed,
        const schedule::ScheduleOptions& options = exported())
      : design(point),
        model(std::move(packed)),
        program(schedule::build_program(*model, design, options)),
        reference(model) {}

  [[nodiscard]] SimulationResult run(const BuiltModel& chip,
                                     const std::vector<integer::Tensor>& images,
                                     const SimulationOptions& options = {}) const {
    return simulate(chip, program, reference, images, options, {}, {});
  }

  /// What the schedule's interpreter counts for the same images.
  [[nodiscard]] schedule::Activity expected_activity(
      const std::vector<integer::Tensor>& images) const {
    schedule::Activity activity;
    for (const integer::Tensor& image : images) {
      std::vector<integer::Tensor> values(model->network.operators.size());
      (void)reference.run(image, [&values](int index, const integer::Tensor& v) {
        values[static_cast<std::size_t>(index)] = v;
      });
      values[0] = image;
      std::vector<std::uint8_t> memory = program.image;
      for (const schedule::ProgramRun& run : program.runs) {
        for (const int index : run.reads)
          schedule::write_tensor(memory, *program.maps[static_cast<std::size_t>(index)],
                                 values[static_cast<std::size_t>(index)]);
        activity += schedule::interpret(design, memory, run.program_address, run.commands);
      }
    }
    return activity;
  }

  /// Bit-exact, and every counter that does not depend on timing is what the interpreter counts.
  void expect_exact(const BuiltModel& chip, const std::vector<integer::Tensor>& images,
                    const SimulationOptions& options = {}) const {
    const SimulationResult result = run(chip, images, options);
    if (const auto& m = result.first_mismatch)
      ADD_FAILURE() << "image " << m->image << ", " << m->layer << ", channel " << m->channel
                    << ", row " << m->row << ", column " << m->column << ": expected "
                    << m->expected << ", got " << m->actual << "; " << m->differing_values
                    << " differ\n"
                    << schedule::listing(program, *model, false);
    const auto values = result.total.values();
    for (const auto& [name, count] : expected_activity(images).by_name()) {
      std::size_t at = 0;
      while (at < values.size() && Counters::names()[at] != name) ++at;
      ASSERT_LT(at, values.size()) << "no counter " << name;
      EXPECT_EQ(values[at], count) << name << "\n" << schedule::listing(program, *model, false);
    }
  }

  design::DesignPoint design;
  std::shared_ptr<const pack::PackedModel> model;
  schedule::Program program;
  integer::Executor reference;
};

}  // namespace sd::tb::test
