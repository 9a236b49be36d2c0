#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "binary_file.hpp"
#include "image_file.hpp"
#include "sdengine/data/dataset.hpp"

namespace sd::data {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view known_formats =
    "class folders with JPEG, PNG or BMP files, MNIST's *-images-idx3-ubyte with "
    "*-labels-idx1-ubyte, CIFAR-10's data_batch_*.bin or test_batch.bin, CIFAR-100's train.bin or "
    "test.bin";

struct Contents {
  std::vector<std::string> files, folders;  // names, sorted; hidden ones are left out
};

Contents list(const fs::path& folder) {
  Contents contents;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      std::string name = entry.path().filename().string();
      if (name.starts_with('.')) continue;
      (entry.is_directory() ? contents.folders : contents.files).push_back(std::move(name));
    }
  } catch (const fs::filesystem_error& error) {
    throw DataError(
        fmt::format("cannot read data folder '{}': {}", folder.string(), error.code().message()));
  }
  std::sort(contents.files.begin(), contents.files.end());
  std::sort(contents.folders.begin(), contents.folders.end());
  return contents;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// MNIST's archives have train-images-idx3-ubyte; some programs unpack train-images.idx3-ubyte.
bool is_idx_images(std::string_view name) {
  return contains(name, "images") && name.ends_with("idx3-ubyte");
}

bool is_idx_labels(std::string_view name) {
  return contains(name, "labels") && name.ends_with("idx1-ubyte");
}

std::string swap(std::string name, std::string_view part, std::string_view by) {
  const std::size_t at = name.rfind(part);
  return at == std::string::npos ? name : name.replace(at, part.size(), by);
}

std::string labels_of(const std::string& images) {
  return swap(swap(images, "images", "labels"), "idx3", "idx1");
}

std::string images_of(const std::string& labels) {
  return swap(swap(labels, "labels", "images"), "idx1", "idx3");
}

/// From the name of its images, or of its labels.
std::unique_ptr<Dataset> open_idx_pair(const fs::path& images) {
  const fs::path labels = images.parent_path() / labels_of(images.filename().string());
  std::error_code ignored;
  for (const fs::path& file : {images, labels}) {
    if (fs::exists(file, ignored)) continue;
    const fs::path& other = file == images ? labels : images;
    throw DataError(fmt::format(
        "'{}' has no file '{}' beside it; put the {} there{}", other.string(),
        file.filename().string(), file == images ? "images" : "labels",
        fs::exists(file.string() + ".gz", ignored) ? ", unpacked: there is only the .gz file"
                                                   : ""));
  }
  return open_idx(images, labels);
}

std::optional<CifarKind> cifar_kind(std::string_view name) {
  if (name == "test_batch.bin" || (name.starts_with("data_batch_") && name.ends_with(".bin"))) {
    return CifarKind::cifar10;
  }
  if (name == "train.bin" || name == "test.bin") return CifarKind::cifar100;
  return std::nullopt;
}

bool is_test_part(std::string_view name) {
  return contains(name, "t10k") || contains(name, "test");
}

/// The files of the part that was asked for, or all where there is only the other.
std::vector<std::string> of_split(const std::vector<std::string>& files, Split split) {
  std::vector<std::string> chosen;
  std::copy_if(
      files.begin(), files.end(), std::back_inserter(chosen),
      [&](const std::string& name) { return is_test_part(name) == (split == Split::test); });
  return chosen.empty() ? files : chosen;
}

/// Nothing if the folder holds neither MNIST's nor CIFAR's files.
std::unique_ptr<Dataset> open_known_files(const fs::path& folder, const Contents& contents,
                                          Split split) {
  std::vector<std::string> idx, cifar10, cifar100;
  for (const std::string& name : contents.files) {
    if (is_idx_images(name)) idx.push_back(name);
    const std::optional<CifarKind> kind = cifar_kind(name);
    if (kind) (*kind == CifarKind::cifar10 ? cifar10 : cifar100).push_back(name);
  }
  if (!idx.empty()) {
    idx = of_split(idx, split);
    if (idx.size() > 1) {
      throw DataError(
          fmt::format("data folder '{}' has several image files ('{}', '{}'); name the one to read",
                      folder.string(), idx[0], idx[1]));
    }
    return open_idx_pair(folder / idx.front());
  }
  if (cifar10.empty() && cifar100.empty()) return nullptr;
  const bool ten = !cifar10.empty();
  std::vector<fs::path> files;
  for (const std::string& name : of_split(ten ? cifar10 : cifar100, split)) {
    files.push_back(folder / name);
  }
  return open_cifar(ten ? CifarKind::cifar10 : CifarKind::cifar100, files);
}

bool holds_images(const Contents& contents) {
  return std::any_of(contents.files.begin(), contents.files.end(),
                     [](const std::string& name) { return is_image_name(name); });
}

[[noreturn]] void refuse_folder(const fs::path& folder, const Contents& contents) {
  const auto has = [&](auto&& test) {
    return std::any_of(contents.files.begin(), contents.files.end(), test);
  };
  std::string hint;
  if (has([](const std::string& name) { return name.ends_with(".gz"); })) {
    hint = "; its .gz files have to be unpacked first";
  } else if (has([](const std::string& name) {
               return name == "data_batch_1" || name == "test_batch" || name == "batches.meta" ||
                      name == "meta";
             })) {
    hint = "; it looks like the Python version of CIFAR: get the binary version";
  } else if (holds_images(contents)) {
    hint = "; its images have no class: put those of each class in a folder of its own";
  }
  throw DataError(fmt::format("data folder '{}' holds none of what was looked for: {}{}",
                              folder.string(), known_formats, hint));
}

std::unique_ptr<Dataset> open_folder(const fs::path& folder, Split split) {
  // Archives unpack to a folder in a folder: goes down while there is nothing else.
  fs::path at = folder;
  for (int depth = 0; depth < 8; ++depth) {
    const Contents contents = list(at);
    if (auto known = open_known_files(at, contents, split)) return known;
    if (contents.folders.empty()) {
      // The only class folder of a set of images is a class, not an end of the search.
      const bool one_class = depth > 0 && holds_images(contents);
      if (!one_class) refuse_folder(at, contents);
      break;
    }
    if (contents.folders.size() != 1) break;
    at /= contents.folders.front();
  }
  return open_image_folder(folder);
}

std::unique_ptr<Dataset> open_file(const fs::path& path) {
  const std::string name = path.filename().string();
  std::array<std::uint8_t, 4> magic{};
  const BinaryFile file(path);
  if (file.size() >= magic.size()) file.read(0, magic);
  if (magic[0] == 0x1f && magic[1] == 0x8b) {
    throw DataError(
        fmt::format("data file '{}' is compressed; unpack it with gunzip first", path.string()));
  }
  if (is_idx_labels(name)) return open_idx_pair(path.parent_path() / images_of(name));
  constexpr std::array<std::uint8_t, 4> idx_images{0, 0, 8, 3};
  if (is_idx_images(name) || (magic == idx_images && labels_of(name) != name)) {
    return open_idx_pair(path);
  }
  if (const std::optional<CifarKind> kind = cifar_kind(name)) return open_cifar(*kind, {path});
  throw DataError(fmt::format("data file '{}' has no name that is known; looked for: {}",
                              path.string(), known_formats));
}

}  // namespace

std::unique_ptr<Dataset> open_dataset(const fs::path& path, Split split) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    throw DataError(fmt::format("data '{}' does not exist; check the path", path.string()));
  }
  return fs::is_directory(status) ? open_folder(path, split) : open_file(path);
}

}  // namespace sd::data
