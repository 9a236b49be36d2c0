// Ways of computing that tell an image's class, and what each says about many images.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "image_reader.hpp"
#include "sdengine/graph/network.hpp"
#include "sdengine/pack/packed_model.hpp"
#include "stages.hpp"

namespace sd::core {

/// From normalised pixels to a class. May be asked from several threads.
struct Classifier {
  std::string arithmetic;
  std::function<int(const std::vector<float>&)> classify;
};

[[nodiscard]] Classifier float_classifier(std::string arithmetic, const graph::Network& network);
/// The integers that the hardware computes, bit for bit.
[[nodiscard]] Classifier integer_classifier(std::shared_ptr<const pack::PackedModel> model);

/// Throws InputError unless the network puts out one value for each class.
void require_classifier(const graph::Network& network);

struct Classified {
  std::vector<int> truth;              ///< [images]
  std::vector<std::vector<int>> said;  ///< [classifiers][images]
  std::string images_hash;             ///< hash_of_images()
};

/// The first `count` images, in parallel over them.
[[nodiscard]] Classified classify_images(const std::vector<Classifier>& classifiers,
                                         const ImageReader& reader, std::size_t count,
                                         Stages& stages);

}  // namespace sd::core
