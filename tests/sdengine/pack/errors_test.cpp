// Every refusal of pack(), by its text.
#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>

#include "random_network.hpp"

namespace sd::pack {
namespace {

using graph::OperatorKind;
using ::testing::AllOf;
using testing::decompose_all;
using ::testing::HasSubstr;
using testing::NetworkBuilder;
using testing::ranges;
using testing::square;
using ::testing::ThrowsMessage;

graph::Network small_network() {
  NetworkBuilder b({2, 6, 6}, 1);
  const int x = b.convolution(0, 4, square(3, 1, 1));
  b.fully_connected(b.add(x, b.convolution(x, 4, square(1))), 3);
  return b.network();
}

void expect_refusal(const graph::Network& network, const std::vector<LayerChoice>& choices,
                    const std::vector<float>& range, const char* text) {
  EXPECT_THAT([&] { (void)pack(network, choices, range); },
              ThrowsMessage<PackError>(HasSubstr(text)));
}

TEST(PackErrors, ChoicesThatDoNotFit) {
  const graph::Network network = small_network();
  const auto good = decompose_all(network);
  const auto expect = [&](const std::function<void(std::vector<LayerChoice>&)>& spoil,
                          const char* text) {
    auto choices = good;
    spoil(choices);
    expect_refusal(network, choices, ranges(network), text);
    EXPECT_THAT([&] { (void)with_rebuilt_weights(network, choices); },
                ThrowsMessage<PackError>(HasSubstr(text)));
  };
  expect([](auto& c) { c.pop_back(); }, "there are 4 choices for 5 operators");
  expect([](auto& c) { c[3] = c[2]; },
         "operator 'op3' (add) has no weights, but a decomposition is given for it");
  expect([](auto& c) { c[1] = c[2]; },
         "layer 'op1' has weights of shape 4x2x3x3, but its decomposition is of 4x4x1x1");
  expect([](auto& c) { c[4].pointwise_columns = 0; },
         "operator 'op4' is to have 0 columns; 1 to 64 is allowed");
  expect(
      [](auto& c) {
        c[2].input_mean = {1.0F, 2.0F};
      },
      "layer 'op2' has 2 input means, which must be 4 finite numbers, one per input channel");
  expect(
      [](auto& c) {
        c[1].input_mean = {1.0F, std::nanf("")};
      },
      "layer 'op1' has 2 input means, which must be 2 finite numbers");
  const char* const inconsistent = "the decomposition of layer 'op1' is not consistent in itself";
  expect([](auto& c) { c[1].decomposition->basis.pop_back(); }, inconsistent);
  expect([](auto& c) { c[1].decomposition->coefficients.push_back(0); }, inconsistent);
  expect([](auto& c) { c[1].decomposition->rank = 0; }, inconsistent);
  expect([](auto& c) { c[1].decomposition->rank = -4; }, inconsistent);
  expect([](auto& c) { c[1].decomposition->levels = 16; }, inconsistent);
  expect(
      [](auto& c) {
        c[1].decomposition->levels = 1;
        c[1].decomposition->coefficients[0] = 2;
      },
      inconsistent);
  expect([](auto& c) { c[1].decomposition->layout.columns = 0; }, inconsistent);
  expect([](auto& c) { c[1].decomposition->layout.rows = 1 << 30; }, inconsistent);
  expect([](auto& c) { c[1].decomposition->basis[0] = std::nanf(""); }, inconsistent);
}

TEST(PackErrors, Ranges) {
  const graph::Network network = small_network();
  auto range = ranges(network);
  range.pop_back();
  expect_refusal(network, decompose_all(network), range,
                 "there are 4 activation ranges for 5 operators");
  range = ranges(network);
  range[2] = -1;
  expect_refusal(network, decompose_all(network), range,
                 "operator 'op2' (convolution) has an activation range of -1; it must be finite "
                 "and not negative");
  range[2] = std::numeric_limits<float>::infinity();
  expect_refusal(network, decompose_all(network), range, "range of inf");
  range[2] = 1e-12F;
  expect_refusal(network, decompose_all(network), range,
                 "operator 'op2' (convolution) needs a requantisation factor of");
  range = ranges(network);
  range[3] = 1e-12F;
  expect_refusal(network, decompose_all(network), range,
                 "operator 'op3' (add) needs a requantisation factor of");
}

TEST(PackErrors, Weights) {
  graph::Network network = small_network();
  const auto choices = decompose_all(network);
  network.operators[1].weights[5] = std::nanf("");
  expect_refusal(network, choices, ranges(network),
                 "operator 'op1' (convolution) has a weight that is not a finite number");
  network = small_network();
  network.operators[2].bias[0] = std::numeric_limits<float>::infinity();
  expect_refusal(network, choices, ranges(network),
                 "operator 'op2' (convolution) has a bias that is not a finite number");
  network.operators[2].bias.clear();
  expect_refusal(
      network, choices, ranges(network),
      "operator 'op2' (convolution) has 16 weights and 0 biases; its shape asks for 16 and 4");
}

TEST(PackErrors, AnAccumulatorThatCouldOverflow) {
  NetworkBuilder b({140000, 1, 1}, 1);
  b.fully_connected(0, 1);
  graph::Network network = b.network();
  std::fill(network.operators[1].weights.begin(), network.operators[1].weights.end(), 0.5F);
  expect_refusal(network, std::vector<LayerChoice>(2), {1.0F, 1.0F},
                 "could leave the 32-bit accumulator: the magnitudes of filter 0 add up to "
                 "17780000, and 16777215 is the most");
}

TEST(PackErrors, AnAveragePoolThatCountsAVaryingNumber) {
  NetworkBuilder b({2, 6, 6}, 1);
  b.pool(OperatorKind::average_pool, 0, square(3, 1, 1));
  graph::Network network = b.network();
  expect_refusal(network, std::vector<LayerChoice>(2), {1.0F, 1.0F},
                 "operator 'op1' (average pool");
  expect_refusal(network, std::vector<LayerChoice>(2), {1.0F, 1.0F},
                 "counts a varying number of elements");
  network.operators[1].window.count_include_pad = true;
  const PackedModel model = pack(network, std::vector<LayerChoice>(2), {1.0F, 1.0F});
  EXPECT_NEAR(std::ldexp(model.elementwise[1].multipliers.at(0), -model.elementwise[1].shift),
              1.0 / 9, 1e-5);
}

TEST(PackErrors, StructureThatDoesNotHold) {
  const auto expect = [](const std::function<void(graph::Network&)>& spoil, const char* text) {
    graph::Network network = small_network();
    const auto choices = decompose_all(network);
    spoil(network);
    expect_refusal(network, choices, ranges(network), text);
  };
  expect([](auto& n) { n.operators.clear(); }, "network 'test' has no operators");
  expect([](auto& n) { n.outputs = {5}; },
         "network 'test' names operator 5 as its output; it has 5 operators");
  expect([](auto& n) { n.outputs = {-1}; }, "names operator -1 as its output");
  expect(
      [](auto& n) { n.operators[2].inputs = {2}; },
      "operator 'op2' (convolution) reads operator 2; only those before it (0 to 1) can be read");
  expect([](auto& n) { n.operators[2].inputs = {-1}; }, "reads operator -1");
  expect([](auto& n) { n.operators[3].inputs = {1}; }, "operator 'op3' (add) has 1 inputs");
  expect([](auto& n) { n.operators[0].kind = OperatorKind::activation; }, "has 0 inputs");
  expect(
      [](auto& n) {
        n.operators[1].kind = OperatorKind::input;
        n.operators[1].inputs.clear();
      },
      "is a second input; there must be one");
  expect([](auto& n) { n.operators[3].output.height = 5; },
         "operator 'op3' (add) has an output of shape 4x5x6; its inputs give 4x6x6");
  expect([](auto& n) { n.operators[1].output.width = 5; },
         "operator 'op1' (convolution) has an output of 6x5 pixels; its window gives 6x6");
  expect([](auto& n) { n.operators[1].output.channels = 1 << 28; },
         "it must have 1 to 268435456 elements");
  expect([](auto& n) { n.operators[4].output.channels = 1 << 27; },
         "operator 'op4' (fully connected) has more than 1073741824 weights");
  expect([](auto& n) { n.operators[1].output.channels = 0; }, "has an output of shape 0x6x6");
  expect([](auto& n) { n.operators[1].groups = 3; },
         "has 3 groups, which do not divide its 2 input and 4 output channels");
  expect([](auto& n) { n.operators[1].groups = 0; }, "has 0 groups");
  expect([](auto& n) { n.operators[1].window.stride_width = 0; },
         "has 0 in its kernel, stride or dilation; 1 to 65536 is allowed");
  expect([](auto& n) { n.operators[1].window.pad_top = -1; },
         "has a padding of -1; 0 to 65536 is allowed");
  expect([](auto& n) { n.operators[1].clip_upper = 0.0F; },
         "clips at 0; the bound must be above 0");
  expect(
      [](auto& n) {
        n.operators[3].kind = OperatorKind::softmax;
        n.operators[3].inputs = {1};
      },
      "operator 'op3' (softmax) is not the last operator");
}

TEST(PackErrors, StructureOfTheOtherKinds) {
  const auto expect = [](NetworkBuilder& b, const std::function<void(graph::Operator&)>& spoil,
                         const char* text) {
    graph::Network network = b.network();
    spoil(network.operators.back());
    expect_refusal(network, std::vector<LayerChoice>(network.operators.size()), ranges(network),
                   text);
  };
  {
    NetworkBuilder b({2, 6, 6}, 1);
    b.pool(OperatorKind::max_pool, 0, square(2, 2));
    expect(
        b, [](auto& op) { op.output.channels = 3; }, "has 3 output channels for 2 input channels");
    expect(
        b, [](auto& op) { op.output.height = 9; }, "has a window that lies outside its input");
    expect(
        b, [](auto& op) { op.window.pad_top = 2; }, "has a window that lies outside its input");
  }
  {
    NetworkBuilder b({2, 6, 6}, 1);
    b.subsample_pad(0, {2, 2, 1, 1});
    expect(
        b, [](auto& op) { op.subsample.stride_height = 0; },
        "has a stride below 1 or a negative number of added channels");
    expect(
        b, [](auto& op) { op.subsample.channels_after = -3; },
        "has a stride below 1 or a negative");
    expect(
        b, [](auto& op) { op.output.channels = 5; },
        "has an output of shape 5x3x3; its inputs give 4x3x3");
  }
  {
    NetworkBuilder b({2, 6, 6}, 1);
    b.concat({0, b.pool(OperatorKind::max_pool, 0, square(1))});
    expect(
        b, [](auto& op) { op.output.channels = 5; },
        "has an output of shape 5x6x6; its inputs give 4x6x6");
    expect(
        b, [](auto& op) { op.inputs.clear(); }, "has 0 inputs");
  }
  {
    NetworkBuilder b({2, 6, 6}, 1);
    b.concat({0, b.pool(OperatorKind::max_pool, 0, square(2))});
    expect(
        b, [](auto&) {}, "joins inputs of different sizes, 2x6x6 and 2x5x5");
  }
}

}  // namespace
}  // namespace sd::pack
