#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <random>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb/stb_image_write.h>

#include "sdengine/data/channels.hpp"
#include "sdengine/data/dataset.hpp"
#include "temporary_folder.hpp"

namespace sd::data {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class ImageFolder : public testing::Test {
 protected:
  /// A picture of `channels` x 4 x 5 whose value at (c, y, x) is 50 c + 10 y + x.
  void write(const std::string& name, int channels = 3) {
    const fs::path file = root() / name;
    fs::create_directories(file.parent_path());
    std::vector<std::uint8_t> packed;
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 5; ++x) {
        for (int c = 0; c < channels; ++c)
          packed.push_back(static_cast<std::uint8_t>(50 * c + 10 * y + x));
      }
    }
    const std::string path = file.string();
    if (file.extension() == ".png") {
      ASSERT_NE(stbi_write_png(path.c_str(), 5, 4, channels, packed.data(), 5 * channels), 0);
    } else if (file.extension() == ".bmp") {
      ASSERT_NE(stbi_write_bmp(path.c_str(), 5, 4, channels, packed.data()), 0);
    } else {
      ASSERT_NE(stbi_write_jpg(path.c_str(), 5, 4, channels, packed.data(), 100), 0);
    }
  }

  void write_text(const std::string& name, const std::string& text) {
    fs::create_directories((root() / name).parent_path());
    fs::remove(root() / name);  // some file systems wait for the disk when a file is overwritten
    std::ofstream(root() / name, std::ios::binary) << text;
  }

  [[nodiscard]] std::string error_of_open(const fs::path& path) {
    try {
      (void)open_image_folder(path);
    } catch (const DataError& error) {
      return error.what();
    }
    return "no error";
  }

  [[nodiscard]] std::string error_of_get(std::size_t index) {
    try {
      (void)open_image_folder(root())->get(index);
    } catch (const DataError& error) {
      return error.what();
    }
    return "no error";
  }

  [[nodiscard]] const fs::path& root() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

TEST_F(ImageFolder, ReadsPngBmpAndJpegChannelsFirst) {
  write("a/1.png");
  write("a/2.bmp");
  write("a/3.jpeg");
  write("a/4.JPG");
  const auto set = open_image_folder(root());
  ASSERT_EQ(set->size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    const Image image = set->get(i).image;
    ASSERT_EQ(image.channels, 3);
    ASSERT_EQ(image.height, 4);
    ASSERT_EQ(image.width, 5);
    ASSERT_EQ(image.values.size(), 60u);
    const int tolerance =
        i < 2 ? 0 : 12;  // JPEG at the best quality still halves the colour resolution
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < 4; ++y) {
        for (int x = 0; x < 5; ++x) {
          EXPECT_NEAR(image.values[static_cast<std::size_t>((c * 4 + y) * 5 + x)],
                      50 * c + 10 * y + x, tolerance);
        }
      }
    }
  }
}

TEST_F(ImageFolder, GreyStaysOneChannelAndTransparencyIsDropped) {
  write("a/1.png", 1);
  write("a/2.png", 2);
  write("a/3.png", 4);
  const auto set = open_image_folder(root());
  EXPECT_EQ(set->get(0).image.channels, 1);
  EXPECT_EQ(set->get(1).image.channels, 1);
  EXPECT_EQ(set->get(2).image.channels, 3);
  EXPECT_EQ(set->get(0).image.values[7], 12);
  EXPECT_EQ(set->get(2).image.values[20 + 7], 62);
}

