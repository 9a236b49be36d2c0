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
  c.index_entry = 1, c.index_entries = 2, c.weight_word = 3, c.parameter_record = 4;
  c.input_word = 5, c.local_word = 6, c.input_pitch = 7, c.tile_rows = 8;
  c.first_row = -1, c.first_flag = 9, c.output_rows = 10, c.output_columns = 11;
  c.input_columns = 12, c.pad_left = 13, c.steps = 3, c.output_word = 14, c.output_pitch = 15;
  c.output_channel_words = 140, c.active_slices = 8, c.relu = 1, c.mode = 2, c.keep_basis = 1,
  c.fence = 1;
  c.rows_not_stored = 16, c.total_tile_rows = 17;
  c.stride_x = 2, c.stride_y = 3, c.dilation_x = 21, c.block_rows = 4, c.block_words = 5;
  c.to_input = 1, c.residual = 1, c.residual_shift = 33;
  c.residual_word = 18, c.residual_channel_words = 19, c.local_flag = 20, c.local_rows = 21;
  c.local_channel_words = 22, c.own_multiplier = 0x7fff, c.residual_multiplier = 0x1234;
  return c;
}

TEST(Command, ComputeIsEncodedAsTheDocumentSays) {
  const CommandWords words = encode({{true, false, false, true}, 0x1234, some_compute()});
  const CommandWords expected{
      0x12340905, 0x00020001,
      0x00040003, 0x00060005,
      0x00080007, 0x0009ffff,
      0x000b000a, 0x030d000c,
      0x000f000e, 0x5508008c,
      0x00110010, 2U | 3U << 4 | 21U << 8 | 4U << 13 | 5U << 17 | 1U << 22 | 1U << 23 | 33U << 25,
      0x00130012, 0x00150014,
      22,         0x12347fff};
  EXPECT_EQ(words, expected);
  Compute other;  // the bits that the first one leaves out
  other.bypass = other.skip_zero_rows = other.to_output = other.residual_relu = 1;
  const CommandWords bits = encode({{}, 0, other});
  EXPECT_EQ(bits[9], 1U << 27 | 1U << 29);
  EXPECT_EQ(bits[11], 1U << 21 | 1U << 24);
}

TEST(Command, VectorIsEncodedAsTheDocumentSays) {
  Vector v;
  v.input_word = 1, v.second_word = 2, v.output_word = 3, v.local_word = 4, v.channels = 5,
  v.input_channel_words = 6;
  v.input_pitch = 7, v.tile_rows = 8, v.first_row = -2, v.input_columns = 9, v.output_rows = 10,
  v.output_columns = 11;
  v.output_pitch = 12, v.output_channel_words = 13, v.local_channel_words = 14, v.local_rows = 15;
  v.local_flag = 16, v.pad_left = 17, v.stride_x = 2, v.stride_y = 3;
  v.window_rows = 18, v.window_columns = 19, v.first_multiplier = 0x7ffe,
  v.second_multiplier = 0x7fff;
  v.output_multiplier = 0x1234, v.output_shift = 63, v.second_channel_words = 20;
  v.two_operands = v.relu = v.to_input = 1;
  EXPECT_EQ(encode({{false, true, true, false}, 7, v}),
            (CommandWords{0x00070608, 0x00020001, 0x00040003, 0x00060005, 0x00080007, 0x0009fffe,
                          0x000b000a, 0x000d000c, 0x000f000e, 0x32110010, 0x00130012, 0x7fff7ffe,
                          0x003f1234, 0x002a0014, 0, 0}));
  Vector other;
  other.maximum = other.across = other.to_output = 1;
  EXPECT_EQ(encode({{}, 0, other})[13], 1U << 16 | 1U << 18 | 1U << 20);
}

TEST(Command, TransfersAreEncodedAsTheDocumentSays) {
  EXPECT_EQ(encode({{false, true, false, false}, 0, LoadInput{0x80000000, 64, 3, 4096, 17, 32, 5}}),
            (CommandWords{0x00000201, 0x80000000, 64, 3, 4096, 17, 32, 5}));
  EXPECT_EQ(encode({{}, 1, LoadIndex{64, 24, 1024, 180, 2, 6, 3, 34, 60, 1, 99}}),
            (CommandWords{0x00010002, 64, 24, 0, 0, 1024, 0x060200b4, 0x00220003, 0x8000003c, 99}));
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
    words[0] = (words[0] & 0xffff0f00U) | static_cast<std::uint32_t>(random() % 8 + 1);
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
  Vector v;
  v.output_shift = 64;
  EXPECT_EQ(error_of([&] {
              (void)encode({{}, 0, v});
            }),
            "VECTOR: output_shift: 64 is out of range; allowed are 0 to 63");
  EXPECT_EQ(error_of([&] { (void)decode({9}); }), "opcode 9 does not exist; allowed are 1 to 8");
  EXPECT_EQ(error_of([&] { (void)decode({0}); }), "opcode 0 does not exist; allowed are 1 to 8");
  EXPECT_EQ(
      error_of([&] {
        (void)decode({3, 0, 0, 0x10});
      }),
      "LOAD_WEIGHTS: word 3 is 0x00000010, with bits 0x10 that have no name; they must be zero");
  EXPECT_EQ(error_of([&] { (void)decode({0x1007}); }),
            "END: word 0 is 0x00001007, with bits 0x1000 that have no name; they must be zero");
  EXPECT_EQ(error_of([&] { (void)decode_program(std::vector<std::uint8_t>(127), 64, 1); }),
            "1 commands at 0x40 reach past the end of the image of 127 bytes");
  EXPECT_EQ(error_of([&] { (void)decode_program(std::vector<std::uint8_t>(128), 64, 1); }),
            "the command at 0x40: opcode 0 does not exist; allowed are 1 to 8");
}

TEST(Command, TextIsForPeople) {
  EXPECT_EQ(
      disassemble(Command{{true, false, true, false}, 12, Store{0x4000, 32, 8, 1024, 2048, 0}}),
      "   12  STORE        pop_prev push_prev address=0x4000 chunk_bytes=32 chunks=8 stride=1024 "
      "word=2048");
  Vector v;
  v.channels = 2, v.first_row = -1, v.across = 1;
  EXPECT_EQ(disassemble(Command{{}, 3, v}), "    3  VECTOR       channels=2 first_row=-1 across=1");
  const std::vector<Command> program{{{false, false, false, true}, 0, LoadWeights{64, 32, 0, 5}},
                                     {{}, 1, End{}}};
  EXPECT_EQ(disassemble(program),
            "    0  LOAD_WEIGHTS push_next address=0x40 bytes=32 words=5\n    1  END         \n");
}

}  // namespace
