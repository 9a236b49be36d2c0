// The arithmetic of the Independent JPEG Group's decoder, which is what nearly every framework read
// its training images with: inverse DCT, chroma upsampling and colour conversion. stb_image rounds
// differently by a grey level here and there, which moves a network's accuracy by tenths of a
// percent.
//
// The signatures are those of the function pointers in stb_image's decoder.
#pragma once

namespace sd::data {

/// 8 x 8 dequantised coefficients in raster order -> pixels, as the "islow" method of the IJG
/// library does: Loeffler, Ligtenberg, Moschytz (ICASSP 1989), 13-bit constants, 2 extra bits
/// between the passes.
void inverse_dct(unsigned char* out, int out_stride, short* coefficients);

/// One output row of twice the width from the nearer and the farther of two chroma rows, by
/// triangle weights
/// ("fancy upsampling"). `scale` must be 2. Returns `out`.
unsigned char* upsample_2x2(unsigned char* out, unsigned char* near_row, unsigned char* far_row,
                            int width, int scale);

/// JFIF's YCbCr -> RGB in 16-bit fixed point; pixels are `step` bytes apart, 3 or 4 (255 in the
/// fourth).
void ycc_to_rgb(unsigned char* out, const unsigned char* y, const unsigned char* cb,
                const unsigned char* cr, int count, int step);

}  // namespace sd::data