TEST_F(ImageFolder, GoesRoundRobinOverAlphabeticalClasses) {
  for (const char* name :
       {"dog/b.png", "dog/a.png", "ant/x.png", "cat/1.png", "cat/2.png", "cat/3.png"})
    write(name);
  write_text("cat/notes.txt", "not an image");
  write_text(".hidden/nothing", "");
  const auto set = open_image_folder(root());
  EXPECT_THAT(set->class_names(), testing::ElementsAre("ant", "cat", "dog"));
  std::vector<int> labels;
  for (std::size_t i = 0; i < set->size(); ++i) labels.push_back(set->get(i).label);
  EXPECT_THAT(labels, testing::ElementsAre(0, 1, 2, 1, 2, 1));
  EXPECT_EQ(set->description(), "6 images of 3 classes in '" + root().string() + "'");
}

TEST_F(ImageFolder, EntersAFolderThatIsAloneAsInAnArchive) {
  write("cifar/test/cat/1.png");
  write("cifar/test/dog/1.png");
  EXPECT_THAT(open_image_folder(root())->class_names(), testing::ElementsAre("cat", "dog"));
  EXPECT_THAT(open_image_folder(root() / "cifar" / "test")->class_names(),
              testing::ElementsAre("cat", "dog"));
}

TEST_F(ImageFolder, OneClassIsNotTakenForAnArchive) {
  write("cat/1.png");
  EXPECT_THAT(open_image_folder(root())->class_names(), testing::ElementsAre("cat"));
}

TEST_F(ImageFolder, SaysWhatIsWrongWithTheFolder) {
  EXPECT_EQ(error_of_open(root() / "none"),
            "data folder '" + (root() / "none").string() + "' does not exist; check the path");
  EXPECT_THAT(error_of_open(root()),
              AllOf(HasSubstr(root().string()), HasSubstr("has no class folders; put")));
  write("1.png");
  EXPECT_THAT(error_of_open(root()), HasSubstr("has no class folders, only images; put"));
  EXPECT_THAT(error_of_open(root() / "1.png"), HasSubstr("is not a folder"));
  write("cat/1.png");
  fs::create_directories(root() / "dog");
  EXPECT_EQ(error_of_open(root()),
            "class folder '" + (root() / "dog").string() +
                "' has no JPEG, PNG or BMP files; add images or remove the folder");
}

TEST_F(ImageFolder, ABrokenFileIsNamed) {
  write_text("a/1.png", "this is no PNG");
  write_text("a/2.jpg", "");
  EXPECT_THAT(error_of_get(0),
              AllOf(HasSubstr((root() / "a/1.png").string()), HasSubstr("cannot be decoded (")));
  EXPECT_THAT(error_of_get(1), HasSubstr((root() / "a/2.jpg").string()));
  EXPECT_THAT(error_of_get(2), HasSubstr("sample 2 was asked of 2 images"));
}

std::string big_endian(std::uint32_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>((value >> shift) & 255);
  return text;
}

/// `packed` is the zlib stream. The reader does not check the CRC, so zeros stand for it.
std::string png(std::uint32_t width, std::uint32_t height, const std::string& packed) {
  const std::string crc(4, '\0');
  return "\x89PNG\r\n\x1a\n" + big_endian(13) + "IHDR" + big_endian(width) + big_endian(height) +
         std::string("\x08\x00\x00\x00\x00", 5) + crc +
         big_endian(static_cast<std::uint32_t>(packed.size())) + "IDAT" + packed + crc +
         big_endian(0) + "IEND" + crc;
}

/// A zlib stream of about 258 * repeats zeros in 13 bits each.
std::string packed_zeros(int repeats) {
  std::string bytes("\x78\x01", 2);
  unsigned pending = 0;
  int count = 0;
  const auto put = [&](unsigned value, int bits) {  // least significant bit first
    pending |= value << count;
    for (count += bits; count >= 8; count -= 8, pending >>= 8)
      bytes += static_cast<char>(pending & 255);
  };
  const auto put_code = [&](unsigned code,
                            int bits) {  // Huffman codes go most significant bit first
    for (int bit = bits - 1; bit >= 0; --bit) put((code >> bit) & 1, 1);
  };
  put(1, 1);  // last block
  put(1, 2);  // fixed Huffman codes
  put_code(0x30, 8);
  for (int i = 0; i < repeats; ++i) {
    put_code(0xc5, 8);  // length 258
    put_code(0, 5);     // distance 1
  }
  put_code(0, 7);
  put(0, 7);
  return bytes;
}

