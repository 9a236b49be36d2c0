#include "progress_line.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sd::cli {
namespace {

using namespace std::chrono_literals;

struct Screen {
  std::chrono::steady_clock::time_point now{};
  std::vector<std::string> written;

  ProgressLine line(int columns) {
    return ProgressLine([this](const std::string& text) { written.push_back(text); }, columns,
                        [this] { return now; });
  }
};

TEST(ProgressLine, RewritesOneLineOfATerminal) {
  Screen screen;
  ProgressLine line = screen.line(80);
  line.show("simulate", 0.25, "image 1 of 4");
  screen.now += 200ms;
  line.show("simulate", 0.5, "image 2 of 4");
  line.clear();
  line.clear();
  EXPECT_EQ(screen.written,
            (std::vector<std::string>{"\rsimulate   25 %  image 1 of 4\x1b[K",
                                      "\rsimulate   50 %  image 2 of 4\x1b[K", "\r\x1b[K"}));
}

TEST(ProgressLine, IsCutToTheTerminal) {
  Screen screen;
  ProgressLine line = screen.line(12);
  line.show("a long stage", 0.5, "with detail");
  EXPECT_EQ(screen.written.back(), "\ra long stag\x1b[K");
}

TEST(ProgressLine, DoesNotFlicker) {
  Screen screen;
  ProgressLine line = screen.line(80);
  line.show("simulate", 0.1, "");
  screen.now += 50ms;
  line.show("simulate", 0.2, "");
  EXPECT_EQ(screen.written.size(), 1U);
  line.show("next stage", -1, "");  // a stage always shows
  EXPECT_EQ(screen.written.back(), "\rnext stage\x1b[K");
}

TEST(ProgressLine, SaysHowLongTheStageWillTake) {
  Screen screen;
  ProgressLine line = screen.line(80);
  line.show("simulate", 0, "");
  screen.now += 30s;
  line.show("simulate", 0.25, "");
  EXPECT_EQ(screen.written.back(), "\rsimulate   25 %  1 min 30 s left\x1b[K");
  screen.now += 30s;
  line.show("simulate", 0.75, "");
  EXPECT_EQ(screen.written.back(), "\rsimulate   75 %  20 s left\x1b[K");
}

TEST(ProgressLine, WritesALineNowAndThenToAFile) {
  Screen screen;
  ProgressLine line = screen.line(0);
  line.show("read", -1, "");  // held back: an error in the input stands alone
  line.show("decompose", 0, "");
  screen.now += 5s;
  line.show("decompose", 0.4, "");  // too soon
  screen.now += 6s;
  line.show("decompose", 0.8, "conv7");
  line.clear();
  EXPECT_EQ(screen.written, (std::vector<std::string>{"decompose    0 %\n",
                                                      "decompose   80 %  conv7  3 s left\n"}));
}

}  // namespace
}  // namespace sd::cli
