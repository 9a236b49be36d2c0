#include "sdengine/data/channels.hpp"

#include <fmt/format.h>

namespace sd::data {

Image with_channels(Image image, int channels) {
  if (image.channels == channels) return image;
  const std::size_t plane =
      static_cast<std::size_t>(image.height) * static_cast<std::size_t>(image.width);
  if (image.values.size() != plane * static_cast<std::size_t>(image.channels)) {
    throw DataError(fmt::format("an image of {} x {} x {} holds {} values", image.channels,
                                image.height, image.width, image.values.size()));
  }
  Image result{channels, image.height, image.width, {}};
  if (image.channels == 1 && channels == 3) {
    for (int c = 0; c < 3; ++c) {
      result.values.insert(result.values.end(), image.values.begin(), image.values.end());
    }
    return result;
  }
  if (image.channels == 3 && channels == 1) {
    result.values.resize(plane);
    const std::uint8_t* red = image.values.data();
    for (std::size_t i = 0; i < plane; ++i) {
      const unsigned luma = 77u * red[i] + 150u * red[plane + i] + 29u * red[2 * plane + i] + 128u;
      result.values[i] = static_cast<std::uint8_t>(luma >> 8);
    }
    return result;
  }
  throw DataError(fmt::format(
      "an image with {} channels cannot be given to a network with {} input channels; use images "
      "and networks with 1 or 3 channels",
      image.channels, channels));
}

}  // namespace sd::data
