// How many images are classified right, in float and in the chips' integers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "image_reader.hpp"
#include "sdengine/graph/network.hpp"
#include "sdengine/integer/executor.hpp"
#include "stages.hpp"

namespace sd::core {

struct AccuracyResult {
  Accuracy accuracy;
  std::string images_hash;
};

/// The networks whose accuracy is compared. They must outlive the call.
struct Contestants {
  const graph::Network& original;
  const graph::Network& rebuilt;  ///< with the weights Ce * B, in float
  const integer::Executor& sd;
  const integer::Executor& dense;
};

/// On the first `count` images, in parallel over them.
[[nodiscard]] AccuracyResult measure_accuracy(const Contestants& contestants,
                                              const ImageReader& reader, std::size_t count,
                                              Stages& stages);

}  // namespace sd::core
