// The packed file: what is written comes back, the same bytes every time, of the size that the
// report says.
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "equal_models.hpp"
#include "file_editor.hpp"
#include "sdengine/decompose/storage.hpp"
#include "shared_bases.hpp"

namespace sd::pack {
namespace {

namespace fs = std::filesystem;
using testing::expect_equal;
using ::testing::HasSubstr;
using testing::Json;
using testing::NetworkBuilder;
using testing::Pieces;
using testing::random_network;
using testing::ranges;
using testing::read_text;
using testing::square;
using ::testing::ThrowsMessage;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("sd_file_test." + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

Provenance provenance() {
  return {"net.onnx", std::string(64, 'a'), R"({"rank":4,"target":{"ratio":10.5}})", "0.1.0",
          "smartdeal decompose"};
}

/// A random model; every other one with all that a network can say of itself.
PackedModel random_model(std::uint64_t seed) {
  graph::Network network = random_network(seed);
  const int filters_per_basis = 1 + static_cast<int>(seed % 4);
  const auto choices = testing::share_all(
      network,
      {2 + static_cast<int>(seed % 3), 1 + static_cast<int>(seed % 7), 3, 8, filters_per_basis},
      seed, seed % 3 == 0 ? 2 : 5);
  if (seed % 2 == 0) {
    const std::size_t last = network.operators.size() - 1;
    network.preprocessing.mean.assign(network.preprocessing.mean.size(), 0.485F);
    network.preprocessing.stddev.assign(network.preprocessing.mean.size(), 1.0F / 3);
    network.preprocessing.from_model = true;
    network.class_names.assign(network.operators[last].output.elements(), "Käfer \"7\"\n");
    network.notes = {"cut after 'x'", ""};
    network.outputs = {static_cast<int>(last), 1};
    network.output_tensors = {{"scores", {0, 5}}, {"boxes", {1, -1, 1'000'000'000'000}}};
    network.input_dims = {0, 3, 8, 8};
    network.postprocessing = std::string("\0\x01\xff tail", 8);
  }
  PackedModel model = pack(network, choices, ranges(network));
  for (std::size_t i = 0; i < model.layers.size(); ++i)
    if (seed % 4 == 2 && model.layers[i] && i % 2 == 0)
      model.layers[i]->float_bias.assign(model.layers[i]->stages.size(),
                                         static_cast<std::int16_t>(-300 * static_cast<int>(i)));
  return model;
}

TEST(SdFile, PackThenUnpackIsTheIdentity) {
  std::set<graph::OperatorKind> kinds;
  for (std::uint64_t seed = 200; seed < 240; ++seed) {
    const PackedModel model = random_model(seed);
    for (const graph::Operator& op : model.network.operators) kinds.insert(op.kind);
    const std::string bytes = to_bytes(model, provenance());
    const SdFile read = read_text(bytes, Checksum::verify);
    expect_equal(model, read.model);
    EXPECT_EQ(read.provenance, provenance());
    EXPECT_EQ(read.version, format_version);
    EXPECT_EQ(read.bytes, static_cast<std::int64_t>(bytes.size()));
    EXPECT_EQ(to_bytes(read.model, read.provenance), bytes) << seed;
    if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_EQ(kinds.size(), 10U) << "a kind of operator does not occur in the random networks";
}

TEST(SdFile, FieldsThatNoPackingMakesComeBackToo) {
  PackedModel model = random_model(201);
  bool changed = false;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    model.elementwise[i].shift = static_cast<std::uint8_t>(i);
    if (!model.layers[i]) continue;
    // Stages that do not follow from the scales, such as tuned ones.
    for (OutputStage& stage : model.layers[i]->stages) stage.multiplier ^= 5;
    model.layers[i]->stages.back().shift = 47;
    model.network.operators[i].window.count_include_pad = true;
    changed = true;
  }
  ASSERT_TRUE(changed);
  const std::string bytes = to_bytes(model, {});
  expect_equal(model, read_text(bytes).model);
  EXPECT_TRUE(Pieces(bytes).header.contains("stage_multiplier"));
  EXPECT_FALSE(Pieces(to_bytes(random_model(201), {})).header.contains("stage_multiplier"));
}

TEST(SdFile, SizeIsWhatTheStorageReportSays) {
  for (std::uint64_t seed = 240; seed < 260; ++seed) {
    PackedModel model = random_model(seed);
    if (seed % 4 == 0)
      for (auto& layer : model.layers)
        if (layer) layer->stages[0].multiplier ^= 1;
    const StorageReport report = storage_report(model, provenance());
    const auto bits = static_cast<std::int64_t>(to_bytes(model, provenance()).size() * 8);
    // Three bit streams of each layer end inside a byte.
    EXPECT_GE(bits, report.bits_file()) << seed;
    EXPECT_LE(bits, report.bits_file() + 3 * 7 * static_cast<std::int64_t>(model.layers.size()));
    EXPECT_NEAR(static_cast<double>(report.bits_file()) / static_cast<double>(bits), 1, 0.02);
    std::int64_t packed = 0;
    for (const auto& layer : model.layers) packed += layer ? layer->bits_packed() : 0;
    EXPECT_EQ(report.bits_packed(), packed);
  }
}

TEST(SdFile, OverheadVanishesInANetworkOfRealSize) {
  NetworkBuilder b({64, 8, 8}, 1);
  int x = b.convolution(0, 128, square(3, 1, 1));
  x = b.convolution(x, 256, square(3, 1, 1));
  b.convolution(x, 256, square(3, 1, 1));
  graph::Network network = b.network();
  std::vector<LayerChoice> choices(network.operators.size());
  std::int64_t decomposed = 0;
  for (std::size_t i = 1; i < choices.size(); ++i) {
    // 64 filters a basis: few bases to quantise, so that the test stays short.
    choices[i].decomposition = testing::random_decomposition(
        weight_shape(network, static_cast<int>(i)), {2, 3, 3, 4096, 64}, i);
    testing::adopt(network.operators[i], *choices[i].decomposition);
    decomposed += decompose::packed_bits(*choices[i].decomposition).total();
  }
  const PackedModel model = pack(network, choices, ranges(network, 1000));
  const std::string bytes = to_bytes(model, provenance());
  EXPECT_EQ(storage_report(model, provenance()).bits_packed(), decomposed);
  EXPECT_NEAR(static_cast<double>(bytes.size()) * 8 / static_cast<double>(decomposed), 1, 0.02);
}

TEST(SdFile, TheLayoutIsThatOfSafetensors) {
  for (std::uint64_t seed = 260; seed < 268; ++seed) {
    const std::string bytes = to_bytes(random_model(seed), provenance());
    const Pieces pieces(bytes);
    const std::size_t header = bytes.size() - pieces.data.size() - 8;
    EXPECT_EQ(header % 8, 0U);
    EXPECT_EQ(bytes[8], '{');
    for (const auto& [key, value] : pieces.header["__metadata__"].items())
      EXPECT_TRUE(value.is_string()) << key;
    const std::map<std::string, std::size_t> sizes = {
        {"F32", 4}, {"I32", 4}, {"I16", 2}, {"I8", 1}, {"U8", 1}};
    std::size_t position = 0;
    for (const auto& [name, tensor] : pieces.header.items()) {
      if (name == "__metadata__") continue;
      EXPECT_EQ(tensor.size(), 3U);
      const std::size_t begin = tensor["data_offsets"][0], end = tensor["data_offsets"][1];
      const std::size_t size = sizes.at(tensor["dtype"]);
      EXPECT_EQ(begin, position) << name;
      EXPECT_EQ(begin % size, 0U) << name;
      EXPECT_EQ(tensor["shape"][0].get<std::size_t>() * size, end - begin) << name;
      EXPECT_GT(end, begin) << name;
      position = end;
    }
    EXPECT_EQ(position, pieces.data.size());
  }
}

TEST(SdFile, TheChecksumIsSha256WithItsOwnDigitsAsZeros) {
  std::string bytes = to_bytes(random_model(270), provenance());
  const std::string digits = Pieces(bytes).header["__metadata__"]["sha256"].get<std::string>();
  bytes.replace(bytes.find(digits), 64, std::string(64, '0'));
  unsigned char digest[32];
  unsigned size = 0;
  ASSERT_EQ(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr), 1);
  std::string expected;
  for (const unsigned char byte : digest) {
    expected += "0123456789abcdef"[byte >> 4];
    expected += "0123456789abcdef"[byte & 15];
  }
  EXPECT_EQ(digits, expected);
}

TEST(SdFile, SavesAndLoads) {
  const Folder folder;
  const PackedModel model = random_model(280);
  save(random_model(281), {}, folder / "a.sd");  // is replaced
  save(model, provenance(), folder / "a.sd");
  const SdFile read = load(folder / "a.sd");
  expect_equal(model, read.model);
  EXPECT_EQ(read.bytes, static_cast<std::int64_t>(fs::file_size(folder / "a.sd")));
  EXPECT_EQ(folder.files(), 1U);
  EXPECT_TRUE(looks_like_sd_file(folder / "a.sd"));
  std::ofstream(folder / "b.onnx") << "\x08\x07\x12\x04test, and some more bytes of an ONNX file";
  EXPECT_FALSE(looks_like_sd_file(folder / "b.onnx"));
  EXPECT_FALSE(looks_like_sd_file(folder / "none"));
  EXPECT_FALSE(looks_like_sd_file(folder / "."));
}

template <typename Error = FileError>
void expect_error(const std::function<void()>& act, const std::string& text) {
  EXPECT_THAT(act, ThrowsMessage<Error>(HasSubstr(text)));
}

TEST(SdFile, SaysWhyAFileCannotBeWritten) {
  const Folder folder;
  const fs::path file = folder / "a.sd";
  const PackedModel good = random_model(282);
  const auto with = [&](const std::function<void(PackedModel&, Provenance&)>& change) {
    PackedModel model = good;
    Provenance p = provenance();
    change(model, p);
    return [model, p, file] { save(model, p, file); };
  };
  expect_error(with([](auto&, auto& p) { p.settings = "{"; }),
               "cannot write '" + file.string() + "': 'settings' is not valid JSON at its byte 2");
  expect_error(with([](auto&, auto& p) { p.source_sha256 = "sha256:1"; }),
               "'source_sha256' must be empty or 64 hexadecimal digits");
  expect_error(with([](auto&, auto& p) { p.source_name = "\xff"; }),
               "'source_name' has a text that is not UTF-8; rename it");
  expect_error(with([](auto& m, auto&) { m.network.operators[1].name = "\xff"; }),
               "a name, class name or note that is not UTF-8");
  expect_error(with([](auto& m, auto&) { m.network.preprocessing.mean[0] = NAN; }),
               "the network has mean = nan; it must be finite");
  expect_error(with([](auto& m, auto&) { m.network.operators[1].clip_upper = INFINITY; }),
               "the network has clip_upper = inf");
  expect_error(with([](auto& m, auto&) { m.network.operators[1].weights = {1}; }),
               "operator 'op1' has float weights, which a packed model does not keep");
  expect_error(with([](auto& m, auto&) { m.layers[1]->relative_error = NAN; }),
               "operator 'op1' has a relative error of nan");
  expect_error<PackError>(with([](auto& m, auto&) { m.activation_scale[0] = 0; }),
                          "has an activation scale of 0");
  expect_error([&] { save(good, {}, folder / "none/a.sd"); }, "No such file or directory; check");
  EXPECT_EQ(folder.files(), 0U);
  fs::create_directory(file);
  expect_error([&] { save(good, {}, file); }, "cannot write '" + file.string() + "': ");
  EXPECT_EQ(folder.files(), 1U) << "a partial file stays";
}

TEST(SdFile, RefusesDenseWeightsInThePadding) {
  NetworkBuilder b({4, 1, 1}, 1);
  b.fully_connected(0, 2);  // rows of 3 channels: two elements of padding
  const graph::Network network = b.network();
  PackedModel model = pack(network, std::vector<LayerChoice>(2), ranges(network));
  model.layers[1]->dense_weights[5] = 1;
  expect_error([&] { (void)to_bytes(model, {}); },
               "operator 'op1' has a dense weight that is not zero where its matrix is padded");
}

TEST(SdFile, SaysWhyAFileCannotBeOpened) {
  const Folder folder;
  expect_error([&] { (void)load(folder / "none.sd"); },
               "cannot read '" + (folder / "none.sd").string() + "': No such file or directory");
  expect_error([&] { (void)load(folder / "."); }, "it is not a file");
  std::ofstream(folder / "empty.sd").flush();
  expect_error([&] { (void)load(folder / "empty.sd"); }, "it is empty");
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  expect_error([&] { (void)load(folder / "pipe"); }, "it is not a file");
  std::ofstream(folder / "short.sd") << "sd";
  expect_error([&] { (void)load(folder / "short.sd"); },
               "packed file '" + (folder / "short.sd").string() + "': it has 2 bytes, too few");
}

}  // namespace
}  // namespace sd::pack
