// A damaged file never crashes the importer: it throws ImportError, or the damage did no harm.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "model_builder.hpp"
#include "random_network.hpp"
#include "sdengine/graph/onnx_export.hpp"

namespace sd::graph {
namespace {

std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Importing may throw ImportError and nothing else; what it gives is valid.
void import_safely(const std::filesystem::path& file, const std::string& bytes) {
  write_bytes(file, bytes);
  try {
    validate(import_onnx(file));
  } catch (const ImportError& error) {
    EXPECT_NE(std::string(error.what()).find(file.string()), std::string::npos);
  }
}

std::string flip(std::string bytes, std::mt19937_64& random, int count) {
  for (int i = 0; i < count; ++i) {
    char& byte = bytes[random() % bytes.size()];
    byte = static_cast<char>(byte ^ static_cast<char>(1u << (random() % 8)));
  }
  return bytes;
}

/// A model full of shape arithmetic, as frameworks write it.
std::string shape_arithmetic_model() {
  ModelBuilder m;
  m.input({0, 4, 8, 8});
  m.node(
      "Slice",
      {"x", m.ints("b", {0, 0}), m.ints("e", {100, 100}), m.ints("a", {2, 3}), m.ints("s", {2, 2})},
      "half");
  m.node("ConstantOfShape", {m.ints("two", {2})}, "zeros")
      .tensor("value", ModelBuilder::tensor({1}, Ints{0}));
  m.node("Concat", {m.ints("six", {0, 0, 0, 0, 2, 2}), "zeros"}, "reversed").integer("axis", 0);
  m.node("Reshape", {"reversed", m.ints("pairs", {-1, 2})}, "r");
  m.node(
      "Slice",
      {"r", m.ints("from", {-1}), m.ints("to", {-100}), m.ints("axis", {0}), m.ints("back", {-1})},
      "t");
  m.node("Transpose", {"t"}, "u").integers("perm", {1, 0});
  m.node("Reshape", {"u", m.ints("flat", {-1})}, "pads");
  m.node("Pad", {"half", "pads"}, "padded");
  m.node("GlobalAveragePool", {"padded"}, "g");
  m.node("Shape", {"g"}, "shape");
  m.node("Gather", {"shape", m.scalar("zero", 0)}, "batch").integer("axis", 0);
  m.node("Unsqueeze", {"batch", m.ints("axes", {0})}, "batch1");
  m.node("Range", {m.scalar("r0", 0), m.scalar("r1", 3), m.scalar("r2", 1)}, "range");
  m.node("Expand", {m.ints("one", {-1}), m.ints("es", {1})}, "open");
  m.node("Concat", {"batch1", "open"}, "target").integer("axis", 0);
  m.node("Reshape", {"g", "target"}, "features");
  m.node("Gemm", {"features", m.ramp("w", {8, 3}), m.ramp("c", {3})}, "y");
  m.output("y");
  return m.bytes();
}

TEST(DamagedFile, TheModelsAreGoodBeforeTheDamage) {
  const TemporaryFile file;
  write_bytes(file.path(), shape_arithmetic_model());
  EXPECT_EQ(import_error(file.path()), "no error");
}

TEST(DamagedFile, EveryTruncation) {
  const TemporaryFile file;
  const std::string bytes = shape_arithmetic_model();
  for (std::size_t length = 0; length < bytes.size(); ++length)
    import_safely(file.path(), bytes.substr(0, length));
}

TEST(DamagedFile, ABitOfEveryByte) {
  const TemporaryFile file;
  const std::string bytes = shape_arithmetic_model();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ static_cast<char>(1u << (i % 8)));
    import_safely(file.path(), damaged);
  }
}

TEST(DamagedFile, SeveralFlipsInExportedNetworks) {
  const TemporaryFile file;
  std::mt19937_64 random(1);
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    export_onnx(RandomNetwork(seed).make(), file.path());
    const std::string bytes = read_all(file.path());
    for (int trial = 0; trial < 60; ++trial) {
      std::string damaged = flip(bytes, random, 1 + trial % 4);
      if (trial % 5 == 0) damaged.resize(random() % damaged.size());
      import_safely(file.path(), damaged);
    }
  }
}

// Damage to fields, which random bits seldom reach in large files: every integer of the model
// becomes an extreme one.
TEST(DamagedFile, ExtremeIntegers) {
  const TemporaryFile file;
  onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(shape_arithmetic_model()));
  const std::vector<std::int64_t> extremes{0,
                                           -1,
                                           1,
                                           1 << 20,
                                           std::int64_t{1} << 40,
                                           std::numeric_limits<std::int64_t>::max(),
                                           std::numeric_limits<std::int64_t>::min()};
  auto& graph = *model.mutable_graph();
  for (const std::int64_t extreme : extremes) {
    for (auto& tensor : *graph.mutable_initializer()) {
      for (int i = 0; i < tensor.int64_data_size(); ++i) {
        const std::int64_t old = tensor.int64_data(i);
        tensor.set_int64_data(i, extreme);
        import_safely(file.path(), model.SerializeAsString());
        tensor.set_int64_data(i, old);
      }
      for (int i = 0; i < tensor.dims_size(); ++i) {
        const std::int64_t old = tensor.dims(i);
        tensor.set_dims(i, extreme);
        import_safely(file.path(), model.SerializeAsString());
        tensor.set_dims(i, old);
      }
    }
    for (auto& node : *graph.mutable_node()) {
      for (auto& attribute : *node.mutable_attribute()) {
        const onnx::AttributeProto old = attribute;
        attribute.set_i(extreme);
        for (int i = 0; i < attribute.ints_size(); ++i) attribute.set_ints(i, extreme);
        import_safely(file.path(), model.SerializeAsString());
        attribute = old;
      }
    }
    for (int i = 0; i < 4; ++i) {
      auto& dim = *graph.mutable_input(0)
                       ->mutable_type()
                       ->mutable_tensor_type()
                       ->mutable_shape()
                       ->mutable_dim(i);
      const auto old = dim;
      dim.set_dim_value(extreme);
      import_safely(file.path(), model.SerializeAsString());
      dim = old;
    }
  }
}

}  // namespace
}  // namespace sd::graph
