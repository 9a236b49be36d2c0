#include "stores.hpp"

#include <stdexcept>

namespace sd::schedule {

Ring::Place Ring::take(std::int64_t size, std::int64_t key) {
  if (key >= 0)
    for (const Held& held : held_)
      if (held.key == key) return {held.begin, true};
  if (size > capacity_) throw std::logic_error("schedule: a ring was asked for more than it holds");
  std::int64_t begin = (head_ + alignment_ - 1) / alignment_ * alignment_;
  if (begin + size > capacity_) begin = 0;
  head_ = begin + size;
  held_.remove_if([&](const Held& held) { return held.begin < head_ && begin < held.end; });
  if (size > 0) held_.push_back({key, begin, head_});
  return {begin, false};
}

TileSlots::TileSlots(std::int64_t first_word, std::int64_t slot_words, int slots)
    : first_word_(first_word), slot_words_(slot_words), held_(static_cast<std::size_t>(slots)) {}

Ring::Place TileSlots::take(const TileKey& key) {
  for (std::size_t i = 0; i < held_.size(); ++i)
    if (held_[i] == key) return {first_word_ + static_cast<std::int64_t>(i) * slot_words_, true};
  last_ = (last_ + 1) % held_.size();
  held_[last_] = key;
  return {first_word_ + static_cast<std::int64_t>(last_) * slot_words_, false};
}

}  // namespace sd::schedule
