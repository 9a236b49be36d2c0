// Images of a data set as the network takes them, with labels as the network counts them.
#pragma once

#include <cstdint>
#include <vector>

#include "content_hash.hpp"
#include "sdengine/data/dataset.hpp"
#include "sdengine/graph/network.hpp"

namespace sd::core {

struct Example {
  std::vector<float> pixels;  ///< normalised, channels first
  int label = 0;              ///< output of the network that is right
  Digest hash{};              ///< of label, size and 8-bit pixels
};

/// What becomes of images whose classes are not the network's.
enum class Labels {
  needed,  ///< InputError
  wanted,  ///< labels are -1, and has_labels() says so
};

/// May be used from several threads. Grey images are given to colour networks and the other way
/// round; any other difference in size is an InputError.
class ImageReader {
 public:
  /// Both must outlive the reader. Where the network names its classes, folders are matched by
  /// name (unless they are the numbers 0, 1, ...), otherwise by order. Throws InputError if a
  /// folder's name is not among the network's class names and labels are needed.
  ImageReader(const graph::Network& network, const data::Dataset& images,
              Labels labels = Labels::needed);

  [[nodiscard]] bool has_labels() const { return has_labels_; }
  [[nodiscard]] Example get(std::size_t index) const;
  [[nodiscard]] std::size_t size() const { return images_.size(); }

 private:
  const graph::Network& network_;
  const data::Dataset& images_;
  std::vector<int> label_of_class_;
  bool has_labels_ = true;
};

/// Of every image, in order.
[[nodiscard]] std::string hash_of_images(const std::vector<Digest>& images);

}  // namespace sd::core
