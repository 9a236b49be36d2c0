// A packed model on a simulated design: what the network tests share.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "rtl/schedule/interpreter.hpp"
#include "rtl/schedule/random_layers.hpp"
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
inline pack::PackedModel random_network(Random& random, const std::vector<LayerShape>& shapes,
                                        const design::DesignPoint& design) {
  pack::PackedModel model = schedule::test::random_model(random, shapes, design);
  for (auto& layer : model.layers)
    if (layer && layer->dense) layer->rebuild_shift.clear();  // a dense layer has none
  return model;
}

/// One packed network, its program for a design, and its reference.
struct Bench {
  Bench(const design::DesignPoint& point, pack::PackedModel packed)
      : design(point),
        model(std::make_shared<pack::PackedModel>(std::move(packed))),
        program(schedule::build_program(*model, design)),
        reference(model) {}

  [[nodiscard]] SimulationResult run(const BuiltModel& chip,
                                     const std::vector<integer::Tensor>& images,
                                     const SimulationOptions& options = {}) const {
    return simulate(chip, program, reference, images, options, {}, {});
  }

  /// What the schedule's interpreter counts for the same images, per on-chip layer.
  [[nodiscard]] std::vector<schedule::Activity> expected_activity(
      const std::vector<integer::Tensor>& images) const {
    std::vector<schedule::Activity> activity(program.layers.size());
    for (const integer::Tensor& image : images) {
      std::vector<integer::Tensor> values(model->network.operators.size());
      (void)reference.run(image, [&values](int index, const integer::Tensor& v) {
        values[static_cast<std::size_t>(index)] = v;
      });
      values[0] = image;
      for (std::size_t i = 0; i < program.layers.size(); ++i) {
        const auto& layer = program.layers[i];
        const auto index = static_cast<std::size_t>(layer.operator_index);
        std::vector<std::uint8_t> memory = program.image;
        const int input = model->network.operators[index].inputs.front();
        schedule::write_tensor(memory, *program.inputs[index],
                               values[static_cast<std::size_t>(input)]);
        activity[i] += schedule::interpret(design, memory, layer.program_address, layer.commands);
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
                    << " differ";
    const auto activity = expected_activity(images);
    ASSERT_EQ(result.layers.size(), activity.size());
    for (std::size_t i = 0; i < activity.size(); ++i) {
      const auto values = result.layers[i].counters.values();
      EXPECT_EQ(result.layers[i].images, images.size());
      for (const auto& [name, count] : activity[i].by_name()) {
        std::size_t at = 0;
        while (at < values.size() && Counters::names()[at] != name) ++at;
        ASSERT_LT(at, values.size()) << "no counter " << name;
        EXPECT_EQ(values[at], count)
            << name << " of "
            << model->network.operators[static_cast<std::size_t>(result.layers[i].operator_index)]
                   .name;
      }
    }
  }

  design::DesignPoint design;
  std::shared_ptr<const pack::PackedModel> model;
  schedule::Program program;
  integer::Executor reference;
};

}  // namespace sd::tb::test
