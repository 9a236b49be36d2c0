#include "weight_stream.hpp"

#include <algorithm>
#include <span>

#include "bit_writer.hpp"

namespace sd::schedule {

namespace {

constexpr std::size_t part_alignment = 64;

std::uint32_t whole_beats(std::uint64_t bits, const design::DesignPoint& design) {
  const auto beat_bits = static_cast<std::uint64_t>(design.axi_data_bits);
  return static_cast<std::uint32_t>((bits + beat_bits - 1) / beat_bits * (beat_bits / 8));
}

int words_per_basis(const design::DesignPoint& design) {
  return design.rank * design.columns;
}

std::uint32_t append_part(std::vector<std::uint8_t>& image, BitWriter& part, std::size_t beat) {
  image.resize((image.size() + part_alignment - 1) / part_alignment * part_alignment);
  const std::size_t address = image.size();
  part.pad_to(beat);
  image.insert(image.end(), part.bytes().begin(), part.bytes().end());
  return static_cast<std::uint32_t>(address);
}

BitWriter parameter_part(const FilterGroup& group, const LayerGeometry& g,
                         const pack::PackedLayer& layer, const design::DesignPoint& design) {
  BitWriter part;
  for (int slice = 0; slice < design.slices; ++slice) {
    const auto filter = static_cast<std::size_t>(group.first_filter + slice);
    const bool active = slice < group.filters;
    const pack::OutputStage stage = active ? layer.stages[filter] : pack::OutputStage{};
    part.append(static_cast<std::uint32_t>(stage.bias), 32);
    part.append(static_cast<std::uint16_t>(stage.multiplier), 16);
    part.append(stage.shift, 8);
    part.append(active && g.rebuilds ? layer.rebuild_shift[filter] : 0U, 8);
  }
  return part;
}

BitWriter index_part(const FilterGroup& group, int rows) {
  BitWriter part;
  auto next = group.stored_rows.begin();
  for (int row = 0; row < rows; ++row) {
    const bool stored = next != group.stored_rows.end() && *next == row;
    part.append(stored ? 1U : 0U, 1);
    if (stored) ++next;
  }
  return part;
}

/// Appends words of `slices * row_bits` bits, one slice's part after the other.
class WordWriter {
 public:
  WordWriter(const FilterGroup& group, const pack::PackedLayer& layer,
             const design::DesignPoint& design)
      : group_(group),
        layer_(layer),
        design_(design),
        weights_(static_cast<std::size_t>(design.slices * design.columns)) {}

  void basis(int matrix_slice) {
    const int columns = layer_.layout.columns;
    for (int j = 0; j < design_.rank; ++j)
      for (int s = 0; s < design_.columns; ++s)
        for (int slice = 0; slice < design_.slices; ++slice) {
          const std::size_t at =
              (static_cast<std::size_t>(layer_.layout.basis_index(filter(slice), matrix_slice)) *
                   layer_.rank +
               j) *
                  columns +
              s;
          const bool there = active(slice) && s < columns;
          part_.append(there ? static_cast<std::uint8_t>(layer_.basis[at]) : 0U, 8);
          part_.append(0, design_.row_bits() - 8);
        }
  }

  void codes(int row) {
    for (int slice = 0; slice < design_.slices; ++slice)
      part_.append(active(slice) ? row_codes(layer_, filter(slice), row, design_) : 0U,
                   design_.row_bits());
  }

  /// The eight bits of every column, a column in a word of its own.
  void bypassed(int row) {
    rebuild(row);
    for (int s = 0; s < design_.columns; ++s)
      for (int slice = 0; slice < design_.slices; ++slice) {
        part_.append(weight(slice, s), 8);
        part_.append(0, design_.row_bits() - 8);
      }
  }

  /// All columns side by side in one word.
  void rebuilt(int row) {
    rebuild(row);
    for (int slice = 0; slice < design_.slices; ++slice)
      for (int s = 0; s < design_.columns; ++s) part_.append(weight(slice, s), 8);
  }

  BitWriter take() { return std::move(part_); }

 private:
  [[nodiscard]] bool active(int slice) const { return slice < group_.filters; }
  [[nodiscard]] int filter(int slice) const { return group_.first_filter + slice; }

  /// The row's weights of every active slice; columns past the kernel stay zero.
  void rebuild(int row) {
    const auto columns = static_cast<std::size_t>(design_.columns),
               used = static_cast<std::size_t>(layer_.layout.columns);
    for (int slice = 0; slice < group_.filters; ++slice)
      layer_.rebuild_row(
          filter(slice), row,
          std::span(weights_).subspan(static_cast<std::size_t>(slice) * columns, used));
  }

