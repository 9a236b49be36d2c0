#include "npy.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <stdexcept>

namespace sd::core {
namespace {

using testing::HasSubstr;

/// What NumPy's reader does: magic, version, length of the header, header, values.
struct Parsed {
  std::string header, values;
};

Parsed parse(const std::string& bytes) {
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const auto low = static_cast<unsigned char>(bytes.at(8)),
             high = static_cast<unsigned char>(bytes.at(9));
  const std::size_t length = low + 256U * high;
  EXPECT_EQ((10 + length) % 64, 0U);
  EXPECT_EQ(bytes.at(10 + length - 1), '\n');
  return {bytes.substr(10, length), bytes.substr(10 + length)};
}

TEST(Npy, HoldsTypeShapeAndValues) {
  const std::vector<float> values = {1.5F, -2.0F, 0.0F, 4.0F, 5.0F, 6.0F};
  const Parsed parsed = parse(npy_bytes({2, 3}, std::span<const float>(values)));
  EXPECT_THAT(parsed.header,
              testing::StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"));
  ASSERT_EQ(parsed.values.size(), 24U);
  EXPECT_EQ(std::memcmp(parsed.values.data(), values.data(), 24), 0);
}

TEST(Npy, KnowsTheTypesOfPackedModels) {
  const std::vector<std::int8_t> i8 = {-1};
  const std::vector<std::uint8_t> u8 = {200};
  const std::vector<std::int16_t> i16 = {-2};
  const std::vector<std::int32_t> i32 = {-3};
  EXPECT_THAT(parse(npy_bytes({1}, std::span<const std::int8_t>(i8))).header,
              HasSubstr("'|i1', 'fortran_order': False, 'shape': (1,)"));
  EXPECT_THAT(parse(npy_bytes({1}, std::span<const std::uint8_t>(u8))).header, HasSubstr("'|u1'"));
  EXPECT_THAT(parse(npy_bytes({1}, std::span<const std::int16_t>(i16))).header, HasSubstr("'<i2'"));
  const Parsed wide = parse(npy_bytes({1}, std::span<const std::int32_t>(i32)));
  EXPECT_THAT(wide.header, HasSubstr("'<i4'"));
  EXPECT_EQ(wide.values, std::string("\xFD\xFF\xFF\xFF"));
}

TEST(Npy, NothingIsAFileToo) {
  const Parsed parsed = parse(npy_bytes({0, 3}, std::span<const float>()));
  EXPECT_THAT(parsed.header, HasSubstr("(0, 3)"));
  EXPECT_TRUE(parsed.values.empty());
}

TEST(Npy, RefusesAShapeThatDoesNotFit) {
  const std::vector<float> values(5);
  EXPECT_THROW((void)npy_bytes({2, 3}, std::span<const float>(values)), std::invalid_argument);
}

}  // namespace
}  // namespace sd::core
