// stb_image 2.27 trusts the code counts of a JPEG file's Huffman tables: more than 256 codes write
// past its table.
#pragma once

#include <span>

namespace sd::data {

/// False if `file` is a JPEG file with a Huffman table (DHT segment) of more than 256 codes where
/// the decoder may read it.
[[nodiscard]] bool huffman_tables_fit(std::span<const unsigned char> file);

}  // namespace sd::data
