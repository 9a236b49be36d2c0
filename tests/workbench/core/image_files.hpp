#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "sdengine/data/dataset.hpp"

namespace sd::test {

/// An uncompressed 24-bit bitmap, which every reader of images takes without loss.
inline void write_bmp(const data::Image& image, const std::filesystem::path& file) {
  const int stride = (image.width * 3 + 3) / 4 * 4;
  std::string bytes = "BM";
  const auto put = [&](std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i));
  };
  put(static_cast<std::uint32_t>(54 + stride * image.height), 4);
  put(0, 4);
  put(54, 4);
  put(40, 4);
  put(static_cast<std::uint32_t>(image.width), 4);
  put(static_cast<std::uint32_t>(image.height), 4);
  put(1, 2);
  put(24, 2);
  for (int i = 0; i < 6; ++i) put(0, 4);
  const auto plane = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  for (int y = image.height - 1; y >= 0; --y) {
    for (int x = 0; x < image.width; ++x) {
      const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) +
                      static_cast<std::size_t>(x);
      for (const std::size_t c : {2U, 1U, 0U})  // blue first
        bytes += static_cast<char>(image.values[(image.channels == 3 ? c : 0) * plane + at]);
    }
    bytes.append(static_cast<std::size_t>(stride - image.width * 3), '\0');
  }
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

/// The images as a user would keep them: one folder per class.
inline void write_folder(const data::Dataset& images, const std::filesystem::path& folder) {
  for (std::size_t i = 0; i < images.size(); ++i) {
    const data::Sample sample = images.get(i);
    const std::string number = std::to_string(10000 + i);
    write_bmp(sample.image, folder / images.class_names()[static_cast<std::size_t>(sample.label)] /
                                (number + ".bmp"));
  }
}

}  // namespace sd::test