TEST_F(ImageFolder, HugePicturesAndBombsAreRefused) {
  write_text("a/1.png", png(9000, 1, packed_zeros(50)));
  write_text("a/2.png", png(8000, 8000, packed_zeros(50)));
  write_text("a/3.png", png(1, 1, packed_zeros(400000)));  // 650 KB hold 100 MB
  write_text("a/4.png", png(64, 64, packed_zeros(20)));    // the same way to write it, in due size
  EXPECT_THAT(error_of_get(0), HasSubstr("1.png"));
  EXPECT_THAT(error_of_get(1),
              HasSubstr("is 8000 x 8000 pixels; the limit is 8192 on a side and 16777216 in all"));
  EXPECT_THAT(error_of_get(2), HasSubstr("cannot be decoded (outofmem)"));
  EXPECT_EQ(error_of_get(3), "no error");
}

// stb_image 2.27 writes past its table for these.
TEST_F(ImageFolder, HuffmanTablesWithTooManyCodesAreRefused) {
  const std::string table = "\xff\xc4" + std::string("\x02\x13\x00", 3) + std::string(16, '\x20') +
                            std::string(512, '\x01');
  write_text("a/1.jpg", "\xff\xd8" + table);
  const std::string profile = "\xff\xe2" + std::string("\x00\x20", 2) + table.substr(0, 30);
  write_text("a/2.jpg",
             "\xff\xd8" + profile);  // the same bytes inside a colour profile say nothing
  EXPECT_THAT(error_of_get(0),
              AllOf(HasSubstr("1.jpg"), HasSubstr("cannot be decoded (bad Huffman table)")));
  EXPECT_THAT(error_of_get(1), HasSubstr("cannot be decoded (unknown image type)"));
}

TEST_F(ImageFolder, DamagedFilesNeverCrash) {
  write("a/1.png");
  write("a/2.jpg");
  write("a/3.bmp");
  std::mt19937_64 random(1);
  for (const char* name : {"a/1.png", "a/2.jpg", "a/3.bmp"}) {
    std::ifstream in(root() / name, std::ios::binary);
    const std::string good((std::istreambuf_iterator<char>(in)), {});
    const std::size_t index = static_cast<std::size_t>(name[2] - '1');
    for (int trial = 0; trial < 300; ++trial) {
      std::string bad = good;
      for (int flip = 0; flip < 3; ++flip) {
        char& byte = bad[random() % bad.size()];
        byte = static_cast<char>(byte ^ static_cast<char>(1u << (random() % 8)));
      }
      if (trial % 3 == 0) bad.resize(random() % bad.size());
      write_text(name, bad);
      const std::string error = error_of_get(index);
      if (error != "no error") {
        EXPECT_THAT(error, HasSubstr(name));
      }
    }
    write_text(name, good);
  }
}

TEST(WithChannels, RepeatsGreyAndWeighsColour) {
  const Image grey{1, 1, 2, {7, 200}};
  const Image colour = with_channels(grey, 3);
  EXPECT_EQ(colour.channels, 3);
  EXPECT_THAT(colour.values, testing::ElementsAre(7, 200, 7, 200, 7, 200));
  EXPECT_THAT(with_channels(colour, 1).values, testing::ElementsAre(7, 200));
  EXPECT_THAT(with_channels({3, 1, 1, {255, 0, 0}}, 1).values, testing::ElementsAre(77));
  EXPECT_THAT([&] { (void)with_channels(grey, 4); },
              testing::ThrowsMessage<DataError>(
                  HasSubstr("1 channels cannot be given to a network with 4 input")));
}

}  // namespace
}  // namespace sd::data
