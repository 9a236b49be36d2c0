// Files that are not what they should be: each gets one clear sentence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_builder.hpp"

namespace sd::graph {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

ModelBuilder relu_model() {
  ModelBuilder m;
  m.input({0, 3, 4, 4});
  m.node("Relu", {"x"}, "y");
  return m;
}

TEST(ImportFile, MissingEmptyFolderAndText) {
  const TemporaryFile file;
  const std::string prefix = "cannot import '" + file.path().string() + "': ";
  EXPECT_EQ(import_error(file.path()), prefix + "there is no such file; check the path");
  write_bytes(file.path(), "");
  EXPECT_EQ(import_error(file.path()), prefix + "the file is empty; give an ONNX file");
  write_bytes(file.path(), "This is not a model at all, whatever its name says.\n");
  EXPECT_EQ(import_error(file.path()),
            prefix + "this is not an ONNX model, or it is truncated; export or download it again");
  EXPECT_THAT(import_error(file.folder()), HasSubstr("this is not a file; give an ONNX file"));
}

TEST(ImportFile, AnotherProtobufIsNoModel) {
  const TemporaryFile file;
  onnx::TensorProto tensor = ModelBuilder::tensor({1}, Floats{1.0F});
  write_bytes(file.path(), tensor.SerializeAsString());
  EXPECT_THAT(import_error(file.path()), HasSubstr("not an ONNX model"));
  onnx::ModelProto empty;
  empty.set_ir_version(7);
  write_bytes(file.path(), empty.SerializeAsString());
  EXPECT_THAT(import_error(file.path()), HasSubstr("this is not an ONNX model: it holds no graph"));
}

TEST(ImportFile, TruncatedModel) {
  ModelBuilder m = relu_model();
  m.output("y");
  const std::string bytes = m.bytes();
  const TemporaryFile file;
  write_bytes(file.path(), bytes.substr(0, bytes.size() - 3));
  EXPECT_THAT(import_error(file.path()), HasSubstr("it is truncated; export or download it again"));
}

TEST(ImportFile, OpsetsAreSevenToSeventeen) {
  for (const int opset : {7, 9, 13, 17}) {
    ModelBuilder m(opset);
    m.input({0, 3, 4, 4});
    m.node("Relu", {"x"}, "y");
    EXPECT_NO_THROW((void)m.import()) << opset;
  }
  for (const int opset : {0, 6, 18}) {
    ModelBuilder m(opset);
    m.input({0, 3, 4, 4});
    m.node("Relu", {"x"}, "y");
    EXPECT_EQ(m.error(), "the model uses ONNX opset " + std::to_string(opset) +
                             "; export it again with an opset from 7 to 17");
  }
}

TEST(ImportFile, DataInOtherFilesIsRefused) {
  ModelBuilder m;
  m.input({1, 1, 2, 2});
  onnx::TensorProto weights;
  weights.set_data_type(onnx::TensorProto::FLOAT);
  for (const int dim : {1, 1, 1, 1}) weights.add_dims(dim);
  weights.set_data_location(onnx::TensorProto::EXTERNAL);
  auto* entry = weights.add_external_data();
  entry->set_key("location");
  entry->set_value("../../../etc/passwd");
  m.add("w", weights);
  m.node("Conv", {"x", "w"}, "y");
  EXPECT_EQ(m.error(),
            "initializer 'w' keeps its values in another file, which is not supported; save the "
            "model as a single file");
}

TEST(ImportFile, OtherOperatorSetsAndFunctionsAreRefused) {
  ModelBuilder m = relu_model();
  m.graph().mutable_node(0)->set_domain("com.microsoft");
  EXPECT_EQ(m.error(),
            "node 'Relu_y' (Relu) is of operator set 'com.microsoft', which is not supported; "
            "export the model with "
            "standard ONNX operators");
  ModelBuilder f = relu_model();
  f.proto().add_functions()->set_name("f");
  EXPECT_THAT(f.error(), HasSubstr("defines functions"));
}

TEST(ImportFile, InputsAndOutputsMustBeOneImage) {
  ModelBuilder two = relu_model();
  two.input({1, 1, 1, 1}, "z");
  EXPECT_EQ(two.error(), "the model has several inputs ('x' and 'z'); only one image is supported");
  ModelBuilder no_output = relu_model();
  EXPECT_EQ(import_error_of_bytes(no_output.bytes()), "the model has no output");
  ModelBuilder open;
  open.input({0, 3, 0, 4});
  open.node("Relu", {"x"}, "y");
  EXPECT_EQ(
      open.error(),
      "the model's input 'x' leaves dimension 2 open; export the model with a fixed image size");
  ModelBuilder five;
  five.input({1, 3, 4, 4, 4});
  five.node("Relu", {"x"}, "y");
  EXPECT_THAT(five.error(),
              HasSubstr("has 5 dimensions; it must be batch x channels x height x width"));
  ModelBuilder integers = relu_model();
  integers.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
      onnx::TensorProto::UINT8);
  EXPECT_THAT(integers.error(), HasSubstr("export the model with a float32 input"));
  ModelBuilder none;
  none.node("Relu", {none.floats("c", {1}, {1.0F})}, "y");
  EXPECT_EQ(none.error(), "the model has no input");
  ModelBuilder large;
  large.input({1, 1 << 14, 1 << 14, 4});
  large.node("Relu", {"x"}, "y");
  EXPECT_THAT(large.error(), HasSubstr("the limit is 134217728 elements"));
}

TEST(ImportFile, OutputMustDependOnTheInput) {
  ModelBuilder m;
  m.input({1, 1, 1, 1});
  m.node("Identity", {m.floats("c", {1, 1, 1, 1}, {1.0F})}, "y");
  EXPECT_EQ(m.error(), "the model's output 'y' does not depend on its input");
  ModelBuilder missing = relu_model();
  EXPECT_EQ(missing.error("nothing"), "the model's output 'nothing' does not depend on its input");
}

