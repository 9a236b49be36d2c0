#include "rtl/schedule/command.hpp"

#include <gmock/gmock.h>

#include <random>

namespace {

using namespace sd::schedule;
using testing::HasSubstr;

template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const CommandError& error) {
    return error.what();
  }
  return "no error";
}

Compute some_compute() {
  Compute c;
  c.index_entry = 1, c.index_entries = 2, c.weight_word = 3, c.parameter_record = 4,
  c.input_word = 5, c.input_pitch = 6;
  c.tile_rows = 7, c.first_row = -1, c.first_flag = 9, c.output_rows = 10, c.output_columns = 11,
  c.input_columns = 12;
  c.pad_left = 1, c.stride = 2, c.steps = 3, c.output_word = 13, c.output_pitch = 14,
  c.output_channel_words = 140;
  c.active_slices = 8, c.relu = 1, c.mode = 2, c.bypass = 0, c.keep_basis = 1, c.skip_zero_rows = 1;
  c.rows_not_stored = 15, c.total_tile_rows = 16;
  return c;
}

TEST(Command, ComputeIsEncodedAsTheDocumentSays) {
  const CommandWords words = encode({{true, false, false, true}, 0x1234, some_compute()});
  const CommandWords expected{
      0x12340905, 0x00020001, 0x00040003, 5, 0x00070006, 0x0009ffff, 0x000b000a, 0x3201000c,
      0x000e000d, 0x3508008c, 0x0010000f, 0, 0,          0,          0,          0};
  EXPECT_EQ(words, expected);
}

TEST(Command, TransfersAreEncodedAsTheDocumentSays) {
  EXPECT_EQ(encode({{false, true, false, false}, 0, LoadInput{0x80000000, 64, 3, 4096, 17, 32, 5}}),
            (CommandWords{0x00000201, 0x80000000, 64, 3, 4096, 17, 32, 5}));
  EXPECT_EQ(encode({{}, 1, LoadIndex{64, 24, 1024, 180, 3, 34, 60, 1, 99}}),
            (CommandWords{0x00010002, 64, 24, 0, 0, 1024, 0x000300b4, 34, 0x8000003c, 99}));
  EXPECT_EQ(encode({{}, 2, LoadWeights{64, 32, 682, 5}}),
            (CommandWords{0x00020003, 64, 32, 0, 0, 682, 5}));
  EXPECT_EQ(encode({{}, 3, LoadParameters{64, 64, 8, 8}}),
            (CommandWords{0x00030004, 64, 64, 0, 0, 8, 8}));
  EXPECT_EQ(encode({{true, false, true, false}, 4, Store{64, 32, 8, 1024, 2048, 4}}),
            (CommandWords{0x00040506, 64, 32, 8, 1024, 2048, 4}));
  EXPECT_EQ(encode({{}, 5, End{}}), (CommandWords{0x00050007}));
}

TEST(Command, DecodesWhatItEncodes) {
  std::mt19937_64 random(7);
  int decoded = 0;
  for (int i = 0; i < 20000; ++i) {
    CommandWords words{};
    for (auto& word : words)
      word = static_cast<std::uint32_t>(random()) & static_cast<std::uint32_t>(random());
    words[0] = (words[0] & 0xffff0f00U) | static_cast<std::uint32_t>(random() % 7 + 1);
    for (std::size_t w = 4; w < words.size(); ++w)
      if (random() % 4 != 0) words[w] = 0;
    try {
      const Command command = decode(words);
      EXPECT_EQ(encode(command), words);
      EXPECT_EQ(decode(encode(command)), command);
      ++decoded;
    } catch (const CommandError& error) {
      EXPECT_THAT(error.what(), HasSubstr("have no name"));
    }
  }
  EXPECT_GT(decoded, 500);
}

TEST(Command, ErrorsNameTheFieldAndItsRange) {
  Compute c = some_compute();
  c.output_rows = 65536;
  EXPECT_EQ(error_of([&] {
              (void)encode({{}, 0, c});
            }),
            "COMPUTE: output_rows: 65536 is out of range; allowed are 0 to 65535");
  c = some_compute();
  c.first_row = -32769;
  EXPECT_EQ(error_of([&] {
              (void)encode({{}, 0, c});
            }),
            "COMPUTE: first_row: -32769 is out of range; allowed are -32768 to 32767");
  EXPECT_EQ(error_of([&] { (void)decode({9}); }), "opcode 9 does not exist; allowed are 1 to 7");
  EXPECT_EQ(error_of([&] { (void)decode({0}); }), "opcode 0 does not exist; allowed are 1 to 7");
  EXPECT_EQ(
      error_of([&] {
        (void)decode({3, 0, 0, 0x10});
      }),
      "LOAD_WEIGHTS: word 3 is 0x00000010, with bits 0x10 that have no name; they must be zero");
  EXPECT_EQ(error_of([&] { (void)decode({0x1007}); }),
            "END: word 0 is 0x00001007, with bits 0x1000 that have no name; they must be zero");
  EXPECT_EQ(error_of([&] { (void)decode_program(std::vector<std::uint8_t>(127), 64, 1); }),
            "1 commands at 0x40 reach past the end of the image of 127 bytes");
}

TEST(Command, TextIsForPeople) {
  EXPECT_EQ(
      disassemble(Command{{true, false, true, false}, 12, Store{0x4000, 32, 8, 1024, 2048, 0}}),
      "   12  STORE        pop_prev push_prev address=0x4000 chunk_bytes=32 chunks=8 stride=1024 "
      "word=2048");
  const std::vector<Command> program{{{false, false, false, true}, 0, LoadWeights{64, 32, 0, 5}},
                                     {{}, 1, End{}}};
  EXPECT_EQ(disassemble(program),
            "    0  LOAD_WEIGHTS push_next address=0x40 bytes=32 words=5\n    1  END         \n");
}

}  // namespace
