#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record_files.hpp"
#include "sdengine/data/dataset.hpp"
#include "temporary_folder.hpp"

namespace sd::data {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class OpenDataset : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& bytes = "x") {
    write_bytes(root() / name, bytes);
  }
  void write_mnist(const std::string& prefix, std::uint32_t count) {
    write(prefix + "-images-idx3-ubyte", idx_images(count));
    write(prefix + "-labels-idx1-ubyte", idx_labels(std::vector<int>(count, 1)));
  }

  [[nodiscard]] std::size_t size(const std::string& name, Split split = Split::test) const {
    return open_dataset(root() / name, split)->size();
  }
  [[nodiscard]] std::string error(const std::string& name) const {
    try {
      (void)open_dataset(root() / name);
    } catch (const DataError& e) {
      return e.what();
    }
    return "no error";
  }

  [[nodiscard]] const fs::path& root() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

TEST_F(OpenDataset, MnistAsItUnpacks) {
  write_mnist("MNIST/raw/train", 4);
  write_mnist("MNIST/raw/t10k", 3);
  write("MNIST/raw/t10k-images-idx3-ubyte.gz");  // its packed form may stay beside it
  EXPECT_EQ(size("MNIST/raw"), 3u);
  EXPECT_EQ(size("MNIST/raw", Split::train), 4u);
  EXPECT_EQ(size(""), 3u);
  EXPECT_EQ(size("MNIST/raw/train-images-idx3-ubyte"), 4u);
  EXPECT_EQ(size("MNIST/raw/train-labels-idx1-ubyte"), 4u);
}

TEST_F(OpenDataset, TheOnlyPartIsTakenForEitherSplit) {
  write_mnist("a/train", 4);
  EXPECT_EQ(size("a"), 4u);
  write("b/t10k-images.idx3-ubyte", idx_images(2));
  write("b/t10k-labels.idx1-ubyte", idx_labels({0, 1}));
  EXPECT_EQ(size("b", Split::train), 2u);
}

TEST_F(OpenDataset, CifarAsItUnpacks) {
  for (const char* name : {"data_batch_1.bin", "data_batch_2.bin"}) {
    write(std::string("cifar/cifar-10-batches-bin/") + name, cifar_record(1, 0));
  }
  write("cifar/cifar-10-batches-bin/test_batch.bin", cifar_record(1, 0));
  write("cifar/cifar-10-batches-bin/readme.html");
  EXPECT_EQ(size("cifar"), 1u);
  EXPECT_EQ(size("cifar", Split::train), 2u);
  EXPECT_EQ(size("cifar/cifar-10-batches-bin/data_batch_2.bin"), 1u);
  EXPECT_EQ(open_dataset(root() / "cifar")->class_names().size(), 10u);

  write("hundred/train.bin", cifar_record(1, 0, 0) + cifar_record(2, 0, 0));
  write("hundred/test.bin", cifar_record(1, 0, 0));
  EXPECT_EQ(size("hundred"), 1u);
  EXPECT_EQ(size("hundred", Split::train), 2u);
  EXPECT_EQ(open_dataset(root() / "hundred")->class_names().size(), 100u);
}

TEST_F(OpenDataset, FoldersOfImages) {
  write("two/a/1.png");
  write("two/b/1.png");
  EXPECT_EQ(size("two"), 2u);
  write("one/a/1.png");
  EXPECT_EQ(size("one"), 1u);
  write("unpacked/set/a/1.png");
  write("unpacked/set/b/1.png");
  write("unpacked/set/b/2.png");
  EXPECT_EQ(size("unpacked"), 3u);
}

TEST_F(OpenDataset, SaysWhatItLookedFor) {
  EXPECT_EQ(error("gone"),
            "data '" + (root() / "gone").string() + "' does not exist; check the path");
  const std::string looked =
      "' holds none of what was looked for: class folders with JPEG, PNG or BMP files, MNIST's "
      "*-images-idx3-ubyte with *-labels-idx1-ubyte, CIFAR-10's data_batch_*.bin or "
      "test_batch.bin, CIFAR-100's train.bin or test.bin";
  fs::create_directory(root() / "empty");
  EXPECT_EQ(error("empty"), "data folder '" + (root() / "empty").string() + looked);
  write("packed/train-images-idx3-ubyte.gz");
  EXPECT_THAT(error("packed"), EndsWith(looked + "; its .gz files have to be unpacked first"));
  write("python/cifar-10-batches-py/data_batch_1");
  EXPECT_THAT(error("python"),
              EndsWith("; it looks like the Python version of CIFAR: get the binary version"));
  write("flat/1.png");
  EXPECT_THAT(
      error("flat"),
      EndsWith("; its images have no class: put those of each class in a folder of its own"));
  write("two/a/1.png");
  write("two/b/notes.txt");
  EXPECT_THAT(error("two"), HasSubstr("has no JPEG, PNG or BMP files"));
}

TEST_F(OpenDataset, FilesThatDoNotFit) {
  write("x.txt");
  EXPECT_THAT(error("x.txt"), StartsWith("data file '" + (root() / "x.txt").string() +
                                         "' has no name that is known; looked for: class"));
  write("t10k-images-idx3-ubyte.gz", "\x1f\x8b\x08 and so on");
  EXPECT_THAT(error("t10k-images-idx3-ubyte.gz"),
              EndsWith("' is compressed; unpack it with gunzip first"));
  write("lone/t10k-images-idx3-ubyte", idx_images(1));
  write("lone/t10k-labels-idx1-ubyte.gz");
  EXPECT_EQ(error("lone"), std::string("'") + (root() / "lone/t10k-images-idx3-ubyte").string() +
                               "' has no file 't10k-labels-idx1-ubyte' beside it; put the labels "
                               "there, unpacked: there is only the .gz file");
  write("other/t10k-labels-idx1-ubyte", idx_labels({1}));
  EXPECT_EQ(error("other/t10k-labels-idx1-ubyte"),
            std::string("'") + (root() / "other/t10k-labels-idx1-ubyte").string() +
                "' has no file 't10k-images-idx3-ubyte' beside it; put the images there");
  write_mnist("many/a-test", 1);
  write_mnist("many/b-test", 1);
  EXPECT_EQ(error("many"), "data folder '" + (root() / "many").string() +
                               "' has several image files ('a-test-images-idx3-ubyte', "
                               "'b-test-images-idx3-ubyte'); name the one to read");
}

}  // namespace
}  // namespace sd::data
