// A memory that knows what was written into it and what a command touched.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rtl/schedule/interpreter.hpp"

namespace sd::schedule {

/// Places, both ends included.
struct Range {
  std::int64_t first = 0, last = 0;
};

/// Runs of places. Added in ascending order they merge where they meet.
class Ranges {
 public:
  void add(std::int64_t first, std::int64_t last) {
    if (!ranges_.empty() && first >= ranges_.back().first && first <= ranges_.back().last + 1)
      ranges_.back().last = std::max(ranges_.back().last, last);
    else
      ranges_.push_back({first, last});
  }
  /// The first place of `first` .. `last` that is in one of the runs, or -1. Only of runs that were
  /// added in ascending order.
  [[nodiscard]] std::int64_t first_common(std::int64_t first, std::int64_t last) const {
    const auto run = std::partition_point(ranges_.begin(), ranges_.end(),
                                          [&](const Range& r) { return r.last < first; });
    return run != ranges_.end() && run->first <= last ? std::max(first, run->first) : -1;
  }
  [[nodiscard]] auto begin() const { return ranges_.begin(); }
  [[nodiscard]] auto end() const { return ranges_.end(); }

 private:
  std::vector<Range> ranges_;
};

/// What a command read and wrote in one memory.
struct Touched {
  Ranges reads, writes;
};

/// `T`s in places of `grain` each, which are written as a whole; one or more places carry a number
/// (of a word, an entry, ...) for people.
template <class T>
class TrackedMemory {
 public:
  /// `what`: one number's part, such as "weight buffer word".
  TrackedMemory(std::string what, std::int64_t numbers, std::int64_t per_number = 1,
                std::int64_t grain = 1)
      : what_(std::move(what)),
        grain_(grain),
        per_number_(per_number),
        data_(static_cast<std::size_t>(numbers * per_number)),
        written_(data_.size() / static_cast<std::size_t>(grain)) {}

  /// Elements `first` .. `first + count - 1`. Throws ProgramFault if they reach past the end or
  /// were never written.
  std::span<const T> read(std::int64_t first, std::int64_t count) {
    if (count == 0) return {};
    require_inside(first, count);
    const auto places =
        std::span(written_).subspan(static_cast<std::size_t>(first / grain_),
                                    static_cast<std::size_t>(places_of(first, count)));
    const auto missing = std::find(places.begin(), places.end(), std::uint8_t{0});
    if (missing != places.end())
      throw ProgramFault(fmt::format("reads {}, which nothing has written",
                                     name_of(first / grain_ + (missing - places.begin()))));
    touched_.reads.add(first / grain_, (first + count - 1) / grain_);
    return std::span(data_).subspan(static_cast<std::size_t>(first),
                                    static_cast<std::size_t>(count));
  }

  void write(std::int64_t first, std::span<const T> values) {
    if (values.empty()) return;
    const auto count = static_cast<std::int64_t>(values.size());
    require_inside(first, count);
    touched_.writes.add(first / grain_, (first + count - 1) / grain_);
    std::fill_n(written_.begin() + first / grain_, places_of(first, count), std::uint8_t{1});
    std::copy(values.begin(), values.end(), data_.begin() + first);
  }
  void write(std::int64_t at, const T& value) { write(at, std::span(&value, 1)); }

  /// What is there now, read or not, written or not.
  [[nodiscard]] std::span<const T> data() const { return data_; }

  /// What was touched since the last call, in places.
  Touched take_touched() { return std::exchange(touched_, {}); }
  [[nodiscard]] const Touched& touched() const { return touched_; }
  [[nodiscard]] std::int64_t places() const { return static_cast<std::int64_t>(written_.size()); }
  [[nodiscard]] std::int64_t place_of(std::int64_t element) const { return element / grain_; }
  /// "weight buffer word 12"
  [[nodiscard]] std::string name_of(std::int64_t place) const {
    return fmt::format("{} {}", what_, place * grain_ / per_number_);
  }

 private:
  [[nodiscard]] std::int64_t places_of(std::int64_t first, std::int64_t count) const {
    return (first + count - 1) / grain_ - first / grain_ + 1;
  }
  void require_inside(std::int64_t first, std::int64_t count) const {
    const auto size = static_cast<std::int64_t>(data_.size());
    if (first < 0 || first + count > size)
      throw ProgramFault(fmt::format("touches {} {}; there are {}", what_,
                                     first < 0 ? -1 : std::max(first, size) / per_number_,
                                     size / per_number_));
  }

  std::string what_;
  std::int64_t grain_, per_number_;
  std::vector<T> data_;
  std::vector<std::uint8_t> written_;
  Touched touched_;
};

}  // namespace sd::schedule
