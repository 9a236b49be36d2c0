// Fields outside the limits of docs/accelerator.md: each one, with its whole text.
#include <gmock/gmock.h>

#include "hand_program.hpp"

namespace {

using namespace sd;
using namespace sd::schedule;
using Hand = test::HandProgram;

struct Case {
  std::function<void(Hand&)> spoil;
  const char* text;
};

void expect_all(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    Hand program;
    c.spoil(program);
    EXPECT_EQ(program.execution_fault(), c.text);
    EXPECT_EQ(program.order_fault(), c.text);
  }
}

TEST(Limits, TheRightProgramPasses) {
  EXPECT_EQ(Hand().execution_fault(), "no fault");
  EXPECT_EQ(Hand().execution_fault(1), "no fault");
  EXPECT_EQ(Hand().order_fault(), "no fault");
}

TEST(Limits, Transfers) {
  expect_all({
      {[](Hand& p) { p.op<LoadInput>(Hand::input).address = 4; },
       "command 0 (LOAD_INPUT): address: 4 is not a multiple of the 8 bytes of a beat"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).chunk_bytes = 12; },
       "command 0 (LOAD_INPUT): chunk_bytes: 12 is not a multiple of the 8 bytes of a beat"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).chunk_bytes = 0; },
       "command 0 (LOAD_INPUT): chunk_bytes: 0 is out of range; allowed are 1 to 4294967295"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).stride = 33; },
       "command 0 (LOAD_INPUT): stride: 33 is not a multiple of the 8 bytes of a beat"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).chunks = 0; },
       "command 0 (LOAD_INPUT): chunks: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).chunks = 65536; },
       "command 0 (LOAD_INPUT): chunks: 65536 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).word = 1; },
       "command 0 (LOAD_INPUT): word: 1 does not begin on a beat"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).word = 242; },
       "command 0 (LOAD_INPUT): word: 242 is out of range: what lies there ends before 258, the "
       "buffer before 256"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).row_bytes = 4; },
       "command 0 (LOAD_INPUT): row_bytes: 4 is not a multiple of the 8 bytes of a beat"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).row_bytes = 0; },
       "command 0 (LOAD_INPUT): row_bytes: 0 is out of range; allowed are 1 to 1024"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).row_bytes = 1032; },
       "command 0 (LOAD_INPUT): row_bytes: 1032 is out of range; allowed are 1 to 1024"},
      {[](Hand& p) { p.op<LoadInput>(Hand::input).first_flag = 121; },
       "command 0 (LOAD_INPUT): first_flag: 121 is out of range: what lies there ends before 129, "
       "the buffer before 128"},
      {[](Hand& p) { p.op<LoadIndex>(Hand::index).bytes = 0; },
       "command 1 (LOAD_INDEX): bytes: 0 is out of range; allowed are 1 to 4294967295"},
      {[](Hand& p) { p.op<LoadIndex>(Hand::index).rows = 65; },
       "command 1 (LOAD_INDEX): rows: 65 is out of range; allowed are 1 to 64"},
      {[](Hand& p) { p.op<LoadIndex>(Hand::index).rows = 0; },
       "command 1 (LOAD_INDEX): rows: 0 is out of range; allowed are 1 to 64"},
      {[](Hand& p) { p.op<LoadIndex>(Hand::index).r_wrap = 0; },
       "command 1 (LOAD_INDEX): r_wrap: 0 is out of range; allowed are 1 to 255"},
      {[](Hand& p) { p.op<LoadIndex>(Hand::index).r_step = 4; },
       "command 1 (LOAD_INDEX): r_step: 4 is out of range; allowed are 0 to 3"},
      {[](Hand& p) { p.op<LoadIndex>(Hand::index).slice_rows = 0; },
       "command 1 (LOAD_INDEX): slice_rows: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.op<LoadIndex>(Hand::index).entry = 58; },
       "command 1 (LOAD_INDEX): entry: 58 is out of range: what lies there ends before 65, the "
       "buffer before 64"},
      {[](Hand& p) { p.op<LoadWeights>(Hand::weights).word = 501; },
       "command 2 (LOAD_WEIGHTS): word: 501 is out of range: what lies there ends before 513, the "
       "buffer before 512"},
      {[](Hand& p) { p.op<LoadWeights>(Hand::weights).words = 13; },
       "command 2 (LOAD_WEIGHTS): words: 13 of 16 bits each are more than 24 bytes hold"},
      {[](Hand& p) { p.op<LoadParameters>(Hand::parameters).record = 7; },
       "command 3 (LOAD_PARAMS): record: 7 is out of range: what lies there ends before 9, the "
       "buffer before 8"},
      {[](Hand& p) { p.op<LoadParameters>(Hand::parameters).bytes = 8; },
       "command 3 (LOAD_PARAMS): records: 2 of 64 bits each are more than 8 bytes hold"},
      {[](Hand& p) { p.op<Store>(Hand::store).word = 128; },
       "command 6 (STORE): word: 128 is out of range; allowed are 0 to 127"},
      {[](Hand& p) { p.op<Store>(Hand::store).chunk_words = 129; },
       "command 6 (STORE): chunk_words: 129 is out of range; allowed are 0 to 128"},
      {[](Hand& p) { p.op<Store>(Hand::store).chunk_words = 121; },
       "command 6 (STORE): word: 0 is out of range: what lies there ends before 129, the buffer "
       "before 128"},
      {[](Hand& p) { p.op<Store>(Hand::store).chunks = 0; },
       "command 6 (STORE): chunks: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.op<Store>(Hand::store).stride = 4; },
       "command 6 (STORE): stride: 4 is not a multiple of the 8 bytes of a beat"},
  });
}

