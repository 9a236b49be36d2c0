// Labelled images from where users keep them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace sd::data {

class DataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// 8-bit pixels, channels first: values[(c * height + y) * width + x].
struct Image {
  int channels = 0, height = 0, width = 0;
  std::vector<std::uint8_t> values;
};

struct Sample {
  Image image;
  int label = 0;
};

/// A finite, ordered, labelled set. `get` may decode a file; it is const and may be called from several threads.
class Dataset {
 public:
  virtual ~Dataset() = default;
  [[nodiscard]] virtual std::size_t size() const = 0;
  [[nodiscard]] virtual Sample get(std::size_t index) const = 0;  ///< throws DataError naming the file
  [[nodiscard]] virtual const std::vector<std::string>& class_names() const = 0;
  [[nodiscard]] virtual std::string description() const = 0;      ///< for reports: what and where from
};

/// One folder per class (class index = alphabetical order of the folders), JPEG/PNG/BMP files in it, taken round-robin
/// over classes, so that the first N samples are balanced. If `folder` holds just one sub-folder and that one holds the
/// class folders (as an unpacked archive does), it is entered. Throws DataError if there are no class folders or a class is empty.
[[nodiscard]] std::unique_ptr<Dataset> open_image_folder(const std::filesystem::path& folder);

/// The built-in generated shapes: 32 x 32 grey images (1 channel) of 10 shapes (circle, square, triangle, ...) at random
/// place, size, rotation, stroke, contrast and noise. Sample i of a seed is the same on every machine (integer arithmetic
/// and its own generator, no std::distribution).
[[nodiscard]] std::unique_ptr<Dataset> generated_shapes(std::size_t count, std::uint64_t seed);

/// What `smartdeal run` evaluates the built-in network on; the training set uses another seed.
inline constexpr std::uint64_t shapes_test_seed = 2;
inline constexpr std::uint64_t shapes_train_seed = 1;

}  // namespace sd::data