TEST(ImportFile, UnsupportedOperatorsAreNamedWithTheirType) {
  ModelBuilder m;
  m.input({0, 3, 4, 4});
  m.node("Relu", {"x"}, "r");
  m.node("LSTM", {"r"}, "y").proto().set_name("/encoder/lstm");
  EXPECT_EQ(m.error(),
            "node '/encoder/lstm' (LSTM) is of a type that is not supported; docs/networks.md "
            "lists those that are");
  m.graph().mutable_node(1)->clear_name();
  EXPECT_THAT(m.error(), StartsWith("node 'y' (LSTM)"));
}

TEST(ImportFile, ValuesMustBeProducedBeforeAndOnce) {
  ModelBuilder m;
  m.input({0, 3, 4, 4});
  m.node("Relu", {"r"}, "y");
  m.node("Relu", {"x"}, "r");
  EXPECT_EQ(m.error(), "node 'Relu_y' (Relu) reads 'r', which nothing before it produces");
  ModelBuilder loop;
  loop.input({0, 3, 4, 4});
  loop.node("Relu", {"y"}, "y");
  EXPECT_THAT(loop.error(), HasSubstr("which nothing before it produces"));
}

TEST(ImportFile, DamagedTensorsAreNamed) {
  ModelBuilder m;
  m.input({1, 1, 2, 2});
  onnx::TensorProto weights = ModelBuilder::tensor({1, 1, 1, 1}, Floats{1.0F, 2.0F});
  m.add("w", weights);
  m.node("Conv", {"x", "w"}, "y");
  EXPECT_EQ(m.error(),
            "initializer 'w' holds 8 bytes where its shape asks for 4; the file is damaged");
  m.graph().mutable_initializer(0)->set_dims(0, -1);
  EXPECT_THAT(m.error(), HasSubstr("has a dimension of -1"));
  m.graph().mutable_initializer(0)->set_dims(0, 1);
  m.graph().mutable_initializer(0)->set_data_type(onnx::TensorProto::STRING);
  EXPECT_THAT(m.error(), HasSubstr("has element type 8, which is not supported; use float32"));
}

TEST(ImportFile, NamesInMessagesAndReportsArePrintable) {
  ModelBuilder m;
  m.input({0, 3, 4, 4});
  m.node("Relu", {"x"}, "y")
      .proto()
      .set_name(std::string("a\x01\xff") + "b\xc3\xa9" + std::string(1000, 'z'));
  const std::string name = m.import().operators.at(1).name;
  EXPECT_EQ(name.substr(0, 7), "a??b\xc3\xa9z");
  EXPECT_EQ(name.size(), 200u);
}

TEST(ImportFile, Metadata) {
  ModelBuilder m = relu_model();
  const auto set = [&](const std::string& key, const std::string& value) {
    auto* entry = m.proto().add_metadata_props();
    entry->set_key(key);
    entry->set_value(value);
  };
  Network network = m.import();
  EXPECT_FALSE(network.preprocessing.from_model);
  EXPECT_THAT(network.preprocessing.mean, testing::ElementsAre(0.485F, 0.456F, 0.406F));
  EXPECT_THAT(network.preprocessing.stddev, testing::ElementsAre(0.229F, 0.224F, 0.225F));
  EXPECT_THAT(
      network.notes,
      testing::Contains(HasSubstr("ImageNet's values are assumed, mean 0.485 0.456 0.406")));

  set("sd.mean", "0.1, 0.2 0.3");
  EXPECT_EQ(m.error(), "the metadata has 'sd.mean' without 'sd.std'; give both or none");
  set("sd.std", "1 2");
  EXPECT_EQ(m.error(), "the metadata 'sd.std' holds 2 numbers for 3 input channels");
  m.proto().mutable_metadata_props(1)->set_value("1 2 x");
  EXPECT_EQ(m.error(), "the metadata 'sd.std' is '1 2 x', which is no list of numbers");
  m.proto().mutable_metadata_props(1)->set_value("1 2 0");
  EXPECT_THAT(m.error(), HasSubstr("a deviation that is not positive"));
  m.proto().mutable_metadata_props(1)->set_value("1 2 3");
  set("sd.classes", "cat\ndog");
  EXPECT_EQ(m.error(), "the network has 2 class names for 48 outputs");
  m.proto().mutable_metadata_props()->RemoveLast();
  network = m.import();
  EXPECT_TRUE(network.preprocessing.from_model);
  EXPECT_THAT(network.preprocessing.mean, testing::ElementsAre(0.1F, 0.2F, 0.3F));
  EXPECT_THAT(network.preprocessing.stddev, testing::ElementsAre(1.0F, 2.0F, 3.0F));
}

TEST(ImportFile, DefaultPreprocessingForGreyAndForManyChannels) {
  ModelBuilder grey;
  grey.input({0, 1, 4, 4});
  grey.node("Relu", {"x"}, "y");
  const Network network = grey.import();
  EXPECT_THAT(network.preprocessing.mean, testing::ElementsAre(0.5F));
  EXPECT_THAT(network.preprocessing.stddev, testing::ElementsAre(0.5F));
  EXPECT_THAT(network.notes, testing::Contains(HasSubstr("mean 0.5, deviation 0.5")));
  ModelBuilder many;
  many.input({0, 5, 4, 4});
  many.node("Relu", {"x"}, "y");
  EXPECT_THAT(many.import().preprocessing.stddev, testing::Each(1.0F));
}

}  // namespace
}  // namespace sd::graph
