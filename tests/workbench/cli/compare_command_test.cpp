// smartdeal compare as a shell sees it.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "../core/image_files.hpp"
#include "../core/small_model.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "shell.hpp"

namespace sd {
namespace {

using nlohmann::json;
using test::IsOneSentenceAndStatus2;
using test::Result;
using test::Shell;
using test::text_of;
using testing::AllOf;
using testing::HasSubstr;

class CompareCommand : public testing::Test {
 protected:
  void SetUp() override {
    graph::export_onnx(test::small_network(), shell_.path() / "small.onnx");
    for (const char* name : {"ant", "bee", "cow"}) {
      for (int i = 0; i < 4; ++i) {
        data::Image image{1, 8, 8, {}};
        for (int p = 0; p < 64; ++p)
          image.values.push_back(static_cast<std::uint8_t>((p * (37 + i) + name[0]) % 256));
        test::write_bmp(image, shell_.path() / "images" / name / (std::to_string(i) + ".bmp"));
      }
    }
  }

  [[nodiscard]] std::string sentence(const std::string& arguments) const {
    const Result result = shell_.run("smartdeal compare " + arguments);
    EXPECT_THAT(result, IsOneSentenceAndStatus2()) << arguments;
    return result.err;
  }

  Shell shell_;
};

TEST_F(CompareCommand, HelpNamesTheOptions) {
  const Result help = shell_.run("smartdeal compare --help");
  EXPECT_EQ(help.status, 0);
  for (const char* option :
       {"MODEL.onnx", "--data", "--images", "--calibrate", "--calibration-images", "--ratios",
        "--threads", "--seed", "--json", "--markdown", "5.6,7.9,10.9,14.9,20"})
    EXPECT_THAT(help.out, HasSubstr(option));
}

TEST_F(CompareCommand, WritesTablesForPeopleDocumentsAndScripts) {
  // The ratios end where the next word begins.
  const Result result = shell_.run(
      "smartdeal compare --ratios 4,6.5 small.onnx --data images --calibrate images --images 9 "
      "--calibration-images 6 --threads 2 --seed 3 --json c.json --markdown c.md");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("Gaussian bound"), HasSubstr("\n 4.00x "), HasSubstr("\n 6.50x ")));
  const json results = json::parse(text_of(shell_.path() / "c.json")).at("results");
  EXPECT_EQ(results.at("images"), 9);
  EXPECT_EQ(results.at("rows").size(), 2U);
  EXPECT_THAT(text_of(shell_.path() / "c.md"), HasSubstr("\n| 6.50x |"));
  EXPECT_EQ(shell_.files(), (std::vector<std::string>{"c.json", "c.md", "images", "small.onnx"}));
}

TEST_F(CompareCommand, BadInputGetsOneSentenceAndLeavesNothing) {
  const auto before = shell_.files();
  const std::string good = "small.onnx --data images --calibrate images ";
  EXPECT_THAT(sentence("small.onnx --calibrate images"), HasSubstr("--data"));
  EXPECT_THAT(sentence("small.onnx --data images"), HasSubstr("--calibrate"));
  EXPECT_THAT(sentence(good + "--ratios 4,one"),
              HasSubstr("'one' is not a number from 1.1 to 100"));
  EXPECT_THAT(sentence(good + "--ratios 4,0.5"),
              HasSubstr("'0.5' is not a number from 1.1 to 100"));
  EXPECT_THAT(sentence(good + "--ratios 4,4"), HasSubstr("4 and 4 are nearer"));
  EXPECT_THAT(sentence(good + "--markdown no/where.md"), HasSubstr("no/where.md"));
  EXPECT_THAT(sentence(good + "--json no/where.json"), HasSubstr("no/where.json"));
  EXPECT_THAT(sentence("none.onnx --data images --calibrate images --json c.json"),
              HasSubstr("none.onnx"));
  EXPECT_EQ(shell_.files(), before);
}

}  // namespace
}  // namespace sd
