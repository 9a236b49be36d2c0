// A memory that knows what was written into it and what a command touched.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "rtl/schedule/interpreter.hpp"

namespace sd::schedule {

/// The places between the first and the last that a command touched; empty while first > last.
struct Extent {
  std::int64_t first = std::numeric_limits<std::int64_t>::max(), last = -1;
  void add(std::int64_t at) {
    first = std::min(first, at);
    last = std::max(last, at);
  }
  [[nodiscard]] bool overlaps(const Extent& other) const {
    return first <= other.last && other.first <= last;
  }
};

/// What a command read and wrote in one memory.
struct Touched {
  Extent reads, writes;
  [[nodiscard]] bool conflicts(const Touched& other) const {
    return writes.overlaps(other.writes) || writes.overlaps(other.reads) ||
           reads.overlaps(other.writes);
  }
};

template <class T>
class TrackedMemory {
 public:
  /// `what`: one place, such as "weight word".
  TrackedMemory(std::string what, std::int64_t size)
      : what_(std::move(what)),
        data_(static_cast<std::size_t>(size)),
        loaded_(static_cast<std::size_t>(size)) {}

  const T& read(std::int64_t at) {
    require_inside(at);
    if (!loaded_[static_cast<std::size_t>(at)])
      throw ProgramFault(fmt::format("reads {} {}, which nothing has loaded", what_, at));
    touched_.reads.add(at);
    return data_[static_cast<std::size_t>(at)];
  }

  void write(std::int64_t at, T value) {
    require_inside(at);
    touched_.writes.add(at);
    loaded_[static_cast<std::size_t>(at)] = true;
    data_[static_cast<std::size_t>(at)] = std::move(value);
  }

  /// What was touched since the last call.
  Touched take_touched() { return std::exchange(touched_, {}); }
  [[nodiscard]] const std::string& what() const { return what_; }

 private:
  void require_inside(std::int64_t at) const {
    if (at < 0 || at >= static_cast<std::int64_t>(data_.size()))
      throw ProgramFault(fmt::format("touches {} {}; there are {}", what_, at, data_.size()));
  }

  std::string what_;
  std::vector<T> data_;
  std::vector<bool> loaded_;
  Touched touched_;
};

}  // namespace sd::schedule
