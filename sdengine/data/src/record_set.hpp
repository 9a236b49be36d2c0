// A data set whose images lie one after the other, equally long, in a few files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "binary_file.hpp"
#include "sdengine/data/dataset.hpp"

namespace sd::data {

/// Where a file's images lie: image i of it begins at byte `start + i * stride`.
struct RecordFile {
  std::shared_ptr<const BinaryFile> file;
  std::uint64_t start = 0, stride = 0;
  std::uint32_t count = 0;
};

struct RecordLayout {
  int channels = 1, height = 0, width = 0;
  std::vector<RecordFile> files;
  std::vector<std::uint8_t> labels;  ///< of all files' images, one after the other
  std::vector<std::string> class_names;
  std::string description;
};

/// More images than that are refused, so that their labels and their order stay below 256 MiB.
inline constexpr std::uint64_t max_records = std::uint64_t{1} << 25;

/// Samples round-robin over the classes. Every label must have a class name.
[[nodiscard]] std::unique_ptr<Dataset> make_record_set(RecordLayout layout);

}  // namespace sd::data
