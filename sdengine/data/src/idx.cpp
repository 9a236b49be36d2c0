#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "record_set.hpp"
#include "sdengine/data/dataset.hpp"

namespace sd::data {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t max_side = 8192;
constexpr std::uint64_t max_pixels = std::uint64_t{1} << 24;

std::uint32_t big_endian(std::span<const std::uint8_t> bytes) {
  return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) |
         (std::uint32_t{bytes[2]} << 8) | std::uint32_t{bytes[3]};
}

/// Checks the magic number and returns the dimensions.
template <std::size_t dimensions>
std::array<std::uint32_t, dimensions> read_header(const BinaryFile& file, const char* what) {
  std::array<std::uint8_t, 4 + 4 * dimensions> bytes{};
  if (file.size() < bytes.size()) {
    throw DataError(
        fmt::format("IDX {} '{}' has {} bytes, less than its header of {}; unpack or copy it again",
                    what, file.path().string(), file.size(), bytes.size()));
  }
  file.read(0, bytes);
  const std::uint32_t magic = big_endian(bytes);
  constexpr std::uint32_t expected = 0x0800U + dimensions;
  if (magic != expected) {
    const bool gzip = (magic >> 16) == 0x1f8b;
    throw DataError(fmt::format(
        "IDX {} '{}' begins with {:08x}, not {:08x} (bytes in {} "
        "dimension{}); {}",
        what, file.path().string(), magic, expected, dimensions, dimensions == 1 ? "" : "s",
        gzip ? "it is compressed: unpack it with gunzip first" : "give a file in MNIST's format"));
  }
  std::array<std::uint32_t, dimensions> sizes{};
  for (std::size_t d = 0; d < dimensions; ++d) {
    sizes[d] = big_endian(std::span(bytes).subspan(4 + 4 * d));
  }
  return sizes;
}

void require_size(const BinaryFile& file, const char* what, std::uint64_t expected) {
  if (file.size() == expected) return;
  throw DataError(
      fmt::format("IDX {} '{}' has {} bytes; its header says {}; unpack or copy it again", what,
                  file.path().string(), file.size(), expected));
}

RecordFile open_images(const fs::path& path, RecordLayout& layout) {
  auto file = std::make_shared<const BinaryFile>(path);
  const auto [count, height, width] = read_header<3>(*file, "images");
  const std::uint64_t pixels = std::uint64_t{height} * width;
  if (height < 1 || width < 1 || height > max_side || width > max_side || pixels > max_pixels) {
    throw DataError(
        fmt::format("IDX images '{}': the header says {} x {} pixels; the limit is 1 to {} on a "
                    "side and {} in all",
                    path.string(), width, height, max_side, max_pixels));
  }
  if (count < 1 || count > max_records) {
    throw DataError(fmt::format("IDX images '{}': the header says {} images; 1 to {} can be read",
                                path.string(), count, max_records));
  }
  require_size(*file, "images", 16 + count * pixels);
  layout.height = static_cast<int>(height);
  layout.width = static_cast<int>(width);
  return {std::move(file), 16, pixels, count};
}

std::vector<std::uint8_t> read_labels(const fs::path& path, std::uint32_t images) {
  const BinaryFile file(path);
  const auto [count] = read_header<1>(file, "labels");
  require_size(file, "labels", 8 + std::uint64_t{count});
  if (count != images) {
    throw DataError(
        fmt::format("IDX labels '{}' has {} labels for {} images; take the file that belongs to "
                    "the images",
                    path.string(), count, images));
  }
  std::vector<std::uint8_t> labels(count);
  file.read(8, labels);
  return labels;
}

}  // namespace

std::unique_ptr<Dataset> open_idx(const fs::path& images, const fs::path& labels) {
  RecordLayout layout;
  layout.files.push_back(open_images(images, layout));
  const std::uint32_t count = layout.files.front().count;
  layout.labels = read_labels(labels, count);
  const int classes = *std::max_element(layout.labels.begin(), layout.labels.end()) + 1;
  for (int k = 0; k < classes; ++k) layout.class_names.push_back(std::to_string(k));
  layout.description = fmt::format("{} images of {} class{} in '{}'", count, classes,
                                   classes == 1 ? "" : "es", images.string());
  return make_record_set(std::move(layout));
}

}  // namespace sd::data
