#include "rtl/design/toml_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using sd::design::line_of_stray_character;

constexpr auto none = std::nullopt;

TEST(TomlText, CommentsAndStringsMayHoldAnything) {
  EXPECT_EQ(line_of_stray_character(""), none);
  EXPECT_EQ(line_of_stray_character("a = 1\nb = 2"), none);
  EXPECT_EQ(line_of_stray_character("# \xc3\xa9\na = 1 # \xc3\xa9"), none);
  EXPECT_EQ(line_of_stray_character("a = \"\xc3\xa9\"\n'\xc3\xa9' = '\xc3\xa9'"), none);
  EXPECT_EQ(line_of_stray_character("a = \"\\\"\xc3\xa9\" # '"), none);
  EXPECT_EQ(line_of_stray_character("a = '\\' # \xc3\xa9"), none);
  EXPECT_EQ(line_of_stray_character("a = \"\"\"\n\xc3\xa9 \" \xc3\xa9 \"\" \xc3\xa9\\\"\"\" "
                                    "\xc3\xa9\"\"\"\"\" # \xc3\xa9"),
            none);
  EXPECT_EQ(line_of_stray_character("a = '''\n\xc3\xa9 '' \\''''' # \xc3\xa9"), none);
  EXPECT_EQ(line_of_stray_character("a = \"\"\"\\n\xc3\xa9 \\\n  x\xc3\xa9\"\"\""), none);
  EXPECT_EQ(line_of_stray_character("\xEF\xBB\xBF"
                                    "a = 1"),
            none);                                                 // byte order mark
  EXPECT_EQ(line_of_stray_character("a = \"\"\"\xc3\xa9"), none);  // never ended
  EXPECT_EQ(line_of_stray_character("a = \"\\"), none);
  EXPECT_EQ(line_of_stray_character("a = \"\"\"\\ "), none);
}

TEST(TomlText, ElsewhereItsLineIsFound) {
  EXPECT_EQ(line_of_stray_character("\xc5\x84rr"), 1u);
  EXPECT_EQ(line_of_stray_character("# \xc3\xa9\n\na\xc3\xa9 = 1"), 3u);
  EXPECT_EQ(line_of_stray_character("a = \"\" \xc3\xa9"), 1u);
  EXPECT_EQ(line_of_stray_character("a = '' \xc3\xa9"), 1u);
  EXPECT_EQ(line_of_stray_character("a = \"\\\\\" \xc3\xa9"), 1u);
  EXPECT_EQ(line_of_stray_character("a = \"\"\"\n\n\"\"\"\n\xc2\xa0"), 4u);
  EXPECT_EQ(line_of_stray_character("a = '''\n\\'''\xc3\xa9"), 2u);
  EXPECT_EQ(line_of_stray_character("a = 1\n\xEF\xBB\xBF"), 2u);
  EXPECT_EQ(line_of_stray_character("\xff"), 1u);
}

// A number is looked at up to white space, a comma or a closing bracket, quotes or not.
TEST(TomlText, InWhatBeginsLikeANumber) {
  EXPECT_EQ(line_of_stray_character("a = 1\"\xc3\xa9\""), 1u);
  EXPECT_EQ(line_of_stray_character("a = [\n-0x1=[{.'\xc3\xa9'"), 2u);
  EXPECT_EQ(line_of_stray_character("a = 1979-05-27 1\"\xc3\xa9\""), 1u);
  EXPECT_EQ(line_of_stray_character("a1 = \"\xc3\xa9\"\na-1='\xc3\xa9'"), none);
  EXPECT_EQ(line_of_stray_character("a = [1,\"\xc3\xa9\", -2 , '\xc3\xa9'] # 1\xc3\xa9"), none);
  EXPECT_EQ(line_of_stray_character("a = 1#\xc3\xa9"), none);
}

// toml++ asks of these, too, whether they are white space.
TEST(TomlText, AfterABackslashInAStringOfSeveralLines) {
  EXPECT_EQ(line_of_stray_character("a = \"\"\"\n\\\xc3\xa9\"\"\""), 2u);
  EXPECT_EQ(line_of_stray_character("a = \"\"\"\\\n \t\r\n\xc3\xa9\"\"\""), 3u);
  EXPECT_EQ(line_of_stray_character("a = \"\\\xc3\xa9\""), none);  // one line: refused as an escape
}

}  // namespace
