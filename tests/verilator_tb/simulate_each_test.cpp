// Images side by side, and what is found out about one that goes wrong.
#include "verilator_tb/simulate_each.hpp"

#include <gmock/gmock.h>

#include <map>

#include "verilator_tb/investigate.hpp"
#include "verilator_tb/network_bench.hpp"
#include "verilator_tb/test_designs.hpp"

namespace sd::tb {
namespace {

using test::Bench;
using test::LayerShape;
using test::Random;
using ::testing::AllOf;
using ::testing::HasSubstr;

class SimulateEach : public ::testing::Test {
 protected:
  SimulateEach()
      : chip(test::checked_model(test::booth_design())),
        random(12),
        bench(test::booth_design(), model(random)) {
    for (std::size_t i = 0; i < 6; ++i)
      images.push_back(
          {10 + i, schedule::test::random_tensor(random, bench.model->network.input_shape())});
  }

  static std::shared_ptr<const pack::PackedModel> model(Random& random) {
    LayerShape first{3, 10, 11, 6}, second{6, 10, 11, 5};
    first.relu = true;
    return test::random_layers(random, {first, second}, test::booth_design());
  }

  std::vector<SimulationResult> run(std::size_t jobs, const SimulationOptions& options = {}) {
    finished.clear();
    return simulate_each(chip, bench.program, bench.reference, images, options, jobs,
                         [this](std::size_t number, const SimulationResult& result) {
                           EXPECT_TRUE(finished.emplace(number, result).second) << "told twice";
                         },
                         {}, {});
  }