  [[nodiscard]] std::uint8_t weight(int slice, int column) const {
    return static_cast<std::uint8_t>(
        weights_[static_cast<std::size_t>(slice * design_.columns + column)]);
  }

  const FilterGroup& group_;
  const pack::PackedLayer& layer_;
  const design::DesignPoint& design_;
  std::vector<std::int8_t> weights_;  ///< [slices][columns] of the row at hand
  BitWriter part_;
};

BitWriter word_part(const FilterGroup& group, const LayerGeometry& g,
                    const pack::PackedLayer& layer, const design::DesignPoint& design) {
  WordWriter writer(group, layer, design);
  auto next = group.stored_rows.begin();
  for (int slice = 0; slice < layer.layout.slices(); ++slice) {
    if (g.rebuilds) writer.basis(slice);
    for (; next != group.stored_rows.end() && *next < layer.layout.slice_end(slice); ++next) {
      if (g.rebuilds)
        writer.codes(*next);
      else if (g.bypasses)
        writer.bypassed(*next);
      else
        writer.rebuilt(*next);
    }
  }
  return writer.take();
}

}  // namespace

std::uint32_t parameter_bytes(const design::DesignPoint& design) {
  return whole_beats(std::uint64_t{64} * design.slices, design);
}

std::vector<FilterGroup> filter_groups(const LayerGeometry& g, const pack::PackedLayer& layer,
                                       const design::DesignPoint& design) {
  std::vector<FilterGroup> groups;
  for (int first = 0; first < g.filters; first += design.slices) {
    FilterGroup group;
    group.first_filter = first;
    group.filters = std::min(design.slices, g.filters - first);
    for (int row = 0; row < g.rows; ++row) {
      bool stored = !design.skip_weight_rows;
      for (int m = first; m < first + group.filters && !stored; ++m)
        stored = !layer.row_is_zero(m, row);
      if (stored) group.stored_rows.push_back(row);
    }
    const auto stored = static_cast<std::uint32_t>(group.stored_rows.size());
    const int matrix_slices = g.rebuilds ? layer.layout.slices() : 0;
    const auto basis_words = static_cast<std::uint32_t>(matrix_slices * words_per_basis(design));
    group.words =
        basis_words + stored * static_cast<std::uint32_t>(g.bypasses ? design.columns : 1);
    group.word_bytes = whole_beats(
        std::uint64_t{group.words} * static_cast<std::uint64_t>(design.weight_word_bits()), design);
    group.index_bytes = whole_beats(static_cast<std::uint64_t>(g.rows), design);
    group.index_entries = static_cast<int>(stored) + matrix_slices;
    groups.push_back(std::move(group));
  }
  return groups;
}

std::int64_t stream_bytes(const FilterGroup& group, const design::DesignPoint& design) {
  return std::int64_t{parameter_bytes(design)} + group.index_bytes + group.word_bytes +
         3 * part_alignment;
}

void append_stream(FilterGroup& group, const LayerGeometry& g, const pack::PackedLayer& layer,
                   const design::DesignPoint& design, std::vector<std::uint8_t>& image) {
  const auto beat = static_cast<std::size_t>(design.axi_bytes());
  BitWriter parameters = parameter_part(group, g, layer, design);
  BitWriter index = index_part(group, g.rows);
  BitWriter words = word_part(group, g, layer, design);
  group.parameters_address = append_part(image, parameters, beat);
  group.index_address = append_part(image, index, beat);
  group.words_address = append_part(image, words, beat);
}

std::uint64_t row_codes(const pack::PackedLayer& layer, int filter, int row,
                        const design::DesignPoint& design) {
  const int code_bits = design.code_bits();
  std::uint64_t codes = 0;
  for (int j = 0; j < layer.rank; ++j) {
    const auto at = (static_cast<std::size_t>(filter) * layer.layout.rows + row) * layer.rank + j;
    const decompose::Coefficient c = layer.coefficients[at];
    const std::uint64_t code = c < 0 ? static_cast<std::uint64_t>(-c) | std::uint64_t{1}
                                                                            << (code_bits - 1)
                                     : static_cast<std::uint64_t>(c);
    codes |= code << (j * code_bits);
  }
  return codes;
}

std::uint32_t word_of_row(const FilterGroup& group, int position, const pack::PackedLayer& layer,
                          const design::DesignPoint& design) {
  const int matrix_slice =
      group.stored_rows[static_cast<std::size_t>(position)] / layer.layout.slice_rows;
  return static_cast<std::uint32_t>((matrix_slice + 1) * words_per_basis(design) + position);
}

}  // namespace sd::schedule
