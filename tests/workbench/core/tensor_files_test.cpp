#include "tensor_files.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>

#include "sdengine/pack/rebuilt.hpp"
#include "small_model.hpp"
#include "temporary_folder.hpp"

namespace sd::core {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::TemporaryFolder;
using test::text_of;
using testing::HasSubstr;

const Observer silent;

/// The values of a .npy file, which begin after a header whose length it tells.
template <typename Value>
std::vector<Value> values_of(const fs::path& file) {
  const std::string bytes = text_of(file);
  const std::size_t begin =
      10 + static_cast<unsigned char>(bytes.at(8)) + 256U * static_cast<unsigned char>(bytes.at(9));
  std::vector<Value> values((bytes.size() - begin) / sizeof(Value));
  std::memcpy(values.data(), bytes.data() + begin, bytes.size() - begin);
  return values;
}

TEST(FileStem, HoldsOnlyWhatEveryFileSystemTakes) {
  EXPECT_EQ(file_stem(7, "block/conv:1"), "007_block_conv_1");
  EXPECT_EQ(file_stem(0, "../../etc/passwd"), "000_.._.._etc_passwd");
  EXPECT_EQ(file_stem(3, ""), "003");
  EXPECT_EQ(file_stem(3, "///"), "003");
  EXPECT_EQ(file_stem(12, "caf\xC3\xA9\n"), "012_caf_");
  EXPECT_EQ(file_stem(1, std::string(500, 'x')).size(), 80U);
  EXPECT_NE(file_stem(1, "a/b"), file_stem(2, "a:b"));
}

TEST(TensorFiles, TogetherGiveTheWeightsThatTheHardwareRebuilds) {
  const TemporaryFolder folder;
  const pack::PackedModel model = test::small_packed_model();
  Stages stages(silent, {});
  const auto files = write_tensors(model, folder.path() / "t", stages);
  std::map<std::string, TensorFile> by_name;
  for (const TensorFile& file : files) {
    EXPECT_TRUE(fs::exists(folder.path() / "t" / file.file)) << file.file;
    by_name[file.file] = file;
  }
  const fs::path point = folder.path() / "t" / "002_point";
  const auto ce = values_of<float>(point.string() + ".ce.npy");
  const auto basis = values_of<std::int8_t>(point.string() + ".basis.npy");
  const auto scale = values_of<float>(point.string() + ".filter_scale.npy");
  const auto weight_scale = values_of<float>(point.string() + ".weight_scale.npy");
  const auto weights = values_of<std::int8_t>(point.string() + ".weights.npy");
  const std::vector<std::size_t>& shape = by_name.at("002_point.ce.npy").shape;
  ASSERT_EQ(shape.size(), 3U);
  const std::size_t rows = shape[1], rank = shape[2], columns = 3, channels = 4;
  ASSERT_EQ(ce.size(), 6 * rows * rank);
  for (std::size_t m = 0; m < 6; ++m) {
    for (std::size_t c = 0; c < channels; ++c) {
      double product = 0;
      for (std::size_t j = 0; j < rank; ++j)
        product += static_cast<double>(ce[(m * rows + c / columns) * rank + j]) *
                   basis[(m * rank + j) * columns + c % columns];
      // Rounded to the integer grid by the hardware: within half a step.
      EXPECT_NEAR(product * scale[m],
                  static_cast<double>(weights[m * channels + c]) * weight_scale[m],
                  0.5001 * weight_scale[m]);
    }
  }
  // Codes and coefficients say the same.
  const auto codes = values_of<std::int8_t>(point.string() + ".codes.npy");
  for (std::size_t i = 0; i < codes.size(); ++i) EXPECT_EQ(ce[i], decompose::value_of(codes[i]));
  // A dense layer has weights and output stages only.
  EXPECT_TRUE(by_name.contains("004_fc.weights.npy"));
  EXPECT_FALSE(by_name.contains("004_fc.codes.npy"));
  EXPECT_EQ(values_of<std::int32_t>(folder.path() / "t/004_fc.bias.npy").size(), 3U);
}

TEST(TensorFiles, HaveAnIndex) {
  const TemporaryFolder folder;
  Stages stages(silent, {});
  const auto files = write_tensors(test::small_packed_model(), folder.path() / "t/", stages);
  const auto index = nlohmann::json::parse(text_of(folder.path() / "t/tensors.json"));
  ASSERT_EQ(index.at("tensors").size(), files.size());
  EXPECT_EQ(index.at("tensors").at(0).at("file"), files[0].file);
  EXPECT_EQ(index.at("tensors").at(0).at("layer"), "block/conv:1");
  EXPECT_EQ(index.at("tensors").at(0).at("shape").get<std::vector<std::size_t>>(), files[0].shape);
}

TEST(TensorFiles, ReplaceOnlyTheirOwnFolder) {
  const TemporaryFolder folder;
  Stages stages(silent, {});
  const fs::path target = folder.path() / "t";
  const pack::PackedModel model = test::small_packed_model();
  (void)write_tensors(model, target, stages);
  folder.write("t/099_gone.codes.npy", "from an older model");
  (void)write_tensors(model, target, stages);
  EXPECT_FALSE(fs::exists(target / "099_gone.codes.npy"));

  folder.write("t/letter.txt", "mine");
  EXPECT_THAT(message_of<InputError>([&] { (void)write_tensors(model, target, stages); }),
              testing::AllOf(HasSubstr("holds files that smartdeal did not write"),
                             HasSubstr("give a new folder")));
  EXPECT_EQ(text_of(target / "letter.txt"), "mine");
  folder.write("file", "");
  EXPECT_THAT(message_of<InputError>([&] { check_tensor_folder(folder.path() / "file"); }),
              HasSubstr("not a folder"));
  EXPECT_THAT(message_of<InputError>([&] { check_tensor_folder(folder.path() / "no/where"); }),
              HasSubstr("No such file"));
  fs::create_directory(folder.path() / "empty");
  EXPECT_EQ(message_of<InputError>([&] { check_tensor_folder(folder.path() / "empty"); }), "");
}

}  // namespace
}  // namespace sd::core