TEST(Limits, Compute) {
  expect_all({
      {[](Hand& p) { p.computing().index_entry = 64; },
       "command 4 (COMPUTE): index_entry: 64 is out of range; allowed are 0 to 63"},
      {[](Hand& p) { p.computing().index_entry = 58; },
       "command 4 (COMPUTE): index_entry: 58 is out of range: what lies there ends before 65, the "
       "buffer before 64"},
      {[](Hand& p) { p.computing().weight_word = 512; },
       "command 4 (COMPUTE): weight_word: 512 is out of range; allowed are 0 to 511"},
      {[](Hand& p) { p.computing().active_slices = 0; },
       "command 4 (COMPUTE): active_slices: 0 is out of range; allowed are 1 to 2"},
      {[](Hand& p) { p.computing().active_slices = 3; },
       "command 4 (COMPUTE): active_slices: 3 is out of range; allowed are 1 to 2"},
      {[](Hand& p) { p.computing().parameter_record = 7; },
       "command 4 (COMPUTE): parameter_record: 7 is out of range: what lies there ends before 9, "
       "the buffer before 8"},
      {[](Hand& p) { p.computing().input_pitch = 0; },
       "command 4 (COMPUTE): input_pitch: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.computing().tile_rows = 9; },
       "command 4 (COMPUTE): tile_rows: 9 is out of range; allowed are 1 to 8"},
      {[](Hand& p) { p.computing().tile_rows = 0; },
       "command 4 (COMPUTE): tile_rows: 0 is out of range; allowed are 1 to 8"},
      {[](Hand& p) { p.computing().input_word = 241; },
       "command 4 (COMPUTE): input_word: 241 is out of range: what lies there ends before 257, the "
       "buffer before 256"},
      {[](Hand& p) { p.computing().first_flag = 121; },
       "command 4 (COMPUTE): first_flag: 121 is out of range: what lies there ends before 129, the "
       "buffer before 128"},
      {[](Hand& p) { p.computing().stride_x = 3; },
       "command 4 (COMPUTE): stride_x: 3 is out of range; allowed are 1 to 2"},
      {[](Hand& p) { p.computing().stride_y = 0; },
       "command 4 (COMPUTE): stride_y: 0 is out of range; allowed are 1 to 2"},
      {[](Hand& p) { p.computing().steps = 4; },
       "command 4 (COMPUTE): steps: 4 is out of range; allowed are 1 to 3"},
      {[](Hand& p) { p.computing().output_rows = 0; },
       "command 4 (COMPUTE): output_rows: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.computing().output_pitch = 0; },
       "command 4 (COMPUTE): output_pitch: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.computing().output_columns = 9; },
       "command 4 (COMPUTE): output_columns: 9 is out of range; allowed are 1 to 8"},
      {[](Hand& p) { p.computing().to_output = p.computing().to_input = 0; },
       "command 4 (COMPUTE): to_output: 0 is out of range: to_input is 0 as well; a result goes "
       "somewhere"},
      {[](Hand& p) { p.computing().output_channel_words = 7; },
       "command 4 (COMPUTE): output_channel_words: 7 is out of range; allowed are 8 to 65535"},
      {[](Hand& p) { p.computing().output_word = 113; },
       "command 4 (COMPUTE): output_word: 113 is out of range: what lies there ends before 129, "
       "the "
       "buffer before 128"},
      {[](Hand& p) { p.computing().local_channel_words = 7; },
       "command 4 (COMPUTE): local_channel_words: 7 is out of range; allowed are 8 to 65535"},
      {[](Hand& p) { p.computing().local_word = 241; },
       "command 4 (COMPUTE): local_word: 241 is out of range: what lies there ends before 257, the "
       "buffer before 256"},
      {[](Hand& p) { p.computing().local_rows = 3; },
       "command 4 (COMPUTE): local_rows: 3 is out of range; allowed are 4 to 65535"},
      {[](Hand& p) { p.computing().local_flag = 121; },
       "command 4 (COMPUTE): local_flag: 121 is out of range: what lies there ends before 129, the "
       "buffer before 128"},
      {[](Hand& p) {
         p.computing().residual = 1;
         p.computing().residual_word = 200, p.computing().residual_channel_words = 49;
       },
       "command 4 (COMPUTE): residual_word: 200 is out of range: what lies there ends before 257, "
       "the buffer before 256"},
      {[](Hand& p) { p.computing().block_rows = 3; },
       "command 4 (COMPUTE): block_rows: 3 is out of range; allowed are 1 to 2"},
      {[](Hand& p) { p.computing().block_words = 0; },
       "command 4 (COMPUTE): block_words: 0 is out of range; allowed are 1 to 2"},
      {[](Hand& p) { p.computing().block_rows = 2; },
       "command 4 (COMPUTE): block_words: 2 is out of range; allowed are 1 to 1"},
      {[](Hand& p) { p.computing().block_rows = 2, p.computing().block_words = 1; },
       "command 4 (COMPUTE): block_rows: 2 is out of range: blocks of several rows need "
       "block_words "
       "= output_pitch = input_pitch and strides of 1"},
      {[](Hand& p) { p.computing().mode = 2; },
       "command 4 (COMPUTE): block_words: 2 is out of range; allowed are 1 to 1"},
      {[](Hand& p) { p.computing().mode = 2, p.computing().block_words = 1; },
       "command 4 (COMPUTE): skip_zero_rows: 1 is out of range; allowed are 0 to 0"},
  });
}

