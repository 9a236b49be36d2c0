#include "record_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sd::data {
namespace {

/// The order of the samples: the first image of each class, the second of each, and so on.
std::vector<std::uint32_t> round_robin(const std::vector<std::uint8_t>& labels,
                                       std::size_t classes) {
  std::vector<std::vector<std::uint32_t>> of_class(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    of_class.at(labels[i]).push_back(static_cast<std::uint32_t>(i));
  }
  std::vector<std::uint32_t> order;
  order.reserve(labels.size());
  for (std::size_t turn = 0; order.size() < labels.size(); ++turn) {
    for (const std::vector<std::uint32_t>& images : of_class) {
      if (turn < images.size()) order.push_back(images[turn]);
    }
  }
  return order;
}

class RecordSet final : public Dataset {
 public:
  explicit RecordSet(RecordLayout layout)
      : layout_(std::move(layout)),
        order_(round_robin(layout_.labels, layout_.class_names.size())) {}

  [[nodiscard]] std::size_t size() const override { return order_.size(); }

  [[nodiscard]] Sample get(std::size_t index) const override {
    if (index >= order_.size()) {
      throw DataError(fmt::format("sample {} was asked of {}", index, description()));
    }
    const std::uint32_t image = order_[index];
    Sample sample{{layout_.channels, layout_.height, layout_.width, {}}, layout_.labels[image]};
    sample.image.values.resize(static_cast<std::size_t>(layout_.channels) *
                               static_cast<std::size_t>(layout_.height) *
                               static_cast<std::size_t>(layout_.width));
    std::uint32_t in_file = image;
    for (const RecordFile& file : layout_.files) {
      if (in_file < file.count) {
        file.file->read(file.start + in_file * file.stride, sample.image.values);
        break;
      }
      in_file -= file.count;
    }
    return sample;
  }

  [[nodiscard]] const std::vector<std::string>& class_names() const override {
    return layout_.class_names;
  }

  [[nodiscard]] std::string description() const override { return layout_.description; }

 private:
  RecordLayout layout_;
  std::vector<std::uint32_t> order_;
};

}  // namespace

std::unique_ptr<Dataset> make_record_set(RecordLayout layout) {
  return std::make_unique<RecordSet>(std::move(layout));
}

}  // namespace sd::data
