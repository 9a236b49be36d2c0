#include "machine_weights.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sdengine/pack/packed_model.hpp"

namespace sd::schedule {

namespace {

class GroupReader {
 public:
  GroupReader(const Compute& c, const design::DesignPoint& design, Buffers& buffers)
      : c_(c),
        design_(design),
        buffers_(buffers),
        rebuilds_(design.rebuild && c.bypass == 0),
        basis_(static_cast<std::size_t>(c.active_slices) *
               static_cast<std::size_t>(design.rank * design.columns)) {}

  Group read() {
    require_kind();
    for (const std::uint64_t record :
         buffers_.parameters.read(c_.parameter_record, c_.active_slices))
      shifts_.push_back(static_cast<int>(record >> 56 & 31U));
    const auto entries = buffers_.index.read(c_.index_entry, c_.index_entries);
    for (std::int64_t i = 0; i < c_.index_entries; ++i) {
      const IndexEntry& entry = entries[static_cast<std::size_t>(i)];
      if (entry.marker) {
        take_basis(c_.index_entry + i);
      } else {
        if (rebuilds_ && group_.markers == 0)
          throw ProgramFault(
              fmt::format("meets index entry {}, a row, before any marker: it has no basis",
                          c_.index_entry + i));
        group_.rows.push_back({entry.c_row, entry.r, c_.index_entry + i});
        take_row();
      }
    }
    return std::move(group_);
  }

 private:
  void require_kind() const {
    if (c_.bypass != 0 && !design_.rebuild)
      throw ProgramFault("bypass: 1 is out of range; a design without rebuild allows 0");
  }

  /// All slices' parts of the next `count` words.
  std::span<const WordPart> words(std::int64_t count) {
    const auto parts =
        buffers_.weights.read((c_.weight_word + word_) * design_.slices, count * design_.slices);
    word_ += count;
    return parts;
  }

  void take_basis(std::int64_t entry) {
    if (!rebuilds_)
      throw ProgramFault(
          fmt::format("meets index entry {}, a marker, but rebuilds nothing", entry));
    if (c_.keep_basis != 0 && group_.markers != 0)
      throw ProgramFault(
          fmt::format("meets index entry {}, a second marker, but keeps its first basis", entry));
    ++group_.markers;
    const std::int64_t elements = design_.rank * design_.columns;
    const auto parts = words(elements);
    for (std::int64_t i = 0; i < elements; ++i)
      for (std::int64_t slice = 0; slice < c_.active_slices; ++slice)
        basis_[static_cast<std::size_t>(slice * elements + i)] = static_cast<std::int8_t>(
            parts[static_cast<std::size_t>(i * design_.slices + slice)].bits(0, 8));
  }

  void take_row() {
    // The stream of a layer left dense has a word for each of the design's columns.
    const bool word_per_step = design_.rebuild && c_.bypass != 0;
    const auto parts = words(word_per_step ? design_.columns : 1);
    for (std::int64_t step = 0; step < c_.steps; ++step)
      for (std::int64_t slice = 0; slice < c_.active_slices; ++slice) {
        const auto part = static_cast<std::size_t>(slice);
        std::int64_t weight = 0;
        if (rebuilds_)
          weight = rebuilt(parts[part], slice, step);
        else if (word_per_step)
          weight = static_cast<std::int8_t>(
              parts[static_cast<std::size_t>(step * design_.slices) + part].bits(0, 8));
        else
          weight = static_cast<std::int8_t>(parts[part].bits(static_cast<int>(step) * 8, 8));
        group_.weights.push_back(static_cast<std::int16_t>(weight));
      }
  }

  [[nodiscard]] std::int64_t rebuilt(const WordPart& codes, std::int64_t slice,
                                     std::int64_t step) const {
    const int code_bits = design_.code_bits();
    std::int64_t sum = 0;
    for (int j = 0; j < design_.rank; ++j) {
      const std::uint64_t code = codes.bits(j * code_bits, code_bits);
      const int magnitude = static_cast<int>(code & ((std::uint64_t{1} << (code_bits - 1)) - 1));
      if (magnitude == 0) continue;
      if (magnitude > design_.levels)
        throw ProgramFault(fmt::format("meets a coefficient of magnitude {}; there are {} levels",
                                       magnitude, design_.levels));
      const std::int64_t element =
          basis_[static_cast<std::size_t>((slice * design_.rank + j) * design_.columns + step)];
      const std::int64_t term = element * (std::int64_t{1} << (design_.levels - magnitude));
      sum += code >> (code_bits - 1) != 0 ? -term : term;
    }
    return std::clamp<std::int64_t>(
        pack::round_shift(sum, shifts_[static_cast<std::size_t>(slice)]), -128, 127);
  }

  const Compute& c_;
  const design::DesignPoint& design_;
  Buffers& buffers_;
  bool rebuilds_;
  std::vector<int> shifts_;         ///< q of each filter
  std::vector<std::int8_t> basis_;  ///< [active_slices][rank][columns]
  std::int64_t word_ = 0;           ///< of the group
  Group group_;
};

}  // namespace

Group read_group(const Compute& c, const design::DesignPoint& design, Buffers& buffers) {
  return GroupReader(c, design, buffers).read();
}

}  // namespace sd::schedule
