#include "jpeg_arithmetic.hpp"

#include <algorithm>
#include <cstdint>

namespace sd::data {
namespace {

using Wide = std::int64_t;  // damaged files may hold coefficients that overflow 32 bits

constexpr int constant_bits = 13;
constexpr int pass_bits = 2;

Wide rounded_shift(Wide value, int bits) {
  return (value + (Wide{1} << (bits - 1))) >> bits;
}

unsigned char to_byte(Wide value) {
  return static_cast<unsigned char>(std::clamp<Wide>(value, 0, 255));
}

/// One-dimensional inverse DCT, scaled up by sqrt(8) * 2^13. The constants are the paper's, times
/// 2^13.
void transform(const Wide (&in)[8], Wide (&out)[8]) {
  const Wide shared = (in[2] + in[6]) * 4433;
  const Wide even2 = shared - in[6] * 15137, even3 = shared + in[2] * 6270;
  const Wide even0 = (in[0] + in[4]) << constant_bits, even1 = (in[0] - in[4]) << constant_bits;
  const Wide even[4] = {even0 + even3, even1 + even2, even1 - even2, even0 - even3};

  const Wide z5 = (in[7] + in[3] + in[5] + in[1]) * 9633;
  const Wide z1 = -(in[7] + in[1]) * 7373, z2 = -(in[5] + in[3]) * 20995;
  const Wide z3 = z5 - (in[7] + in[3]) * 16069, z4 = z5 - (in[5] + in[1]) * 3196;
  const Wide odd[4] = {in[1] * 12299 + z1 + z4, in[3] * 25172 + z2 + z3, in[5] * 16819 + z2 + z4,
                       in[7] * 2446 + z1 + z3};

  for (int i = 0; i < 4; ++i) {
    out[i] = even[i] + odd[i];
    out[7 - i] = even[i] - odd[i];
  }
}

}  // namespace

void inverse_dct(unsigned char* out, int out_stride, short* coefficients) {
  Wide columns[8][8];  // [row][column] after the pass over columns
  Wide in[8], result[8];
  for (int column = 0; column < 8; ++column) {
    for (int row = 0; row < 8; ++row) in[row] = coefficients[row * 8 + column];
    transform(in, result);
    for (int row = 0; row < 8; ++row)
      columns[row][column] = rounded_shift(result[row], constant_bits - pass_bits);
  }
  for (int row = 0; row < 8; ++row) {
    transform(columns[row], result);
    // sqrt(8) twice is 3 bits.
    for (int column = 0; column < 8; ++column) {
      out[row * out_stride + column] =
          to_byte(rounded_shift(result[column], constant_bits + pass_bits + 3) + 128);
    }
  }
}

unsigned char* upsample_2x2(unsigned char* out, unsigned char* near_row, unsigned char* far_row,
                            int width, int /*scale*/) {
  if (width <= 2) {  // too narrow for the triangle filter in the IJG library
    for (int i = 0; i < 2 * width; ++i) out[i] = near_row[i / 2];
    return out;
  }
  const auto column = [&](int i) { return 3 * near_row[i] + far_row[i]; };
  for (int i = 0; i < width; ++i) {
    const int left = column(std::max(i - 1, 0)), here = column(i),
              right = column(std::min(i + 1, width - 1));
    out[2 * i] = static_cast<unsigned char>((3 * here + left + 8) >> 4);
    out[2 * i + 1] = static_cast<unsigned char>((3 * here + right + 7) >> 4);
  }
  return out;
}

void ycc_to_rgb(unsigned char* out, const unsigned char* y, const unsigned char* cb,
                const unsigned char* cr, int count, int step) {
  constexpr Wide half = 32768;
  for (int i = 0; i < count; ++i, out += step) {
    const Wide blue = cb[i] - 128, red = cr[i] - 128;
    out[0] = to_byte(y[i] + ((91881 * red + half) >> 16));                  // 1.40200
    out[1] = to_byte(y[i] + ((-22554 * blue - 46802 * red + half) >> 16));  // 0.34414, 0.71414
    out[2] = to_byte(y[i] + ((116130 * blue + half) >> 16));                // 1.77200
    if (step == 4) out[3] = 255;
  }
}

}  // namespace sd::data
