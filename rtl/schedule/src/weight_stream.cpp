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

/// A row of a group's list, as one of its filters knows it: its own row, or -1 where the row
/// belongs to another group of the convolution.
int own_row(const FilterGroup& group, const LayerGeometry& g, int filter, int row) {
  const int first = group.first_filter / g.filters_per_group();
  const int own = row - (filter / g.filters_per_group() - first) * g.rows;
  return own >= 0 && own < g.rows ? own : -1;
}

BitWriter parameter_part(const FilterGroup& group, const LayerGeometry& g,
                         const pack::PackedLayer& layer, const design::DesignPoint& design) {
  // With fewer levels than the design's, the engine's sums are larger by as many bits.
  const int more_levels = design.levels - layer.levels;
  BitWriter part;
  for (int slice = 0; slice < design.slices; ++slice) {
    const auto filter = static_cast<std::size_t>(group.first_filter + slice);
    const bool active = slice < group.filters;
    const pack::OutputStage stage = active ? layer.stages[filter] : pack::OutputStage{};
    part.append(static_cast<std::uint32_t>(stage.bias), 32);
    part.append(static_cast<std::uint16_t>(stage.multiplier), 16);
    part.append(stage.shift, 8);
    part.append(active && g.rebuilds
                    ? static_cast<unsigned>(layer.rebuild_shift[filter] + more_levels)
                    : 0U,
                8);
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
  WordWriter(const FilterGroup& group, const LayerGeometry& geometry,
             const pack::PackedLayer& layer, const design::DesignPoint& design)
      : group_(group),
        g_(geometry),
        layer_(layer),
        design_(design),
        weights_(static_cast<std::size_t>(design.slices * design.columns)) {}

  /// Rows and columns of the design's basis that the layer's has not are zero.
  void basis(int matrix_slice) {
    const int columns = layer_.layout.columns;
    for (int j = 0; j < design_.rank; ++j)
      for (int s = 0; s < design_.columns; ++s)
        for (int slice = 0; slice < design_.slices; ++slice) {
          const bool there = active(slice) && j < layer_.rank && s < columns;
          const std::size_t at = there ? (static_cast<std::size_t>(layer_.layout.basis_index(
                                              filter(slice), matrix_slice)) *
                                              static_cast<std::size_t>(layer_.rank) +
                                          static_cast<std::size_t>(j)) *
                                                 static_cast<std::size_t>(columns) +
                                             static_cast<std::size_t>(s)
                                       : 0;
          part_.append(there ? static_cast<std::uint8_t>(layer_.basis[at]) : 0U, 8);
          part_.append(0, design_.row_bits() - 8);
        }
  }

  void codes(int row) {
    for (int slice = 0; slice < design_.slices; ++slice) {
      const int own = active(slice) ? own_row(group_, g_, filter(slice), row) : -1;
      part_.append(own >= 0 ? row_codes(layer_, filter(slice), own, design_) : 0U,
                   design_.row_bits());
    }
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
    for (int slice = 0; slice < group_.filters; ++slice) {
      const auto weights =
          std::span(weights_).subspan(static_cast<std::size_t>(slice) * columns, used);
      const int own = own_row(group_, g_, filter(slice), row);
      if (own >= 0)
        layer_.rebuild_row(filter(slice), own, weights);
      else
        std::fill(weights.begin(), weights.end(), std::int8_t{0});
    }
  }

  [[nodiscard]] std::uint8_t weight(int slice, int column) const {
    return static_cast<std::uint8_t>(
        weights_[static_cast<std::size_t>(slice * design_.columns + column)]);
  }

  const FilterGroup& group_;
  const LayerGeometry& g_;
  const pack::PackedLayer& layer_;
  const design::DesignPoint& design_;
  std::vector<std::int8_t> weights_;  ///< [slices][columns] of the row at hand
  BitWriter part_;
};

BitWriter word_part(const FilterGroup& group, const LayerGeometry& g,
                    const pack::PackedLayer& layer, const design::DesignPoint& design) {
  WordWriter writer(group, g, layer, design);
  // Several groups of the convolution share one list only where a filter has one matrix slice.
  const int slices = g.matrix_slices;
  auto next = group.stored_rows.begin();
  for (int slice = 0; slice < slices; ++slice) {
    const int end = slices == 1 ? rows_of(group, g) : layer.layout.slice_end(slice);
    if (g.rebuilds) writer.basis(slice);
    for (; next != group.stored_rows.end() && *next < end; ++next) {
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

/// Filters of the next group of slices, from `first` on.
int filters_of_group(const LayerGeometry& g, int first, const design::DesignPoint& design) {
  const int end =
      g.may_span_groups() ? g.filters : (first / g.filters_per_group() + 1) * g.filters_per_group();
  return std::min(design.slices, end - first);
}

}  // namespace

std::uint32_t parameter_bytes(const design::DesignPoint& design) {
  return whole_beats(std::uint64_t{64} * design.slices, design);
}

int rows_of(const FilterGroup& group, const LayerGeometry& g) {
  return group.channels / g.channels_per_group() * g.rows;
}

std::vector<FilterGroup> filter_groups(const LayerGeometry& g, const pack::PackedLayer& layer,
                                       const design::DesignPoint& design) {
  std::vector<FilterGroup> groups;
  for (int first = 0; first < g.filters;) {
    FilterGroup group;
    group.first_filter = first;
    group.filters = filters_of_group(g, first, design);
    const int first_conv = first / g.filters_per_group(),
              last_conv = (first + group.filters - 1) / g.filters_per_group();
    group.first_channel = first_conv * g.channels_per_group();
    group.channels = (last_conv - first_conv + 1) * g.channels_per_group();
    for (int row = 0; row < rows_of(group, g); ++row) {
      bool stored = !design.skip_weight_rows;
      for (int m = first; m < first + group.filters && !stored; ++m) {
        const int own = own_row(group, g, m, row);
        stored = own >= 0 && !layer.row_is_zero(m, own);
      }
      if (stored) group.stored_rows.push_back(row);
    }
    const auto stored = static_cast<std::uint32_t>(group.stored_rows.size());
    const int markers = g.rebuilds ? g.matrix_slices : 0;
    const auto basis_words = static_cast<std::uint32_t>(markers * words_per_basis(design));
    group.words =
        basis_words + stored * static_cast<std::uint32_t>(g.bypasses ? design.columns : 1);
    group.word_bytes = whole_beats(
        std::uint64_t{group.words} * static_cast<std::uint64_t>(design.weight_word_bits()), design);
    group.index_bytes = whole_beats(static_cast<std::uint64_t>(rows_of(group, g)), design);
    group.index_entries = static_cast<int>(stored) + markers;
    groups.push_back(std::move(group));
    first += groups.back().filters;
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
  BitWriter index = index_part(group, rows_of(group, g));
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

std::optional<std::uint32_t> word_of_row(const FilterGroup& group, int filter, int row,
                                         const LayerGeometry& g,
                                         const design::DesignPoint& design) {
  const int first_conv = group.first_filter / g.filters_per_group();
  const int listed = row + (filter / g.filters_per_group() - first_conv) * g.rows;
  const auto stored = std::lower_bound(group.stored_rows.begin(), group.stored_rows.end(), listed);
  if (stored == group.stored_rows.end() || *stored != listed) return std::nullopt;
  const int bases = g.matrix_slices == 1 ? 1 : row / g.slice_rows + 1;
  return static_cast<std::uint32_t>(bases * words_per_basis(design) +
                                    (stored - group.stored_rows.begin()));
}

}  // namespace sd::schedule
