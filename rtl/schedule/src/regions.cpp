#include "regions.hpp"

#include <algorithm>
#include <limits>

namespace sd::schedule {

namespace {

class Collector {
 public:
  Collector(std::vector<Access>& accesses, const design::DesignPoint& design,
            std::int64_t weight_words)
      : accesses_(accesses), design_(design), weight_words_(weight_words) {}

  void operator()(const LoadInput& load) {
    for (std::int64_t chunk = 0; chunk < load.chunks; ++chunk)
      add(Place::dram, load.address + chunk * load.stride, load.chunk_bytes, false);
    const std::int64_t bytes = load.chunks * load.chunk_bytes;
    add(Place::input, load.word, bytes / design_.macs, true);
    add(Place::flags, load.first_flag, (bytes + load.row_bytes - 1) / load.row_bytes, true);
  }
  void operator()(const LoadIndex& load) {
    add(Place::dram, load.address, load.bytes, false);
    add(Place::index, load.entry, load.entries, true);
  }
  void operator()(const LoadWeights& load) {
    add(Place::dram, load.address, load.bytes, false);
    add(Place::weights, load.word, load.words, true);
  }
  void operator()(const LoadParameters& load) {
    add(Place::dram, load.address, load.bytes, false);
    add(Place::parameters, load.record, load.records, true);
  }
  void operator()(const Compute& c) {
    add(Place::index, c.index_entry, c.index_entries, false);
    add(Place::weights, c.weight_word, weight_words_, false);
    add(Place::parameters, c.parameter_record, c.active_slices, false);
    add(Place::input, c.input_word, c.total_tile_rows * c.input_pitch, false);
    if (c.skip_zero_rows != 0) add(Place::flags, c.first_flag, c.total_tile_rows, false);
    if (c.residual != 0)
      planes(Place::input, c.residual_word, c.residual_channel_words, c.active_slices,
             c.output_rows * c.output_pitch, false);
    results(c, c.active_slices, c.output_rows, c.output_pitch);
  }
  void operator()(const Vector& v) {
    planes(Place::input, v.input_word, v.input_channel_words, v.channels,
           v.tile_rows * v.input_pitch, false);
    if (v.two_operands != 0)
      planes(Place::input, v.second_word, v.second_channel_words, v.channels,
             v.output_rows * v.output_pitch, false);
    results(v, v.channels, v.output_rows, v.output_pitch);
  }
  void operator()(const Store& store) {
    for (std::int64_t chunk = 0; chunk < store.chunks; ++chunk) {
      add(Place::output, store.word + chunk * store.chunk_words, store.chunk_bytes / design_.macs,
          false);
      add(Place::dram, store.address + chunk * store.stride, store.chunk_bytes, true);
    }
  }
  void operator()(const End&) {}

 private:
  void add(Place memory, std::int64_t begin, std::int64_t size, bool writes) {
    if (size > 0) accesses_.push_back({memory, begin, begin + size, writes});
  }
  void planes(Place memory, std::int64_t first, std::int64_t step, std::int64_t channels,
              std::int64_t words, bool writes) {
    if (step == words || channels == 1) return add(memory, first, channels * words, writes);
    for (std::int64_t c = 0; c < channels; ++c) add(memory, first + c * step, words, writes);
  }
  void results(const Destination& to, std::int64_t channels, std::int64_t rows,
               std::int64_t pitch) {
    if (to.to_output != 0)
      planes(Place::output, to.output_word, to.output_channel_words, channels, rows * pitch, true);
    if (to.to_input == 0) return;
    planes(Place::input, to.local_word, to.local_channel_words, channels, rows * pitch, true);
    planes(Place::flags, to.local_flag, to.local_rows, channels, rows, true);
  }

  std::vector<Access>& accesses_;
  const design::DesignPoint& design_;
  std::int64_t weight_words_;
};

}  // namespace

std::vector<Access> accesses_of(const Operation& operation, const design::DesignPoint& design,
                                std::int64_t weight_words) {
  std::vector<Access> accesses;
  std::visit(Collector(accesses, design, weight_words), operation);
  return accesses;
}

bool conflict(const std::vector<Access>& a, const std::vector<Access>& b) {
  for (const Access& x : a)
    for (const Access& y : b)
      if (x.memory == y.memory && (x.writes || y.writes) && x.begin < y.end && y.begin < x.end)
        return true;
  return false;
}

template <class Visit>
void Regions::visit(const Access& access, Visit visit_place) {
  Places& places = places_[static_cast<std::size_t>(access.memory)];
  if (places.empty()) places.emplace(std::numeric_limits<std::int64_t>::min(), Last{});
  const auto cut = [&](std::int64_t at) {
    const auto next = places.lower_bound(at);
    if (next != places.end() && next->first == at) return next;
    return places.emplace_hint(next, at, std::prev(next)->second);
  };
  const auto end = cut(access.end);
  for (auto place = cut(access.begin); place != end; ++place) visit_place(place->second);
}

Needed Regions::needed(Unit unit, const std::vector<Access>& accesses) {
  Needed needed{};
  for (const Access& access : accesses)
    visit(access, [&](const Last& last) {
      for (std::size_t other = 0; other < unit_count; ++other) {
        const bool own = other == static_cast<std::size_t>(unit);
        if (own && access.memory != Place::input && access.memory != Place::flags) continue;
        needed[other] = std::max(needed[other], last.wrote[other]);
        if (access.writes) needed[other] = std::max(needed[other], last.read[other]);
      }
    });
  return needed;
}

void Regions::touch(Unit unit, std::int64_t number, const std::vector<Access>& accesses) {
  for (const Access& access : accesses)
    visit(access, [&](Last& last) {
      (access.writes ? last.wrote : last.read)[static_cast<std::size_t>(unit)] = number;
    });
}

}  // namespace sd::schedule
