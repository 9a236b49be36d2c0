#include "content_hash.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sd::core {
namespace {

std::vector<std::uint8_t> bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

TEST(ContentHash, IsSha256) {
  // The examples of FIPS 180-2, appendix B.
  EXPECT_EQ(to_string(sha256(bytes("abc"))),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_string(sha256({})),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(ContentHash, DoesNotDependOnThePieces) {
  Sha256 pieces;
  pieces.add(bytes("a"));
  pieces.add({});
  pieces.add(bytes("bc"));
  EXPECT_EQ(pieces.finish(), sha256(bytes("abc")));
}

}  // namespace
}  // namespace sd::core
