#include "sdengine/data/decode_image.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace sd::data {
namespace {

// 2 x 1 pixels, 24 bits, blue green red: a header of 54 bytes, then the row, padded to 8.
constexpr std::array<std::uint8_t, 62> bmp{
    'B', 'M', 62, 0, 0, 0, 0, 0,  0, 0, 54, 0, 0,  0,  40, 0,  0,  0,  2, 0, 0,
    0,   1,   0,  0, 0, 1, 0, 24, 0, 0, 0,  0, 0,  8,  0,  0,  0,  0,  0, 0, 0,
    0,   0,   0,  0, 0, 0, 0, 0,  0, 0, 0,  0, 10, 20, 30, 11, 21, 31, 0, 0};

std::string error_of(std::span<const std::uint8_t> bytes) {
  try {
    (void)decode_image(bytes, "picture 7");
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
}

TEST(DecodeImage, FromMemory) {
  const Image image = decode_image(bmp, "a bitmap");
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.height, 1);
  EXPECT_EQ(image.width, 2);
  EXPECT_THAT(image.values, testing::ElementsAre(30, 31, 20, 21, 10, 11));
}

TEST(DecodeImage, ErrorsHaveTheNameThatWasGiven) {
  EXPECT_THAT(error_of({}), testing::StartsWith("image 'picture 7' cannot be decoded ("));
  EXPECT_THAT(error_of(std::span(bmp).first(30)),
              testing::StartsWith("image 'picture 7' cannot be decoded ("));
  const std::vector<std::uint8_t> large((std::size_t{64} << 20) + 1);
  EXPECT_EQ(error_of(large),
            "image 'picture 7' has 67108865 bytes; the limit is 67108864; remove it or make it "
            "smaller");
}

/// `content` with its length before and a checksum, which nobody reads, behind it.
std::string chunk(const std::string& type, const std::string& content) {
  std::string bytes(3, '\0');
  bytes += static_cast<char>(content.size());
  return bytes + type + content + "sum.";
}

// Found by fuzzing: the decoder copied nothing to a null pointer.
TEST(DecodeImage, RefusesPngWhoseDataBeginEmpty) {
  const std::string header("\0\0\0\x01\0\0\0\x01\x08\0\0\0\0", 13);
  const std::string signature = "\x89PNG\r\n\x1a\n";
  // One grey pixel of 7: an uncompressed block of the bytes 0 (filter) and 7.
  const std::string pixel("\x78\x01\x01\x02\0\xfd\xff\0\x07sum.", 13);
  const auto file = [&](const std::string& chunks) {
    const std::string text = signature + chunk("IHDR", header) + chunks + chunk("IEND", "");
    return std::vector<std::uint8_t>(text.begin(), text.end());
  };
  const std::string refused =
      "image 'picture 7' cannot be decoded (its first block of data is empty); save it again";
  std::vector<std::uint8_t> empty = file(chunk("IDAT", "") + chunk("IDAT", pixel));
  EXPECT_EQ(error_of(empty), refused);
  empty.resize(signature.size() + 25 + 8);  // cut off behind the word IDAT
  EXPECT_EQ(error_of(empty), refused);
  for (const auto& good :
       {file(chunk("IDAT", pixel)), file(chunk("tEXt", "IDAT") + chunk("IDAT", pixel)),
        file(chunk("IDAT", pixel.substr(0, 4)) + chunk("IDAT", "") +
             chunk("IDAT", pixel.substr(4)))}) {
    EXPECT_THAT(decode_image(good, "good").values, testing::ElementsAre(7));
  }
}

}  // namespace
}  // namespace sd::data
