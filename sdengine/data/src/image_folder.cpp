#include <fmt/format.h>

#include <algorithm>

#include "image_file.hpp"
#include "sdengine/data/dataset.hpp"

namespace sd::data {
namespace {

namespace fs = std::filesystem;

struct Listing {
  std::vector<fs::path> folders, images;  // sorted by name; hidden entries are left out
};

Listing list(const fs::path& folder) {
  Listing result;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      if (entry.path().filename().string().starts_with('.')) continue;
      if (entry.is_directory()) {
        result.folders.push_back(entry.path());
      } else if (entry.is_regular_file() && is_image_name(entry.path())) {
        result.images.push_back(entry.path());
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw DataError(
        fmt::format("cannot read data folder '{}': {}", folder.string(), error.code().message()));
  }
  std::sort(result.folders.begin(), result.folders.end());
  std::sort(result.images.begin(), result.images.end());
  return result;
}

/// Archives unpack to a folder in a folder: goes down while there is nothing else.
fs::path enter_single_folders(fs::path folder) {
  for (int depth = 0; depth < 8; ++depth) {
    const Listing here = list(folder);
    if (here.folders.size() != 1 || !here.images.empty()) break;
    const Listing below = list(here.folders.front());
    if (below.folders.empty() || !below.images.empty()) break;
    folder = here.folders.front();
  }
  return folder;
}

struct LabelledFile {
  fs::path file;
  int label;
};

class ImageFolder final : public Dataset {
 public:
  explicit ImageFolder(fs::path folder) : folder_(std::move(folder)) {
    const Listing top = list(folder_);
    if (top.folders.empty()) {
      throw DataError(
          fmt::format("data folder '{}' has no class folders{}; put the images of each class in a "
                      "folder of its own",
                      folder_.string(), top.images.empty() ? "" : ", only images"));
    }
    std::vector<std::vector<fs::path>> classes;
    std::size_t longest = 0;
    for (const fs::path& class_folder : top.folders) {
      names_.push_back(class_folder.filename().string());
      classes.push_back(list(class_folder).images);
      if (classes.back().empty()) {
        throw DataError(fmt::format(
            "class folder '{}' has no JPEG, PNG or BMP files; add images or remove the folder",
            class_folder.string()));
      }
      longest = std::max(longest, classes.back().size());
    }
    for (std::size_t turn = 0; turn < longest; ++turn) {
      for (std::size_t label = 0; label < classes.size(); ++label) {
        if (turn < classes[label].size()) {
          files_.push_back({classes[label][turn], static_cast<int>(label)});
        }
      }
    }
  }

  [[nodiscard]] std::size_t size() const override { return files_.size(); }

  [[nodiscard]] Sample get(std::size_t index) const override {
    if (index >= files_.size()) {
      throw DataError(fmt::format("sample {} was asked of {}", index, description()));
    }
    return {read_image(files_[index].file), files_[index].label};
  }

  [[nodiscard]] const std::vector<std::string>& class_names() const override { return names_; }

  [[nodiscard]] std::string description() const override {
    return fmt::format("{} images of {} classes in '{}'", files_.size(), names_.size(),
                       folder_.string());
  }

 private:
  fs::path folder_;
  std::vector<std::string> names_;
  std::vector<LabelledFile> files_;
};

}  // namespace

std::unique_ptr<Dataset> open_image_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) {
    throw DataError(
        fmt::format("data folder '{}' does not exist; check the path", folder.string()));
  }
  if (!fs::is_directory(folder, error)) {
    throw DataError(fmt::format(
        "data folder '{}' is not a folder; give the folder that holds the class folders",
        folder.string()));
  }
  return std::make_unique<ImageFolder>(enter_single_folders(folder));
}

}  // namespace sd::data
