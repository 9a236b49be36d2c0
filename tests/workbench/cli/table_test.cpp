#include "table.hpp"

#include <gtest/gtest.h>

namespace sd::cli {
namespace {

TEST(Table, AlignsColumnsAndEndsLinesWithoutSpaces) {
  Table table({{"name", Table::Align::left}, {"value"}, {"where", Table::Align::left}});
  table.add({"a", "1,000", "here"});
  table.add({"longer", "2"});
  table.add_rule();
  table.add({"all", "1,002", ""});
  EXPECT_EQ(table.text(),
            "name    value  where\n"
            "--------------------\n"
            "a       1,000  here\n"
            "longer      2\n"
            "--------------------\n"
            "all     1,002\n");
}

TEST(Table, IsMarkdownToo) {
  Table table({{"name", Table::Align::left}, {"value"}});
  table.add({"a|b", "1"});
  table.add_rule();
  table.add({"two\nlines"});
  EXPECT_EQ(table.markdown(),
            "| name | value |\n"
            "|:---|---:|\n"
            "| a\\|b | 1 |\n"
            "| two lines |  |\n");
}

TEST(Table, CountsLettersNotBytes) {
  Table table({{"µ", Table::Align::left}, {"x"}});
  table.add({"abc", "1"});
  EXPECT_EQ(table.text(), "µ    x\n------\nabc  1\n");
}

TEST(Table, Numbers) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(percent(0.12345), "12.35 %");
  EXPECT_EQ(percent(1, 0), "100 %");
  EXPECT_EQ(ratio(3, 2), "1.50x");
  EXPECT_EQ(ratio(3, 0), "-");
}

}  // namespace
}  // namespace sd::cli