TEST(Limits, Vector) {
  const auto two = [](Hand& p) {
    Vector& v = p.vectoring();
    v.two_operands = 1, v.second_word = 100, v.second_channel_words = 8;
    v.window_rows = v.window_columns = v.stride_x = v.stride_y = 1;
  };
  expect_all({
      {[](Hand& p) { p.vectoring().channels = 0; },
       "command 5 (VECTOR): channels: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.vectoring().tile_rows = 0; },
       "command 5 (VECTOR): tile_rows: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.vectoring().input_pitch = 0; },
       "command 5 (VECTOR): input_pitch: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.vectoring().input_channel_words = 7; },
       "command 5 (VECTOR): input_channel_words: 7 is out of range; allowed are 8 to 65535"},
      {[](Hand& p) { p.vectoring().input_word = 241; },
       "command 5 (VECTOR): input_word: 241 is out of range: what lies there ends before 257, the "
       "buffer before 256"},
      {[](Hand& p) { p.vectoring().window_rows = 0; },
       "command 5 (VECTOR): window_rows: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.vectoring().window_columns = 0; },
       "command 5 (VECTOR): window_columns: 0 is out of range; allowed are 1 to 65535"},
      {[](Hand& p) { p.vectoring().stride_x = 3; },
       "command 5 (VECTOR): stride_x: 3 is out of range; allowed are 1 to 2"},
      {[](Hand& p) { p.vectoring().stride_y = 0; },
       "command 5 (VECTOR): stride_y: 0 is out of range; allowed are 1 to 2"},
      {[](Hand& p) { p.vectoring().output_columns = 9; },
       "command 5 (VECTOR): output_columns: 9 is out of range; allowed are 1 to 8"},
      {[](Hand& p) { p.vectoring().output_rows = 3; },
       "command 5 (VECTOR): output_channel_words: 4 is out of range; allowed are 6 to 65535"},
      {[](Hand& p) { p.vectoring().output_word = 121; },
       "command 5 (VECTOR): output_word: 121 is out of range: what lies there ends before 129, the "
       "buffer before 128"},
      {[](Hand& p) { p.vectoring().to_output = 0; },
       "command 5 (VECTOR): to_output: 0 is out of range: to_input is 0 as well; a result goes "
       "somewhere"},
      {[](Hand& p) { p.vectoring().across = 1; },
       "command 5 (VECTOR): output_columns: 3 is out of range; allowed are 1 to 1"},
      {[&](Hand& p) { two(p), p.vectoring().second_channel_words = 153; },
       "command 5 (VECTOR): second_word: 100 is out of range: what lies there ends before 257, the "
       "buffer before 256"},
      {[&](Hand& p) { two(p), p.vectoring().window_rows = 2; },
       "command 5 (VECTOR): window_rows: 2 is out of range; allowed are 1 to 1"},
      {[&](Hand& p) { two(p), p.vectoring().window_columns = 2; },
       "command 5 (VECTOR): window_columns: 2 is out of range; allowed are 1 to 1"},
      {[&](Hand& p) { two(p), p.vectoring().stride_x = 2; },
       "command 5 (VECTOR): stride_x: 2 is out of range; allowed are 1 to 1"},
      {[&](Hand& p) { two(p), p.vectoring().stride_y = 2; },
       "command 5 (VECTOR): stride_y: 2 is out of range; allowed are 1 to 1"},
      {[&](Hand& p) { two(p), p.vectoring().pad_left = 1; },
       "command 5 (VECTOR): pad_left: 1 is out of range; allowed are 0 to 0"},
      {[&](Hand& p) { two(p), p.vectoring().output_pitch = 1; },
       "command 5 (VECTOR): output_pitch: 1 is out of range; allowed are 2 to 2"},
  });
}

}  // namespace
