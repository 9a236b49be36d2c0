#include "png_chunks.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace sd::data {

bool png_data_begins(std::span<const unsigned char> file) {
  constexpr std::array<unsigned char, 8> signature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  constexpr std::array<unsigned char, 4> data{'I', 'D', 'A', 'T'};
  constexpr std::size_t head = 8, checksum = 4;  // length and type of a chunk; behind its content
  if (file.size() < signature.size() ||
      !std::equal(signature.begin(), signature.end(), file.begin())) {
    return true;
  }
  for (std::size_t at = signature.size(); file.size() - at >= head;) {
    const auto chunk = file.subspan(at);
    const std::size_t length = (std::size_t{chunk[0]} << 24) | (std::size_t{chunk[1]} << 16) |
                               (std::size_t{chunk[2]} << 8) | std::size_t{chunk[3]};
    if (std::equal(data.begin(), data.end(), chunk.begin() + 4)) return length > 0;
    if (chunk.size() - head < length + checksum) break;
    at += head + length + checksum;
  }
  return true;
}

}  // namespace sd::data
