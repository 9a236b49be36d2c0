#include "image_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <memory>

namespace {

// The largest block that the decoder may ask for while this thread decodes its present file: a
// small PNG can claim to hold gigabytes of packed zeros.
thread_local std::size_t block_limit = 0;

void* limited_malloc(std::size_t size) {
  return size <= block_limit ? std::malloc(size) : nullptr;
}

void* limited_realloc(void* block, std::size_t size) {
  return size <= block_limit ? std::realloc(block, size) : nullptr;
}

}  // namespace

#define STBI_MALLOC(size) limited_malloc(size)
#define STBI_REALLOC(block, size) limited_realloc(block, size)
#define STBI_FREE(block) std::free(block)
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 8192
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>

#include "jpeg_arithmetic.hpp"
#include "jpeg_tables.hpp"
#include "png_chunks.hpp"
#include "sdengine/data/decode_image.hpp"

namespace sd::data {
namespace {

constexpr std::uintmax_t max_file_bytes = std::uintmax_t{64} << 20;
constexpr int max_side = STBI_MAX_DIMENSIONS;
constexpr std::int64_t max_pixels = std::int64_t{1} << 24;

using Pixels = std::unique_ptr<stbi_uc, decltype(&std::free)>;

/// stb_image's JPEG decoder with the reference library's arithmetic.
stbi_uc* decode_jpeg(stbi__context& context, int* width, int* height, int* in_file, int channels) {
  const auto decoder = std::make_unique<stbi__jpeg>();
  decoder->s = &context;
  stbi__setup_jpeg(decoder.get());
  decoder->idct_block_kernel = inverse_dct;
  decoder->resample_row_hv_2_kernel = upsample_2x2;
  decoder->YCbCr_to_RGB_kernel = ycc_to_rgb;
  return load_jpeg_image(decoder.get(), width, height, in_file, channels);
}

Pixels decode(std::span<const std::uint8_t> bytes, int* width, int* height, int* in_file,
              int channels) {
  const int length = static_cast<int>(bytes.size());
  stbi__context context;
  stbi__start_mem(&context, bytes.data(), length);
  stbi_uc* pixels =
      stbi__jpeg_test(&context) != 0
          ? decode_jpeg(context, width, height, in_file, channels)
          : stbi_load_from_memory(bytes.data(), length, width, height, in_file, channels);
  return {pixels, &std::free};
}

std::vector<stbi_uc> read_bytes(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) {
    throw DataError(fmt::format("cannot read image '{}': {}", file.string(), error.message()));
  }
  if (size > max_file_bytes) {
    throw DataError(
        fmt::format("image '{}' has {} bytes; the limit is {}; remove it or make it smaller",
                    file.string(), size, max_file_bytes));
  }
  std::vector<stbi_uc> bytes(static_cast<std::size_t>(size));
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream) {
    throw DataError(
        fmt::format("cannot read image '{}'; check that it is there and readable", file.string()));
  }
  return bytes;
}

[[noreturn]] void refuse(const std::string& name) {
  const char* reason = stbi_failure_reason();
  throw DataError(
      fmt::format("image '{}' cannot be decoded ({}); replace it by a valid JPEG, PNG or BMP file",
                  name, reason != nullptr ? reason : "unknown reason"));
}

}  // namespace

bool is_image_name(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png" || extension == ".bmp";
}

Image read_image(const std::filesystem::path& file) {
  return decode_image(read_bytes(file), file.string());
}

Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name) {
  if (bytes.size() > max_file_bytes) {
    throw DataError(
        fmt::format("image '{}' has {} bytes; the limit is {}; remove it or make it smaller", name,
                    bytes.size(), max_file_bytes));
  }
  const int length = static_cast<int>(bytes.size());
  int width = 0, height = 0, in_file = 0;
  block_limit = std::size_t{1} << 20;
  if (!huffman_tables_fit(bytes)) {
    throw DataError(
        fmt::format("image '{}' cannot be decoded (bad Huffman table); replace it", name));
  }
  if (!png_data_begins(bytes)) {
    throw DataError(fmt::format(
        "image '{}' cannot be decoded (its first block of data is empty); save it again", name));
  }
  if (stbi_info_from_memory(bytes.data(), length, &width, &height, &in_file) == 0) refuse(name);
  const std::int64_t pixels = std::int64_t{width} * height;
  if (width < 1 || height < 1 || width > max_side || height > max_side || pixels > max_pixels) {
    throw DataError(fmt::format(
        "image '{}' is {} x {} pixels; the limit is {} on a side and {} in all; make it smaller",
        name, width, height, max_side, max_pixels));
  }
  // 16-bit PNG with transparency has 8 bytes a pixel, and the decoder doubles its block as it
  // grows.
  block_limit += 16 * static_cast<std::size_t>(pixels);
  const int channels = in_file <= 2 ? 1 : 3;
  const Pixels packed = decode(bytes, &width, &height, &in_file, channels);
  if (packed == nullptr || std::int64_t{width} * height != pixels) refuse(name);

  Image image{channels, height, width, {}};
  const auto plane = static_cast<std::size_t>(pixels);
  image.values.resize(plane * static_cast<std::size_t>(channels));
  for (std::size_t i = 0; i < plane; ++i) {
    for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
      image.values[c * plane + i] = packed.get()[i * static_cast<std::size_t>(channels) + c];
    }
  }
  return image;
}

}  // namespace sd::data
