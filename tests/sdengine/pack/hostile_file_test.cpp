// Packed files that are cut, damaged or made to do harm: an error in words, never a crash.
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "file_editor.hpp"
#include "shared_bases.hpp"

namespace sd::pack {
namespace {

using ::testing::HasSubstr;
using testing::Json;
using testing::NetworkBuilder;
using testing::Pieces;
using testing::ranges;
using testing::read_text;
using testing::square;
using ::testing::ThrowsMessage;
using testing::with_length;

/// op1: convolution with shared bases, op2: dense 1x1, op3: add, op4: dense fully connected.
const std::string& file() {
  static const std::string bytes = [] {
    NetworkBuilder b({2, 5, 5}, 1);
    const int x = b.convolution(0, 5, square(3, 1, 1));
    b.fully_connected(b.add(x, b.convolution(x, 5, square(1))), 3);
    graph::Network network = b.network();
    auto choices = testing::share_all(network, {3, 4, 3, 4, 2}, 3);
    choices[2].decomposition.reset();
    choices[4].decomposition.reset();
    return to_bytes(pack(network, choices, ranges(network, 30)), {"a.onnx", "", "{}", "1", "test"});
  }();
  return bytes;
}

/// Reading either throws FileError or gives a model that can be written again.
void expect_survives(const std::string& bytes) {
  try {
    const SdFile read = read_text(bytes);
    (void)to_bytes(read.model, read.provenance);
  } catch (const FileError& error) {
    EXPECT_THAT(error.what(), ::testing::StartsWith("packed file 'model.sd': "));
  }
}

TEST(HostileFile, CutAtEveryLength) {
  for (std::size_t size = 0; size < file().size(); ++size)
    EXPECT_THROW((void)read_text(file().substr(0, size)), FileError) << size;
  EXPECT_THROW((void)read_text(file() + '\0'), FileError);
}

TEST(HostileFile, EveryChangedBitIsSeenByTheChecksum) {
  std::mt19937_64 random(1);
  for (std::size_t byte = 0; byte < file().size(); ++byte) {
    std::string bytes = file();
    bytes[byte] = static_cast<char>(bytes[byte] ^ 1 << random() % 8);
    EXPECT_THROW((void)read_text(bytes, Checksum::verify), FileError) << byte;
  }
  std::string bytes = file();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  EXPECT_THAT([&] { (void)read_text(bytes, Checksum::verify); },
              ThrowsMessage<FileError>(HasSubstr(
                  "packed file 'model.sd': its checksum does not agree with its content")));
}

TEST(HostileFile, ChangedBytesThatTheChecksumDoesNotGuard) {
  std::mt19937_64 random(2);
  for (std::size_t byte = 0; byte < file().size(); ++byte) {
    std::string bytes = file();
    bytes[byte] = static_cast<char>(bytes[byte] ^ 1 << random() % 8);
    expect_survives(bytes);
  }
  for (int k = 0; k < 2000; ++k) {
    std::string bytes = file();
    for (int change = 0; change < 4; ++change)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    expect_survives(bytes);
  }
}

TEST(HostileFile, LengthsOfHeaders) {
  const auto with = [](std::uint64_t length, const std::string& rest) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(length >> (8 * i) & 0xFF);
    return bytes + rest;
  };
  for (const std::uint64_t length :
       {std::uint64_t{1} << 63, ~std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{1} << 32})
    EXPECT_THAT([&] { (void)read_text(with(length, "{}")); },
                ThrowsMessage<FileError>(HasSubstr("its header would have")))
        << length;
  EXPECT_THAT([&] { (void)read_text(with(0, "")); },
              ThrowsMessage<FileError>(HasSubstr("the header is not valid JSON")));
}

TEST(HostileFile, JsonThatIsDeepOrDoubled) {
  const auto expect = [](const std::string& header, const char* text) {
    EXPECT_THAT([&] { (void)read_text(with_length(header, "")); },
                ThrowsMessage<FileError>(HasSubstr(text)));
  };
  expect(std::string(1'000'000, '['), "the header is nested deeper than 3 levels");
  std::string deep;
  for (int k = 0; k < 100'000; ++k) deep += "{\"a\":";
  expect(deep, "the header is nested deeper than 3 levels");
  expect("[]", "the header must be a JSON object");
  expect(R"({"a":1,"a":2})", "the header has the key \"a\" twice");
  expect(R"({"a":1e999})", "the header has a number that is too large");
  expect("{\"a\":\"\xff\"}", "the header is not valid JSON");
  expect("{}", "the header has no '__metadata__'; this is not a packed model");
  expect(R"({"__metadata__":{"format":"pt"}})", "not one of a packed model");
  expect(R"({"__metadata__":{"format":1}})", "metadata \"format\" is not a text");
  expect(R"({"__metadata__":{}})", "the metadata have no 'format'");
}

TEST(HostileFile, NamesWhatIsWrong) {
  EXPECT_NO_THROW((void)read_text(Pieces(file()).bytes()));
  const auto expect = [](const std::function<void(Pieces&)>& change, const std::string& text) {
    Pieces pieces(file());
    change(pieces);
    EXPECT_THAT([&] { (void)read_text(pieces.bytes()); },
                ThrowsMessage<FileError>(HasSubstr(text)));
  };
  const auto in_network = [&](const std::function<void(Json&)>& change, const std::string& text) {
    expect([&](Pieces& p) { p.edit("network", change); }, text);
  };
  const auto in_layers = [&](const std::function<void(Json&)>& change, const std::string& text) {
    expect([&](Pieces& p) { p.edit("layers", change); }, text);
  };
  const auto in_metadata = [&](const char* key, const Json& value, const std::string& text) {
    expect([&](Pieces& p) { p.header["__metadata__"][key] = value; }, text);
  };

  // Header and tensors' places.
  expect(
      [](Pieces& p) {
        p.header["bias"]["data_offsets"] = {0, 52};
      },
      "starts where another one does");
  expect([](Pieces& p) { p.header["bias"]["data_offsets"][0] = 1; },
         "tensor \"bias\" has 13 elements of type I32 in");
  expect(
      [](Pieces& p) {
        p.header["basis"]["data_offsets"][0] = p.start_of("basis") - 1;
        p.header["basis"]["shape"][0] = p.header["basis"]["shape"][0].get<int>() + 1;
      },
      "tensor \"basis\" starts at byte");
  expect([](Pieces& p) { p.header["codes"]["data_offsets"][1] = 1 << 30; },
         "tensor \"codes\" ends at byte 1073741824 of the data, of which there are");
  expect(
      [](Pieces& p) {
        p.header["codes"]["data_offsets"] = {-1, 5};
      },
      "something else than integers from 0 on in 'data_offsets'");
  expect(
      [](Pieces& p) {
        p.header["codes"]["data_offsets"] = {9, 5};
      },
      "must have a begin and an end in 'data_offsets'");
  expect([](Pieces& p) { p.header["codes"]["data_offsets"] = {1}; },
         "must have a begin and an end in 'data_offsets'");
  expect([](Pieces& p) { p.header["codes"]["shape"] = {18446744073709551615ULL}; },
         "tensor \"codes\" has 18446744073709551615 elements of type U8 in");
  expect(
      [](Pieces& p) {
        p.header["codes"]["shape"] = {1, 1};
      },
      "tensor \"codes\" has 2 dimensions; it must have 1");
  expect([](Pieces& p) { p.header["codes"]["shape"] = 1; },
         "tensor \"codes\" has no array 'shape'");
  expect([](Pieces& p) { p.header["codes"]["dtype"] = "F64"; },
         "tensor \"codes\" is of type \"F64\"; a packed model has");
  expect([](Pieces& p) { p.header["codes"].erase("dtype"); }, "tensor \"codes\" must have 'dtype'");
  expect([](Pieces& p) { p.header["codes"]["extra"] = 1; }, "tensor \"codes\" must have 'dtype'");
  expect([](Pieces& p) { p.header["codes"] = 1; },
         "tensor \"codes\" is not described by an object");
  expect([](Pieces& p) { p.data += '\0'; }, "the tensors end at byte");
  expect(
      [](Pieces& p) {
        p.header["zero"] = {{"dtype", "U8"}, {"shape", {0}}, {"data_offsets", {0, 0}}};
      },
      "tensor \"zero\" has no elements; it must be left out");
  expect(
      [](Pieces& p) {
        const std::size_t end = p.data.size();
        p.header["more"] = {{"dtype", "U8"}, {"shape", {1}}, {"data_offsets", {end, end + 1}}};
        p.data += '\0';
      },
      "format version 1 knows no tensor of the name 'more'");
  expect([](Pieces& p) { p.header["bias"]["dtype"] = "F32"; },
         "tensor 'bias' is of type F32; it must be I32");
  expect(
      [](Pieces& p) {
        p.header["basis_"] = p.header["basis"];
        p.header.erase("basis");
      },
      "there is no tensor 'basis', which the layers need");

  // Metadata.
  in_metadata("format_version", "2", "its format version is 2, and this program reads up to 1");
  in_metadata("format_version", "one", "its format version is 'one'");
  in_metadata("format_version", "-1", "its format version is '-1'");
  in_metadata("format_version", "99999999999999", "its format version is '99999999999999'");
  in_metadata("settings", "{", "'settings' is not valid JSON");
  in_metadata("source_sha256", "0", "'source_sha256' must be empty or 64 hexadecimal digits");
  in_metadata("more", "", "the metadata have a text 'more' that format version 1 does not know");
  in_metadata("network", "{}", "network has no 'name'");
  in_metadata("network", "[]", "network must be a JSON object");
  in_metadata("network", std::string(100'000, '['), "metadata 'network' is nested deeper");
  in_metadata("layers", "{}", "layers has no 'operator'");

  // The graph.
  in_network([](Json& n) { n["operators"] = Json::array(); }, "the network has no operators");
  in_network([](Json& n) { n["more"] = 1; }, "network has a field \"more\" that format version 1");
  in_network([](Json& n) { n["operators"][1]["more"] = 1; },
             "network.operators[1] has a field \"more\"");
  in_network([](Json& n) { n["operators"][1]["kind"] = "deconvolution"; },
             "operator 1 of the network is of an unknown kind, 'deconvolution'");
  in_network(
      [](Json& n) {
        n["operators"][1]["output"] = {1, 2};
      },
      "network.operators[1]: 'output' has 2 elements; it must have 3");
  in_network(
      [](Json& n) {
        n["operators"][1]["output"] = {1 << 28, 1 << 28, 1 << 28};
      },
      "operator 'op1' (convolution) has an output of shape");
  in_network([](Json& n) { n["operators"][1]["output"][0] = 1 << 28; },
             "it must have 1 to 268435456 elements");
  in_network(
      [](Json& n) {
        n["operators"][1]["output"][0] = 1 << 23;
        n["operators"][1]["kernel"] = {200, 3};
        n["operators"][1]["pads"] = {100, 1, 99, 1};
      },
      "operator 'op1' (convolution) has more than 1073741824 weights");
  in_network([](Json& n) { n["operators"][1]["output"][0] = 1e10; },
             "'output' must be an array of integers of 32 bits");
  in_network([](Json& n) { n["operators"][1]["output"][0] = 10'000'000'000; },
             "'output' must be an array of integers of 32 bits");
  in_network([](Json& n) { n["operators"][1]["kernel"] = {0, 3}; }, "in its kernel, stride");
  in_network([](Json& n) { n["operators"][1]["kernel"] = {70000, 3}; }, "in its kernel, stride");
  in_network([](Json& n) { n["operators"][1]["groups"] = 0; }, "has 0 groups");
  in_network([](Json& n) { n["operators"][1]["relu"] = 1; }, "'relu' must be true or false");
  in_network([](Json& n) { n["operators"][1]["clip_upper"] = "6"; },
             "'clip_upper' must be a number");
  in_network([](Json& n) { n["operators"][1]["inputs"] = {4}; }, "reads operator 4");
  in_network([](Json& n) { n["operators"][3]["name"] = "op1"; },
             "the network has an operator's name, 'op1', twice");
  in_network([](Json& n) { n["operators"][3]["name"] = ""; }, "'', that is empty");
  in_network([](Json& n) { n["outputs"] = {5}; }, "operator 5 as");
  in_network([](Json& n) { n["outputs"] = Json::array(); }, "output");
  in_network([](Json& n) { n["mean"] = {0}; }, "has 1 means and 2 deviations for 2 input channels");
  in_network([](Json& n) { n["std"] = {0, 1}; }, "a deviation of 0; it must be above 0");
  in_network([](Json& n) { n["mean"] = {1e300, 1}; }, "'mean' has a number beyond float's range");
  in_network(
      [](Json& n) {
        n["output_tensors"] = {{{"name", "a"}, {"dims", {1}}}, {{"name", "b"}, {"dims", {1}}}};
      },
      "the network names 2 tensors for 1 outputs");
  in_network([](Json& n) { n["input_dims"] = {18446744073709551615ULL}; },
             "'input_dims' must be an array of integers of 64 bits");

  // The layers.
  in_layers(
      [](Json& l) {
        l["operator"] = {1, 2};
      },
      "layers: 'operator' must list the operators with weights");
  in_layers([](Json& l) { l["rank"].push_back(1); },
            "layers: 'rank' has 4 elements; it must have 3");
  in_layers([](Json& l) { l["relative_error"].push_back(1); },
            "layers: 'relative_error' has 4 elements; it must have 3");
  in_layers([](Json& l) { l["more"] = 1; }, "layers has a field \"more\"");
  in_layers([](Json& l) { l["dense"][0] = 2; }, "layers: 'dense' has 2; it must be 0 or 1");
  in_layers([](Json& l) { l["dense"][0] = 1; }, "tensor 'dense_weights' has");
  in_layers([](Json& l) { l["rank"][0] = 17; }, "has rank = 17; 1 to 16 is allowed");
  in_layers([](Json& l) { l["rank"][0] = 16; }, "tensor 'codes' has");
  in_layers([](Json& l) { l["rank"][0] = 2; }, "tensor ");
  in_layers([](Json& l) { l["levels"][0] = 0; }, "has levels = 0; 1 to 15 is allowed");
  in_layers([](Json& l) { l["columns"][2] = 65; }, "has columns = 65; 1 to 64 is allowed");
  in_layers([](Json& l) { l["slice_rows"][0] = -1; }, "has slice_rows = -1");
  in_layers([](Json& l) { l["slice_rows"][0] = 1; }, "tensor 'basis' has");
  in_layers([](Json& l) { l["filters_per_basis"][0] = 0; }, "has filters_per_basis = 0");
  in_layers([](Json& l) { l["filters_per_basis"][0] = 5; }, "tensor 'basis' has");
  in_layers([](Json& l) { l["own_stages"][0] = 1; },
            "there is no tensor 'stage_multiplier', which the layers need");
  in_layers([](Json& l) { l["float_bias"][0] = 1; },
            "there is no tensor 'float_bias', which the layers need");
  in_layers([](Json& l) { l["float_bias"][0] = -1; }, "layers: 'float_bias' has -1");

  // The arrays.
  expect([](Pieces& p) { p.set_float("weight_scale", 0, NAN); },
         "needs a requantisation factor of nan");
  expect([](Pieces& p) { p.set_float("weight_scale", 0, -1); },
         "needs a requantisation factor of -");
  expect([](Pieces& p) { p.set_float("weight_scale", 0, 0); },
         "has a weight scale of 0; it must be above 0");
  expect([](Pieces& p) { p.set_float("activation_scale", 0, INFINITY); },
         "operator 'op1' (convolution) needs a requantisation factor of inf");
  expect([](Pieces& p) { p.set_float("activation_scale", 3, 0); },
         "operator 'op3' (add) has an activation scale of 0; it must be above 0");
  expect(
      [](Pieces& p) {
        for (std::size_t k = 0; k < 3; ++k) p.data[p.start_of("codes") + k] = '\0';
      },
      "tensor 'codes' has a row of zeros in the layer of operator 'op1'");
  expect([](Pieces& p) { p.data[p.start_of("codes")] = '\x08'; }, "tensor 'codes' has the code 8");
  expect([](Pieces& p) { p.data[p.start_of("codes")] = '\x05'; }, "tensor 'codes' has the code 5");
  expect([](Pieces& p) { p.data[p.start_of("row_index") + 3] ^= '\x40'; }, "tensor 'codes' has");
  expect(
      [](Pieces& p) {
        char& last = p.data[p.start_of("rebuild_shift") + 2];
        last = static_cast<char>(last | 0x70);
      },
      "tensor 'rebuild_shift' has bits that are not zero after the last field of a layer");
  expect([](Pieces& p) { p.data[p.start_of("elementwise_shift") + 3] = '\x30'; },
         "operator 'op3' (add) has a shift of 48; 0 to 47 is allowed");
  expect([](Pieces& p) { p.data[p.start_of("elementwise_multiplier") + 1] = '\xff'; },
         "operator 'op3' (add) has a multiplier of -");
}

TEST(HostileFile, ChecksumsThatAreNone) {
  Pieces pieces(file());
  const std::string digits = pieces.header["__metadata__"]["sha256"];
  pieces.header["__metadata__"]["sha256"] = "abc";
  EXPECT_THAT([&] { (void)read_text(pieces.bytes(), Checksum::verify); },
              ThrowsMessage<FileError>(HasSubstr("metadata 'sha256' is not a checksum")));
  pieces.header["__metadata__"]["sha256"] = digits;
  pieces.header["__metadata__"]["tool"] = digits;
  EXPECT_THAT([&] { (void)read_text(pieces.bytes(), Checksum::verify); },
              ThrowsMessage<FileError>(HasSubstr("'sha256' does not stand in the header once")));
}

}  // namespace
}  // namespace sd::pack
