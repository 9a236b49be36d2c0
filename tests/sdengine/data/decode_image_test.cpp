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

}  // namespace
}  // namespace sd::data
