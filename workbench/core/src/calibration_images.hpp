// Images that set activation ranges and weigh errors: a user's, or made-up ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "image_reader.hpp"
#include "stages.hpp"

namespace sd::core {

struct CalibrationImages {
  std::vector<std::vector<float>> pixels;  ///< normalised, channels first
  std::vector<int> labels;                 ///< one each, if the classes are the network's
  std::string hash;                        ///< hash_of_images()
};

/// The first `count` images, at most. Throws InputError if they would take more than 4 GiB.
[[nodiscard]] CalibrationImages read_calibration(const graph::Network& network,
                                                 const data::Dataset& images, int count,
                                                 Stages& stages);

/// Made-up images where a user gives none: smooth random blobs over several octaves, whose spectrum
/// falls as that of photographs does, with the mean and deviation that the network's preprocessing
/// takes away, as 8-bit pixels. The same for every machine.
[[nodiscard]] std::vector<std::vector<float>> made_up_images(const graph::Network& network,
                                                             int count, std::uint64_t seed);

}  // namespace sd::core
