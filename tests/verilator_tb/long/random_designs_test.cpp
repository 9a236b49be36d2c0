// Random designs, each verilated, with random networks on it: minutes. SD_SEED and SD_DESIGNS
// choose others.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "verilator_tb/network_bench.hpp"
#include "verilator_tb/temporary_folder.hpp"

namespace sd::tb {
namespace {

int setting(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::stoi(value) : otherwise;
}

TEST(RandomDesigns, RandomNetworksAreExactInEveryValueAndCounter) {
  const int first = setting("SD_SEED", 1), designs = setting("SD_DESIGNS", 12);
  for (int seed = first; seed < first + designs; ++seed) {
    test::Random random(static_cast<std::uint64_t>(seed));
    const design::DesignPoint design = schedule::test::random_design(random);
    SCOPED_TRACE(fmt::format("SD_SEED={}\n{}", seed, design::to_toml(design)));
    const test::TemporaryFolder cache;  // models that nobody asks for again
    const BuiltModel chip = build_model(design, cache.path(), {}, {}, {.checked = true});
    for (int i = 0; i < 20; ++i) {
      schedule::ScheduleOptions how;
      how.export_maps = i % 3 != 2;
      how.keep_on_chip = i % 5 != 4;
      how.fuse_additions = i % 7 != 6;
      const test::Bench bench(design, regression::random_network(random, design), how);
      const auto image = regression::random_values(random, bench.model->network.input_shape());
      SimulationOptions options;
      options.memory.latency_cycles = schedule::test::pick(random, 1, 80);
      options.memory.stalls_per_1024 = i % 2 == 0 ? 0 : schedule::test::pick(random, 1, 800);
      options.memory.seed = random();
      SCOPED_TRACE(fmt::format("network {}", i));
      bench.expect_exact(chip, {image}, options);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace sd::tb
