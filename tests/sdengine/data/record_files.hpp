// Small files in MNIST's and CIFAR's formats.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace sd::data {

inline void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

inline std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

/// Images of 2 x 3 pixels; pixel p of image i is 10 i + p.
inline std::string idx_images(std::uint32_t count) {
  std::string bytes = big_endian(0x803) + big_endian(count) + big_endian(2) + big_endian(3);
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::uint32_t p = 0; p < 6; ++p) bytes += static_cast<char>(10 * i + p);
  }
  return bytes;
}

inline std::string idx_labels(const std::vector<int>& labels) {
  std::string bytes = big_endian(0x801) + big_endian(static_cast<std::uint32_t>(labels.size()));
  for (const int label : labels) bytes += static_cast<char>(label);
  return bytes;
}

/// A record whose pixel p is `seed` + p mod 256. `coarse` < 0: CIFAR-10.
inline std::string cifar_record(int label, int seed, int coarse = -1) {
  std::string bytes;
  if (coarse >= 0) bytes += static_cast<char>(coarse);
  bytes += static_cast<char>(label);
  for (int p = 0; p < 3072; ++p) bytes += static_cast<char>(seed + p);
  return bytes;
}

}  // namespace sd::data
