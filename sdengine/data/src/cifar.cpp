#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "record_set.hpp"
#include "sdengine/data/dataset.hpp"

namespace sd::data {
namespace {

namespace fs = std::filesystem;

constexpr int side = 32;
constexpr std::uint64_t pixel_bytes = 3 * side * side;
constexpr std::uint64_t max_names_bytes = 1 << 16;

struct Format {
  const char* name;
  std::uint64_t label_bytes;  ///< the last of them is the label
  std::size_t classes;
  const char* names_file;
};

constexpr Format cifar10_format{"CIFAR-10", 1, 10, "batches.meta.txt"};
constexpr Format cifar100_format{"CIFAR-100", 2, 100, "fine_label_names.txt"};

/// One name a line; empty lines are left out (the file ends with one).
std::vector<std::string> read_names(const fs::path& path, const Format& format) {
  const BinaryFile file(path);
  if (file.size() > max_names_bytes) {
    throw DataError(fmt::format("class names '{}' has {} bytes; the limit is {}", path.string(),
                                file.size(), max_names_bytes));
  }
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  file.read(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  std::vector<std::string> names;
  std::string name;
  for (const char c : text + '\n') {
    if (c != '\n') {
      if (c != '\r') name += c;
      continue;
    }
    if (!name.empty()) names.push_back(name);
    name.clear();
  }
  if (names.size() != format.classes) {
    throw DataError(
        fmt::format("class names '{}' has {} names for the {} classes of {}; repair or remove it",
                    path.string(), names.size(), format.classes, format.name));
  }
  return names;
}

std::vector<std::string> class_names(const fs::path& folder, CifarKind kind, const Format& format) {
  const fs::path file = folder / format.names_file;
  std::error_code ignored;
  if (fs::exists(file, ignored)) return read_names(file, format);
  if (kind == CifarKind::cifar10) {
    return {"airplane", "automobile", "bird",  "cat",  "deer",
            "dog",      "frog",       "horse", "ship", "truck"};
  }
  std::vector<std::string> names;
  for (std::size_t k = 0; k < format.classes; ++k) names.push_back(std::to_string(k));
  return names;
}

RecordFile open_records(const fs::path& path, const Format& format) {
  auto file = std::make_shared<const BinaryFile>(path);
  const std::uint64_t record = format.label_bytes + pixel_bytes;
  const std::uint64_t count = file->size() / record;
  if (count == 0 || file->size() % record != 0) {
    throw DataError(
        fmt::format("{} file '{}' has {} bytes, which is not a number of records of {}; copy it "
                    "again, or give the binary version",
                    format.name, path.string(), file->size(), record));
  }
  if (count > max_records) {
    throw DataError(fmt::format("{} file '{}' has {} images; at most {} can be read", format.name,
                                path.string(), count, max_records));
  }
  return {std::move(file), format.label_bytes, record, static_cast<std::uint32_t>(count)};
}

void read_labels(const RecordFile& records, const Format& format,
                 std::vector<std::uint8_t>& labels) {
  for (std::uint32_t i = 0; i < records.count; ++i) {
    std::array<std::uint8_t, 1> label{};
    records.file->read(i * records.stride + format.label_bytes - 1, label);
    if (label[0] >= format.classes) {
      throw DataError(fmt::format("{} file '{}': the label of record {} is {}; the highest is {}",
                                  format.name, records.file->path().string(), i, label[0],
                                  format.classes - 1));
    }
    labels.push_back(label[0]);
  }
}

}  // namespace

std::unique_ptr<Dataset> open_cifar(CifarKind kind, const std::vector<fs::path>& files) {
  if (files.empty()) throw DataError("no CIFAR files were given; name at least one");
  const Format& format = kind == CifarKind::cifar10 ? cifar10_format : cifar100_format;
  RecordLayout layout;
  layout.channels = 3;
  layout.height = layout.width = side;
  std::uint64_t count = 0;
  for (const fs::path& path : files) {
    layout.files.push_back(open_records(path, format));
    count += layout.files.back().count;
    if (count > max_records) {
      throw DataError(fmt::format("the {} files up to '{}' have {} images; at most {} can be read",
                                  format.name, path.string(), count, max_records));
    }
    read_labels(layout.files.back(), format, layout.labels);
  }
  layout.class_names = class_names(files.front().parent_path(), kind, format);
  layout.description =
      fmt::format("{} images of {} in '{}'{}", count, format.name, files.front().string(),
                  files.size() == 1 ? "" : fmt::format(" and {} more files", files.size() - 1));
  return make_record_set(std::move(layout));
}

}  // namespace sd::data
