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

class Cifar : public testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& bytes) {
    write_bytes(folder_.path() / name, bytes);
    return folder_.path() / name;
  }

  [[nodiscard]] static std::string error(CifarKind kind, const std::vector<fs::path>& files) {
    try {
      (void)open_cifar(kind, files);
    } catch (const DataError& e) {
      return e.what();
    }
    return "no error";
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Cifar, Cifar10FromSeveralFiles) {
  const fs::path a =
      write("data_batch_1.bin", cifar_record(6, 1) + cifar_record(6, 2) + cifar_record(0, 3));
  const fs::path b = write("data_batch_2.bin", cifar_record(9, 4) + cifar_record(0, 5));
  const auto set = open_cifar(CifarKind::cifar10, {a, b});
  ASSERT_EQ(set->size(), 5u);
  EXPECT_EQ(set->class_names().at(1), "automobile");
  EXPECT_EQ(set->description(), "5 images of CIFAR-10 in '" + a.string() + "' and 1 more files");
  std::vector<int> labels, seeds;
  for (std::size_t i = 0; i < set->size(); ++i) {
    const Sample sample = set->get(i);
    ASSERT_EQ(sample.image.values.size(), 3072u);
    EXPECT_EQ(sample.image.values[1000], (sample.image.values[0] + 1000) % 256);
    labels.push_back(sample.label);
    seeds.push_back(sample.image.values[0]);
  }
  EXPECT_THAT(labels, ElementsAre(0, 6, 9, 0, 6));
  EXPECT_THAT(seeds, ElementsAre(3, 1, 4, 5, 2));
  const Image image = set->get(0).image;
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.height, 32);
  EXPECT_EQ(image.width, 32);
}

TEST_F(Cifar, Cifar100TakesTheFineLabel) {
  const fs::path file = write("test.bin", cifar_record(99, 7, 3) + cifar_record(2, 8, 1));
  const auto set = open_cifar(CifarKind::cifar100, {file});
  ASSERT_EQ(set->size(), 2u);
  EXPECT_EQ(set->class_names().size(), 100u);
  EXPECT_EQ(set->class_names().at(99), "99");
  EXPECT_EQ(set->get(0).label, 2);
  EXPECT_EQ(set->get(0).image.values[0], 8);
  EXPECT_EQ(set->get(1).label, 99);
}

TEST_F(Cifar, NamesStandBesideTheFiles) {
  const fs::path file = write("test_batch.bin", cifar_record(0, 0));
  write("batches.meta.txt", "zero\r\n1\n2\n3\n4\n5\n6\n7\n8\nnine\n\n");
  EXPECT_EQ(open_cifar(CifarKind::cifar10, {file})->class_names().front(), "zero");
  EXPECT_EQ(open_cifar(CifarKind::cifar10, {file})->class_names().back(), "nine");
  const fs::path names = write("batches.meta.txt", "one\ntwo\n");
  EXPECT_EQ(error(CifarKind::cifar10, {file}),
            "class names '" + names.string() +
                "' has 2 names for the 10 classes of CIFAR-10; repair or remove it");
  write("batches.meta.txt", std::string(70000, 'x'));
  EXPECT_THAT(error(CifarKind::cifar10, {file}), HasSubstr("has 70000 bytes; the limit is 65536"));
}

TEST_F(Cifar, RefusesWhatIsNotRecords) {
  const fs::path file = write("test_batch.bin", cifar_record(0, 0) + "x");
  EXPECT_EQ(error(CifarKind::cifar10, {file}),
            "CIFAR-10 file '" + file.string() +
                "' has 3074 bytes, which is not a number of records of 3073; copy it again, or "
                "give the binary version");
  EXPECT_EQ(error(CifarKind::cifar100, {file}), "no error");
  write("test_batch.bin", "");
  EXPECT_THAT(error(CifarKind::cifar10, {file}), HasSubstr("has 0 bytes"));
  write("test_batch.bin", cifar_record(9, 0) + cifar_record(10, 0));
  EXPECT_EQ(error(CifarKind::cifar10, {file}),
            "CIFAR-10 file '" + file.string() + "': the label of record 1 is 10; the highest is 9");
  write("test_batch.bin", cifar_record(100, 0, 5));
  EXPECT_THAT(error(CifarKind::cifar100, {file}),
              HasSubstr("the label of record 0 is 100; the highest is 99"));
  EXPECT_EQ(error(CifarKind::cifar10, {}), "no CIFAR files were given; name at least one");
  EXPECT_THAT(error(CifarKind::cifar10, {file.parent_path() / "gone.bin"}),
              HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace sd::data
