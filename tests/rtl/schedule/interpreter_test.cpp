// Wrong programs: what the interpreter must not let pass, although every field is inside its
// limits.
#include <gmock/gmock.h>

#include "hand_program.hpp"

namespace {

using namespace sd;
using namespace sd::schedule;
using Hand = test::HandProgram;
using testing::HasSubstr;

std::string fault_of(const std::function<void(Hand&)>& spoil) {
  Hand program;
  spoil(program);
  const std::string fault = program.execution_fault();
  EXPECT_EQ(program.order_fault(), fault);
  return fault;
}

TEST(WrongPrograms, Frames) {
  EXPECT_EQ(fault_of([](Hand& p) { p.commands.pop_back(); }),
            "command 7 (STORE): END must be the last command, and only that");
  EXPECT_EQ(fault_of([](Hand& p) {
              p.commands.insert(p.commands.begin(), Command{{}, 9, End{}});
            }),
            "command 9 (END): END must be the last command, and only that");
  EXPECT_EQ(fault_of([](Hand& p) { p.commands.clear(); }),
            "the program is empty; it must end with END");
  EXPECT_EQ(fault_of([](Hand& p) { p.memory.resize(p.memory.size() + 8); }),
            "the program's address 0x808 is not a multiple of 64 bytes");
  const Hand program;
  auto image = program.image();
  EXPECT_EQ(Hand::fault_of([&] {
              (void)interpret(program.design, image, program.address(), program.count() + 1);
            }),
            "10 commands at 0x800 reach past the end of the image of 2624 bytes");
  image[program.address()] = 77;
  EXPECT_EQ(Hand::fault_of([&] {
              (void)interpret(program.design, image, program.address(), program.count());
            }),
            "the command at 0x800: opcode 77 does not exist; allowed are 1 to 8");
}

TEST(WrongPrograms, Tokens) {
  EXPECT_EQ(fault_of([](Hand& p) { p.tokens(Hand::parameters).push_next = false; }),
            "command 4 (COMPUTE): waits for a token from load to compute that no earlier command "
            "gives");
  EXPECT_EQ(fault_of([](Hand& p) { p.tokens(Hand::vector).pop_next = true; }),
            "command 5 (VECTOR): waits for a token from store to compute that no earlier command "
            "gives");
  EXPECT_EQ(fault_of([](Hand& p) { p.tokens(Hand::store).push_next = true; }),
            "command 8 (END): leaves 1 tokens from store to load over");
  EXPECT_EQ(fault_of([](Hand& p) { p.tokens(Hand::compute).push_prev = true; }),
            "command 8 (END): leaves 1 tokens from compute to load over");
  EXPECT_EQ(fault_of([](Hand& p) { p.tokens(Hand::index).push_prev = true; }),
            "command 1 (LOAD_INDEX): LOAD_INDEX cannot have push_prev: the store unit takes no "
            "token from the load unit");
  EXPECT_EQ(fault_of([](Hand& p) { p.tokens(Hand::store).pop_next = true; }),
            "command 6 (STORE): STORE cannot have pop_next: the load unit gives no token to the "
            "store unit");
  EXPECT_EQ(fault_of([](Hand& p) { p.tokens(Hand::end).pop_prev = true; }),
            "command 8 (END): END cannot have tokens: it waits for every unit");
  EXPECT_EQ(fault_of([](Hand& p) {
              Command load{{false, false, false, true}, 100, LoadParameters{256, 16, 0, 2}};
              p.commands.insert(p.commands.begin(), 255, load);
            }),
            "command 3 (LOAD_PARAMS): gives a token from load to compute where 255 unused ones are "
            "waiting already");
}

TEST(WrongPrograms, ReadingWhatNothingHasWritten) {
  EXPECT_EQ(fault_of([](Hand& p) { p.computing().index_entry = 1; }),
            "command 4 (COMPUTE): reads index buffer entry 7, which nothing has written");
  EXPECT_EQ(fault_of([](Hand& p) { p.computing().weight_word = 1; }),
            "command 4 (COMPUTE): reads weight buffer word 12, which nothing has written");
  EXPECT_EQ(fault_of([](Hand& p) { p.computing().parameter_record = 1; }),
            "command 4 (COMPUTE): reads parameter record 2, which nothing has written");
  EXPECT_EQ(fault_of([](Hand& p) { p.computing().input_word = 2; }),
            "command 4 (COMPUTE): reads input buffer word 16, which nothing has written");
  EXPECT_EQ(fault_of([](Hand& p) { p.computing().first_flag = 3; }),
            "command 4 (COMPUTE): reads zero flag 8, which nothing has written");
  EXPECT_EQ(fault_of([](Hand& p) {
              p.computing().residual = 1;
              p.computing().residual_word = 20;
            }),
            "command 4 (COMPUTE): reads input buffer word 20, which nothing has written");
  EXPECT_EQ(fault_of([](Hand& p) { p.vectoring().input_word = 101; }),
            "command 5 (VECTOR): reads input buffer word 116, which nothing has written");
  EXPECT_EQ(fault_of([](Hand& p) {
              Vector& v = p.vectoring();
              v.two_operands = 1, v.second_word = 30, v.second_multiplier = 1;
              v.window_rows = v.window_columns = v.stride_x = v.stride_y = 1;
            }),
            "command 5 (VECTOR): reads input buffer word 30, which nothing has written");
  EXPECT_EQ(fault_of([](Hand& p) { p.op<Store>(Hand::second_store).word = 37; }),
            "command 7 (STORE): reads output buffer word 40, which nothing has written");
}

TEST(WrongPrograms, WhatDoesNotMatterNeedNotBeThere) {
  Hand program;
  // Tile rows that no output row meets; operands whose multiplier is 0.
  program.op<LoadInput>(Hand::input).chunk_bytes = 24;  // three of four rows
  program.op<LoadInput>(Hand::input).chunks = 1;
  program.computing().active_slices = 1;
  program.op<LoadIndex>(Hand::index).rows = 3;
  program.op<LoadIndex>(Hand::index).entries = program.computing().index_entries = 4;
  program.computing().output_rows = 2;
  program.vectoring().channels = 1, program.vectoring().tile_rows = 2,
  program.vectoring().output_rows = 1;
  program.op<Store>(Hand::store).chunks = program.op<Store>(Hand::second_store).chunks = 1;
  program.op<Store>(Hand::store).chunk_bytes = 16;
  program.op<Store>(Hand::second_store).chunk_bytes = 8;
  EXPECT_EQ(program.execution_fault(), "no fault");
  program.computing().output_rows = 3;
  EXPECT_THAT(program.execution_fault(), HasSubstr("reads zero flag 3, which nothing has written"));
  Hand zeros;
  zeros.vectoring().maximum = 0;
  zeros.vectoring().input_word = 40;
  EXPECT_EQ(zeros.execution_fault(), "no fault");
}

// Half of a row is there: as much as the pixels and steps of each mode reach.
TEST(WrongPrograms, ColumnsThatAreRead) {
  struct Mode {
    int mode, steps, dilation, pixels;
  };
  for (const Mode m : {Mode{0, 3, 0, 6}, Mode{3, 2, 3, 5}, Mode{1, 1, 0, 8}}) {
    Hand p;
    p.commands[Hand::input].operation = LoadInput{0, 8, 1, 0, 0, 8, 0};
    LoadIndex& index = p.op<LoadIndex>(Hand::index);
    index.rows = 1, index.entries = 2;
    Compute& c = p.computing();
    c.index_entries = 2, c.mode = m.mode, c.steps = m.steps, c.dilation_x = m.dilation;
    c.first_row = 0, c.pad_left = 0, c.input_pitch = 4, c.input_columns = 16;
    c.tile_rows = c.total_tile_rows = 1, c.output_rows = 1, c.output_columns = m.pixels;
    c.active_slices = 1;
    p.commands.erase(p.commands.begin() + Hand::vector, p.commands.begin() + Hand::end);
    c.to_input = 0;
    p.tokens(Hand::compute).push_next = false;
    EXPECT_EQ(p.execution_fault(), "no fault") << "mode " << m.mode;
    p.computing().output_pitch = 3;
    ++p.computing().output_columns;
    EXPECT_EQ(p.execution_fault(),
              "command 4 (COMPUTE): reads input buffer word 2, which nothing has written")
        << "mode " << m.mode;
  }
}

TEST(WrongPrograms, Memory) {
  EXPECT_EQ(fault_of([](Hand& p) { p.op<LoadInput>(Hand::input).address = 0x7fffff00; }),
            "command 0 (LOAD_INPUT): moves 32 bytes at 0x7fffff00, past the end of the image of "
            "2624 bytes");
  EXPECT_EQ(fault_of([](Hand& p) { p.op<Store>(Hand::second_store).address = 0x8000; }),
            "command 7 (STORE): moves 16 bytes at 0x8000, past the end of the image of 2624 bytes");
  EXPECT_EQ(fault_of([](Hand& p) { p.op<Store>(Hand::store).address = 2048 - 8; }),
            "command 6 (STORE): stores 32 bytes at 0x7f8, over the program at 0x800");
  // A row that reads on past the last word of the buffer: the table does not forbid it.
  EXPECT_EQ(fault_of([](Hand& p) {
              p.op<LoadInput>(Hand::input).word = 240;
              p.computing().input_word = 240, p.computing().input_columns = 16;
              p.computing().output_columns = 8, p.computing().stride_x = 2;
            }),
            "command 4 (COMPUTE): touches input buffer word 256; there are 256");
}

TEST(WrongPrograms, Groups) {
  EXPECT_EQ(fault_of([](Hand& p) { p.op<LoadIndex>(Hand::index).entries = 8; }),
            "command 1 (LOAD_INDEX): expects 8 index entries, the bitmap gives 7");
  EXPECT_EQ(fault_of([](Hand& p) { p.op<LoadIndex>(Hand::index).row_step = 20000; }),
            "command 1 (LOAD_INDEX): counts to c_row 80004 at row 4, which 16 bits do not hold");
  EXPECT_EQ(fault_of([](Hand& p) { p.op<LoadIndex>(Hand::index).row_carry = 6; }),
            "command 4 (COMPUTE): index entry 4 leads to row 8 of the tile, which has 8");
  EXPECT_EQ(fault_of([](Hand& p) { p.computing().bypass = 1; }),
            "command 4 (COMPUTE): meets index entry 0, a marker, but rebuilds nothing");
  EXPECT_EQ(fault_of([](Hand& p) {
              p.op<LoadIndex>(Hand::index).markers = 0;
              p.op<LoadIndex>(Hand::index).entries = p.computing().index_entries = 6;
            }),
            "command 4 (COMPUTE): meets index entry 0, a row, before any marker: it has no basis");
  EXPECT_EQ(fault_of([](Hand& p) {
              p.op<LoadIndex>(Hand::index).slice_rows = 3;
              p.op<LoadIndex>(Hand::index).entries = p.computing().index_entries = 8;
            }),
            "command 4 (COMPUTE): meets index entry 4, a second marker, but keeps its first basis");
  EXPECT_EQ(fault_of([](Hand& p) {
              p.memory[140] = 0x3f;
              p.design.levels = 2;
            }),
            "command 4 (COMPUTE): meets a coefficient of magnitude 3; there are 2 levels");
  EXPECT_EQ(fault_of([](Hand& p) {
              p.design.rebuild = false;
              p.computing().bypass = 1;
              p.op<LoadWeights>(Hand::weights).words = 4;  // of two slices of three bytes
            }),
            "command 4 (COMPUTE): bypass: 1 is out of range; a design without rebuild allows 0");
  EXPECT_EQ(fault_of([](Hand& p) { p.memory[256 + 5] = 0x80; }),
            "command 4 (COMPUTE): meets a parameter record with multiplier 32769 and shift 0; "
            "allowed are 32767 and 47 at most");
  EXPECT_EQ(fault_of([](Hand& p) { p.memory[256 + 6] = 48; }),
            "command 4 (COMPUTE): meets a parameter record with multiplier 1 and shift 48; allowed "
            "are 32767 and 47 at most");
}

TEST(WrongPrograms, FullyConnected) {
  const auto connect = [](Hand& p) {
    Compute& c = p.computing();
    c.mode = 2, c.block_words = 1, c.skip_zero_rows = 0, c.first_row = 0, c.pad_left = 0;
    LoadIndex& l = p.op<LoadIndex>(Hand::index);
    l.r_step = 3, l.r_wrap = 6, l.row_carry = 1;
  };
  EXPECT_EQ(fault_of(connect),
            "command 4 (COMPUTE): computes 4 x 6 outputs a channel; a fully connected layer has "
            "one");
  EXPECT_EQ(fault_of([&](Hand& p) {
              connect(p);
              p.computing().input_columns = 3;
            }),
            "command 4 (COMPUTE): index entry 2 begins at column 3 of a row; there are 3");
}

TEST(WrongPrograms, WritingWhatTheCommandReads) {
  EXPECT_EQ(fault_of([](Hand& p) { p.computing().local_word = 15; }),
            "command 4 (COMPUTE): writes input buffer word 15, which it reads itself as its input");
  EXPECT_EQ(fault_of([](Hand& p) { p.computing().local_flag = 7; }),
            "command 4 (COMPUTE): writes zero flag 7, which it reads itself");
  EXPECT_EQ(
      fault_of([](Hand& p) { p.computing().residual = 1, p.computing().residual_word = 104; }),
      "command 4 (COMPUTE): writes input buffer word 104, which it reads itself as its "
      "residual");
  EXPECT_EQ(fault_of([](Hand& p) {
              p.computing().residual = 1, p.computing().residual_word = 100;
              p.computing().residual_channel_words = 4;
            }),
            "command 4 (COMPUTE): writes input buffer word 100, which it reads itself as its "
            "residual");
  const auto local = [](Hand& p, std::int64_t word) {
    Vector& v = p.vectoring();
    v.to_input = 1, v.local_word = word, v.local_channel_words = 8, v.local_flag = 50,
    v.local_rows = 4;
  };
  EXPECT_EQ(fault_of([&](Hand& p) { local(p, 100); }),
            "command 5 (VECTOR): writes input buffer word 100, which it reads itself as its input");
  EXPECT_EQ(fault_of([&](Hand& p) {
              local(p, 102);
              Vector& v = p.vectoring();
              v.maximum = 0, v.two_operands = 1, v.second_multiplier = 1, v.second_word = 100,
              v.second_channel_words = 8;
              v.window_rows = v.window_columns = v.stride_x = v.stride_y = 1;
            }),
            "command 5 (VECTOR): writes input buffer word 102, which it reads itself as its second "
            "operand");
}

TEST(WrongPrograms, ResultsMayTakeAnOperandsPlace) {
  Hand vector;
  Vector& v = vector.vectoring();
  v.window_rows = v.window_columns = v.stride_x = v.stride_y = 1;
  v.to_input = 1, v.local_word = 100, v.local_channel_words = 8, v.local_flag = 50,
  v.local_rows = 4;
  EXPECT_EQ(vector.execution_fault(), "no fault");
  EXPECT_EQ(vector.order_fault(), "no fault");
  v.local_word = 102;
  EXPECT_THAT(vector.execution_fault(), HasSubstr("word 102, which it reads itself as its input"));
}

TEST(WrongPrograms, Vectors) {
  EXPECT_EQ(fault_of([](Hand& p) { p.vectoring().output_multiplier = 2; }),
            "command 5 (VECTOR): output_multiplier: 2 with output_shift 0 is out of range; a "
            "maximum has 1 and 0");
  EXPECT_EQ(fault_of([](Hand& p) { p.vectoring().output_shift = 1; }),
            "command 5 (VECTOR): output_multiplier: 1 with output_shift 1 is out of range; a "
            "maximum has 1 and 0");
  EXPECT_EQ(fault_of([](Hand& p) { p.vectoring().pad_left = 2; }),
            "command 5 (VECTOR): takes the maximum of nothing at row 0, column 0");
}

// 65535 rows of three products of 127 * 127 each.
TEST(WrongPrograms, SumsOfMoreThan32Bits) {
  Hand p;
  p.design.rebuild = false, p.design.mac_kind = design::MacKind::booth_serial;
  p.design.index_buffer_entries = 65536, p.design.weight_buffer_bytes = 65536 * 6;
  design::validate(p.design);
  const std::uint32_t bitmap = 0x1000, words = 0x4000;
  p.memory.assign(0x80000, 0);
  std::fill(p.memory.begin(), p.memory.begin() + 64, std::uint8_t{127});
  std::fill(p.memory.begin() + bitmap, p.memory.begin() + bitmap + 8192, std::uint8_t{255});
  std::fill(p.memory.begin() + words, p.memory.begin() + words + 65535 * 6, std::uint8_t{127});
  p.commands[Hand::index].operation = LoadIndex{.address = bitmap,
                                                .bytes = 8192,
                                                .entry = 0,
                                                .rows = 65535,
                                                .r_step = 0,
                                                .r_wrap = 1,
                                                .row_step = 0,
                                                .row_carry = 0,
                                                .slice_rows = 1,
                                                .markers = 0,
                                                .entries = 65535};
  p.commands[Hand::weights].operation = LoadWeights{words, 393216, 0, 65535};
  Compute& c = p.computing();
  c.index_entries = 65535, c.first_row = 0, c.pad_left = 0, c.keep_basis = 0;
  EXPECT_EQ(p.execution_fault(),
            "command 4 (COMPUTE): accumulates 3171042045, which 32 bits do not hold");
  Hand v;
  Vector& vector = v.vectoring();
  vector.maximum = 0, vector.input_word = 0, vector.first_multiplier = 32767;
  vector.window_rows = vector.window_columns = 65535;
  EXPECT_EQ(v.execution_fault(), "no fault") << "a window may reach far past the input";
}

}  // namespace
