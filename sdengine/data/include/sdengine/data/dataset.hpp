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

/// Which part of a data set that comes in two files or groups of files.
enum class Split { test, train };

/// MNIST's format (LeCun): a file of images ("idx3-ubyte": magic 00 00 08 03, count, height, width,
/// then pixels) and one of labels ("idx1-ubyte": 00 00 08 01, count, then a byte each). Grey images
/// as they are stored; class k is called "k". Pixels are read when asked for. Throws DataError
/// naming the file and the field if a file's length is not the one that its header says, the counts
/// differ, or there are no images.
[[nodiscard]] std::unique_ptr<Dataset> open_idx(const std::filesystem::path& images,
                                                const std::filesystem::path& labels);

enum class CifarKind { cifar10, cifar100 };

/// The "binary version" of CIFAR (Krizhevsky): records of a label (CIFAR-100: coarse label, then
/// the fine one, which counts) and 3 x 32 x 32 pixels. Class names are those of `batches.meta.txt`
/// or `fine_label_names.txt` beside the first file; without it, CIFAR-10's well-known ones, or
/// numbers. Pixels are read when asked for. Throws DataError naming the file and the record.
[[nodiscard]] std::unique_ptr<Dataset> open_cifar(CifarKind kind,
                                                  const std::vector<std::filesystem::path>& files);

/// Whatever `path` is: a folder of class folders with images, a folder with MNIST's or CIFAR's
/// files (as their archives unpack, also where it is alone in a folder), an IDX or a CIFAR file.
/// Where a folder has both parts of a set, `split` chooses; where it has one, that is taken. In
/// every format the samples come round-robin over the classes, each class in the order of its
/// files: the first N are balanced. Throws DataError that says what was looked for.
[[nodiscard]] std::unique_ptr<Dataset> open_dataset(const std::filesystem::path& path,
                                                    Split split = Split::test);

/// The built-in generated shapes: 32 x 32 grey images (1 channel) of 10 shapes (circle, square, triangle, ...) at random
/// place, size, rotation, stroke, contrast and noise. Sample i of a seed is the same on every machine (integer arithmetic
/// and its own generator, no std::distribution).
[[nodiscard]] std::unique_ptr<Dataset> generated_shapes(std::size_t count, std::uint64_t seed);

/// What `smartdeal run` evaluates the built-in network on; the training set uses another seed.
inline constexpr std::uint64_t shapes_test_seed = 2;
inline constexpr std::uint64_t shapes_train_seed = 1;

}  // namespace sd::data
