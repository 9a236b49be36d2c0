// MNIST's and CIFAR's files. The first byte of an input chooses the format; for MNIST the second
// says how many bytes are the labels' file, and the images' file follows it.
// rooms: sdengine/data
#include <algorithm>
#include <cstdlib>
#include <memory>

#include "memory_file.hpp"
#include "sdengine/data/dataset.hpp"

namespace {

using sd::data::CifarKind;

std::unique_ptr<sd::data::Dataset> open(std::span<const std::uint8_t> input) {
  static MemoryFile first, second;
  const int format = input[0] % 3;
  input = input.subspan(1);
  if (format == 0 && !input.empty()) {
    const std::size_t labels = std::min<std::size_t>(input[0], input.size() - 1);
    first.set(input.subspan(1 + labels));
    second.set(input.subspan(1, labels));
    return sd::data::open_idx(first.path(), second.path());
  }
  first.set(input);
  return sd::data::open_cifar(format == 1 ? CifarKind::cifar10 : CifarKind::cifar100,
                              {first.path()});
}

void check(const sd::data::Dataset& set) {
  if (set.size() == 0) std::abort();
  for (const std::size_t index : {std::size_t{0}, set.size() / 2, set.size() - 1}) {
    const sd::data::Sample sample = set.get(index);
    const auto values = static_cast<std::size_t>(sample.image.channels) *
                        static_cast<std::size_t>(sample.image.height) *
                        static_cast<std::size_t>(sample.image.width);
    if (values == 0 || sample.image.values.size() != values) std::abort();
    if (sample.label < 0 || static_cast<std::size_t>(sample.label) >= set.class_names().size()) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  try {
    check(*open({data, size}));
  } catch (const sd::data::DataError&) {
  }
  return 0;
}
