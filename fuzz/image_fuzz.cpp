// JPEG, PNG and BMP.
// rooms: sdengine/data
#include <cstdlib>

#include "sdengine/data/decode_image.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const sd::data::Image image = sd::data::decode_image({data, size}, "input");
    const auto values = static_cast<std::size_t>(image.channels) *
                        static_cast<std::size_t>(image.height) *
                        static_cast<std::size_t>(image.width);
    if (values == 0 || image.values.size() != values) std::abort();
  } catch (const sd::data::DataError&) {
  }
  return 0;
}