  /// A coefficient of layer 1 that differs in the memory image alone: images of zeros do not mind.
  void plant_fault() {
    const std::size_t bit = bench.program.coefficient_bit(
        *bench.model, 1, 0, bench.program.layers[0].groups[0].stored_rows[0], 0);
    bench.program.image[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
  }
  void clear_image(std::size_t index) {
    std::fill(images[index].values.begin(), images[index].values.end(), std::int8_t{0});
  }

  BuiltModel chip;
  Random random;
  Bench bench;
  std::vector<NumberedImage> images;
  std::map<std::size_t, SimulationResult> finished;
};

TEST_F(SimulateEach, GivesTheSameForEveryNumberOfJobs) {
  SimulationOptions options;
  options.memory.stalls_per_1024 = 150;
  const auto one = run(1, options), three = run(3, options);
  ASSERT_EQ(one.size(), images.size());
  ASSERT_EQ(three.size(), images.size());
  EXPECT_EQ(finished.size(), images.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].total.values(), three[i].total.values());
    EXPECT_EQ(one[i].images, 1U);
    EXPECT_EQ(one[i].predictions, three[i].predictions);
    EXPECT_EQ(one[i].predictions, one[i].reference_predictions);
    EXPECT_TRUE(one[i].bit_exact());
  }
  EXPECT_NE(one[0].total.cycles, one[1].total.cycles) << "each image has gaps of its own";
}

TEST_F(SimulateEach, AnImageIsTheSameByItself) {
  SimulationOptions options;
  options.memory.stalls_per_1024 = 150;
  const auto all = run(2, options);
  images = {images[4]};
  const auto alone = run(1, options);
  EXPECT_EQ(all[4].total.values(), alone[0].total.values());
}

TEST_F(SimulateEach, StopsBehindTheFirstImageThatDiffers) {
  plant_fault();
  clear_image(0);
  clear_image(1);
  clear_image(4);
  for (const std::size_t jobs : {1U, 4U}) {
    SCOPED_TRACE(jobs);
    const auto results = run(jobs);
    ASSERT_EQ(results.size(), 3U);
    EXPECT_TRUE(results[0].bit_exact());
    EXPECT_TRUE(results[1].bit_exact());
    ASSERT_TRUE(results[2].first_mismatch);
    EXPECT_EQ(results[2].first_mismatch->image, 12U);
  }
}

TEST_F(SimulateEach, TheFirstImageThatFailsIsThrownAndThoseBeforeItAreTold) {
  for (std::size_t i = 0; i < images.size(); ++i)
    if (i != 3) clear_image(i);
  const auto cycles = run(1)[0].total.cycles;
  SimulationOptions options;
  options.watchdog_cycles = cycles + 200;  // rows of zeros are skipped: image 3 takes longer
  for (const std::size_t jobs : {1U, 4U}) {
    SCOPED_TRACE(jobs);
    try {
      (void)run(jobs, options);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const DesignFault& fault) {
      EXPECT_THAT(fault.what(), AllOf(HasSubstr("image 13, "), HasSubstr("the accelerator hangs"),
                                      HasSubstr("handshakes:\nm_axi.ar valid ")));
    }
    for (const std::size_t number : {10U, 11U, 12U}) EXPECT_EQ(finished.count(number), 1U);
  }
}

TEST_F(SimulateEach, CanBeCancelledFromWithin) {
  for (std::size_t i = 0; i < 2000; ++i) images.push_back({100 + i, images[0].values});
  std::stop_source stop;
  std::size_t told = 0;
  EXPECT_THROW((void)simulate_each(
                   chip, bench.program, bench.reference, images, {}, 2,
                   [&](std::size_t, const SimulationResult&) {
                     if (++told == 3) stop.request_stop();
                   },
                   {}, stop.get_token()),
               Cancelled);
  EXPECT_LE(told, 5U) << "what is under way may end";
}

TEST_F(SimulateEach, NewsAreOfAllImages) {
  for (std::size_t i = 0; i < 100; ++i) images.push_back({100 + i, images[0].values});
  double last = 0;
  std::size_t news = 0;
  (void)simulate_each(chip, bench.program, bench.reference, images, {}, 2, {},
                      [&](const SimulationProgress& now) {
                        ++news;
                        EXPECT_EQ(now.images, 106U);
                        EXPECT_LT(now.image, 106U);
                        EXPECT_GE(now.fraction, last);
                        EXPECT_LE(now.fraction, 1);
                        EXPECT_GT(now.cycles_per_second, 0);
                        EXPECT_GE(now.seconds_left, 0);
                        last = now.fraction;
                      },
                      {});
  // An image takes less than the interval of news: each tells none or its own.
  EXPECT_LE(news, 106U * 20);
}

TEST_F(SimulateEach, TheFirstWrongWriteIsNamed) {
  EXPECT_FALSE(find_first_fault(chip, bench.program, bench.reference, images[0], {}, {}));
  plant_fault();
  const auto fault = find_first_fault(chip, bench.program, bench.reference, images[0], {}, {});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->failure, "");
  EXPECT_EQ(fault->image, 10U);
  EXPECT_EQ(fault->layer, "layer 1");
  EXPECT_EQ(fault->channel, 0);
  EXPECT_EQ(fault->group, 0);
  EXPECT_FALSE(fault->padding);
  EXPECT_FALSE(fault->again);
  const schedule::TensorPlacement& map = *bench.program.maps[1];
  EXPECT_EQ(fault->address,
            map.address + static_cast<std::uint64_t>(fault->row * map.pitch + fault->column));
  std::vector<integer::Tensor> right(3);
  (void)bench.reference.run(images[0].values, [&](int index, const integer::Tensor& values) {
    right[static_cast<std::size_t>(index)] = values;
  });
  EXPECT_EQ(fault->expected, right[1][static_cast<std::size_t>(fault->row * 11 + fault->column)]);
  EXPECT_NE(fault->expected, fault->actual);
  EXPECT_THAT(fault->store, AllOf(HasSubstr("STORE"), HasSubstr("address=")));
  EXPECT_THAT(fault->compute, AllOf(HasSubstr("COMPUTE"), HasSubstr("to_output=1")));
  EXPECT_GT(fault->run_cycle, 50U);
  const auto whole = run(1).front().total.cycles;
  EXPECT_LT(fault->run_cycle, whole + 100);
  const auto again = find_first_fault(chip, bench.program, bench.reference, images[0], {}, {});
  EXPECT_EQ(again->cycle, fault->cycle);
}

TEST_F(SimulateEach, AHangIsAFaultToo) {
  SimulationOptions options;
  options.memory.faults = {{.kind = MemoryFault::Kind::no_answer, .nth = 3}};
  options.watchdog_cycles = 5000;
  const auto fault = find_first_fault(chip, bench.program, bench.reference, images[0], options, {});
  ASSERT_TRUE(fault);
  EXPECT_THAT(fault->failure,
              AllOf(HasSubstr("hangs"), HasSubstr(" read and 0 write bursts are in flight"),
                    HasSubstr("<- waits for")));
  EXPECT_GE(fault->cycle, 5000U);
}

}  // namespace
}  // namespace sd::tb
