// Grey images for colour networks, and the other way round.
#pragma once

#include "sdengine/data/dataset.hpp"

namespace sd::data {

/// The image with 1 or 3 channels: grey is repeated; colour becomes luma, (77 R + 150 G + 29 B +
/// 128) / 256 (ITU-R BT.601 in 8 bits). Throws DataError for any other change of channels.
[[nodiscard]] Image with_channels(Image image, int channels);

}  // namespace sd::data
