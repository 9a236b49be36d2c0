// A packed model on a simulated design: what the network tests share.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "regression/network_bench.hpp"
#include "regression/random_network.hpp"
#include "rtl/schedule/random_layers.hpp"
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

/// Every result in DRAM, to be compared, unless said otherwise.
struct Bench : regression::NetworkBench {
  Bench(const design::DesignPoint& point, std::shared_ptr<const pack::PackedModel> packed,
        const schedule::ScheduleOptions& options = exported())
      : NetworkBench(point, std::move(packed), options) {}

  [[nodiscard]] SimulationResult run(const BuiltModel& chip,
                                     const std::vector<integer::Tensor>& images,
                                     const SimulationOptions& options = {}) const {
    return simulate(chip, program, reference, images, options, {}, {});
  }

  /// Bit-exact, and every counter that does not depend on timing is what the interpreter counts.
  void expect_exact(const BuiltModel& chip, const std::vector<integer::Tensor>& images,
                    const SimulationOptions& options = {}) const {
    EXPECT_EQ(difference(run(chip, images, options), images), "")
        << schedule::listing(program, *model, false);
  }
};

}  // namespace sd::tb::test
