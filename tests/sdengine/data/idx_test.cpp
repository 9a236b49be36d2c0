#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record_files.hpp"
#include "sdengine/data/dataset.hpp"
#include "temporary_folder.hpp"

namespace sd::data {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class Idx : public testing::Test {
 protected:
  [[nodiscard]] fs::path images() const { return folder_.path() / "t10k-images-idx3-ubyte"; }
  [[nodiscard]] fs::path labels() const { return folder_.path() / "t10k-labels-idx1-ubyte"; }

  void write(const std::string& image_bytes, const std::string& label_bytes) {
    write_bytes(images(), image_bytes);
    write_bytes(labels(), label_bytes);
  }

  [[nodiscard]] std::string error() const {
    try {
      (void)open_idx(images(), labels());
    } catch (const DataError& e) {
      return e.what();
    }
    return "no error";
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Idx, ReadsImagesRoundRobinOverTheClasses) {
  write(idx_images(6), idx_labels({3, 3, 0, 3, 0, 1}));
  const auto set = open_idx(images(), labels());
  ASSERT_EQ(set->size(), 6u);
  EXPECT_THAT(set->class_names(), ElementsAre("0", "1", "2", "3"));
  std::vector<int> order, of;
  for (std::size_t i = 0; i < set->size(); ++i) {
    const Sample sample = set->get(i);
    order.push_back(sample.image.values.at(0) / 10);
    of.push_back(sample.label);
  }
  EXPECT_THAT(of, ElementsAre(0, 1, 3, 0, 3, 3));
  EXPECT_THAT(order, ElementsAre(2, 5, 0, 4, 1, 3));
  const Image first = set->get(0).image;
  EXPECT_EQ(first.channels, 1);
  EXPECT_EQ(first.height, 2);
  EXPECT_EQ(first.width, 3);
  EXPECT_THAT(first.values, ElementsAre(20, 21, 22, 23, 24, 25));
  EXPECT_EQ(set->description(), "6 images of 4 classes in '" + images().string() + "'");
  EXPECT_THROW((void)set->get(6), DataError);
}

TEST_F(Idx, RefusesHeadersThatDoNotFitTheFile) {
  const std::string good = idx_labels({0});
  write("short", good);
  EXPECT_EQ(error(), "IDX images '" + images().string() +
                         "' has 5 bytes, less than its header of 16; unpack or copy it again");
  write(idx_images(1) + "x", good);
  EXPECT_EQ(error(), "IDX images '" + images().string() +
                         "' has 23 bytes; its header says 22; unpack or copy it again");
  write(big_endian(0xd03) + idx_images(1).substr(4), good);
  EXPECT_EQ(error(),
            "IDX images '" + images().string() +
                "' begins with 00000d03, not 00000803 (bytes in 3 dimensions); give a file in "
                "MNIST's format");
  write(std::string("\x1f\x8b\x08\x08") + idx_images(1).substr(4), good);
  EXPECT_THAT(error(), HasSubstr("it is compressed: unpack it with gunzip first"));
  write(big_endian(0x803) + big_endian(1) + big_endian(0) + big_endian(3), good);
  EXPECT_THAT(error(), HasSubstr("the header says 3 x 0 pixels; the limit is 1 to 8192 on a side"));
  write(big_endian(0x803) + big_endian(1) + big_endian(8192) + big_endian(8192), good);
  EXPECT_THAT(error(), HasSubstr("16777216 in all"));
  write(big_endian(0x803) + big_endian(0) + big_endian(1) + big_endian(1), good);
  EXPECT_THAT(error(), HasSubstr("the header says 0 images; 1 to 33554432 can be read"));
  write(big_endian(0x803) + big_endian(0xffffffff) + big_endian(1) + big_endian(1), good);
  EXPECT_THAT(error(), HasSubstr("the header says 4294967295 images"));
}

TEST_F(Idx, RefusesLabelsThatDoNotFitTheImages) {
  write(idx_images(2), idx_labels({0, 1, 1}));
  EXPECT_EQ(error(), "IDX labels '" + labels().string() +
                         "' has 3 labels for 2 images; take the file that belongs to the images");
  write(idx_images(2), idx_labels({0, 1}).substr(0, 9));
  EXPECT_THAT(error(), HasSubstr("' has 9 bytes; its header says 10"));
  write(idx_images(2), idx_images(2));
  EXPECT_THAT(error(), HasSubstr("begins with 00000803, not 00000801 (bytes in 1 dimension)"));
  fs::remove(labels());
  EXPECT_THAT(error(), HasSubstr("cannot read data file '" + labels().string() + "': No such"));
  fs::create_directory(labels());
  EXPECT_THAT(error(), HasSubstr("it is not a file"));
}

TEST_F(Idx, AFileThatShrinksLaterIsAnErrorOfItsSample) {
  write(idx_images(2), idx_labels({0, 1}));
  const auto set = open_idx(images(), labels());
  fs::resize_file(images(), 25);
  EXPECT_NO_THROW((void)set->get(0));
  try {
    (void)set->get(1);
    FAIL() << "no error";
  } catch (const DataError& e) {
    EXPECT_EQ(std::string(e.what()), "cannot read data file '" + images().string() +
                                         "': it ends at byte 25; copy it again");
  }
}

}  // namespace
}  // namespace sd::data
