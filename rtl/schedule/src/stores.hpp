// Who has which place of the chip's buffers: rings for weights and results, slots for tiles. Both
// know what they hold, so that nothing is loaded twice while it is there.
#pragma once

#include <compare>
#include <cstdint>
#include <list>
#include <optional>
#include <vector>

namespace sd::schedule {

/// A buffer whose places are given out in a circle, oldest overwritten first.
class Ring {
 public:
  Ring(std::int64_t capacity, std::int64_t alignment = 1)
      : capacity_(capacity), alignment_(alignment) {}
  [[nodiscard]] std::int64_t capacity() const { return capacity_; }

  struct Place {
    std::int64_t begin = 0;
    bool held = false;  ///< what was asked for is there already
  };
  /// A place for `size` words that hold what `key` says, size <= capacity; a negative key is never
  /// found again.
  Place take(std::int64_t size, std::int64_t key = -1);

 private:
  struct Held {
    std::int64_t key, begin, end;
  };
  std::int64_t capacity_, alignment_, head_ = 0;
  std::list<Held> held_;
};

/// Rows of some channels of a map.
struct TileKey {
  int map = -1, first_channel = 0, channels = 0, first_row = 0, rows = 0;
  friend auto operator<=>(const TileKey&, const TileKey&) = default;
};

/// A few slots of one size, filled in turn.
class TileSlots {
 public:
  TileSlots(std::int64_t first_word, std::int64_t slot_words, int slots);
  [[nodiscard]] std::int64_t slot_words() const { return slot_words_; }
  Ring::Place take(const TileKey& key);

 private:
  std::int64_t first_word_, slot_words_;
  std::vector<std::optional<TileKey>> held_;
  std::size_t last_ = 0;
};

}  // namespace sd::schedule
