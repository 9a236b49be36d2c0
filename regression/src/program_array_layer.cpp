#include <algorithm>
#include <array>
#include <cmath>

#include "program_weights.hpp"
#include "program_workplace.hpp"

namespace sd::regression {

namespace {

using namespace schedule;

enum Mode { window = 0, pointwise = 1, fully_connected = 2, dilated = 3 };

/// Output rows computed by one COMPUTE of each group.
struct RowPart {
  int first = 0, rows = 0;
  int first_input = 0, input_rows = 0;  ///< rows of the map that it meets, one at least
};

class ArrayLayer {
 public:
  explicit ArrayLayer(Workplace& w) : w_(w), dice_(w.dice), design_(w.design) {}

  bool add() {
    w_.pinned.clear();
    choose_source();
    if (!choose_shape() || !choose_weights()) return false;
    choose_target();
    if (!choose_parts() || !find_places()) return false;
    compute_reference();
    emit();
    keep_results();
    return true;
  }

 private:
  void choose_source() {
    if (!w_.held.empty() && dice_.chance(0.6)) {
      source_ =
          w_.held[static_cast<std::size_t>(dice_.pick(0, static_cast<int>(w_.held.size()) - 1))];
      from_dram_ = false;
      w_.pinned.push_back(source_.word);
    } else {
      stored_ = w_.any_stored();
      source_.map = stored_.map;
      source_.pitch = stored_.pitch;
      from_dram_ = true;
    }
  }

  bool choose_shape() {
    const Map& in = source_.map;
    mode_ = static_cast<Mode>(
        std::array{0, 0, 0, 1, 1, 2, 3, 3}[static_cast<std::size_t>(dice_.pick(0, 7))]);
    layer_.filters = dice_.pick(1, 2 * design_.slices + 1);
    layer_.channels = in.channels;
    if (dice_.chance(0.2)) {  // one group of a grouped convolution
      layer_.channels = dice_.pick(1, in.channels);
      layer_.first_channel = dice_.pick(0, in.channels - layer_.channels);
    }
    if (mode_ == fully_connected) {
      layer_.kernel_rows = in.height, layer_.kernel_columns = in.width;
      steps_ = dice_.chance(0.7) ? design_.columns : dice_.pick(1, design_.columns);
      return in.width <= 255;
    }
    layer_.kernel_rows = dice_.pick(1, dice_.chance(0.4) ? 7 : 3);
    layer_.kernel_columns = mode_ == pointwise   ? 1
                            : dice_.chance(0.25) ? design_.columns
                                                 : dice_.pick(1, design_.columns);
    steps_ = layer_.kernel_columns;
    if (mode_ == pointwise) {
      steps_ = dice_.chance(0.8) ? design_.columns : dice_.pick(1, design_.columns);
      if (dice_.chance(0.7)) layer_.kernel_rows = 1;
    }
    layer_.stride_x = dice_.chance(0.6) ? 1 : dice_.pick(1, design_.max_stride);
    layer_.stride_y = dice_.chance(0.7) ? layer_.stride_x : dice_.pick(1, design_.max_stride);
    layer_.dilation_y = dice_.chance(0.7) ? 1 : dice_.pick(1, 4);
    if (mode_ == dilated) layer_.dilation_x = dice_.pick(1, dice_.chance(0.1) ? 31 : 4);
    const int tall = (layer_.kernel_rows - 1) * layer_.dilation_y + 1,
              wide = (layer_.kernel_columns - 1) * layer_.dilation_x + 1;
    const bool padded = dice_.chance(0.7);
    layer_.pad_top = padded ? dice_.pick(0, tall) : 0;
    layer_.pad_left = padded ? dice_.pick(0, wide) : 0;
    layer_.output_height =
        (in.height + layer_.pad_top + (padded ? dice_.pick(0, tall) : 0) - tall) / layer_.stride_y +
        1;
    layer_.output_width =
        (in.width + layer_.pad_left + (padded ? dice_.pick(0, wide) : 0) - wide) / layer_.stride_x +
        1;
    return in.height + layer_.pad_top >= tall && in.width + layer_.pad_left >= wide;
  }

  bool choose_weights() {
    const int values =
        layer_.channels * (mode_ == fully_connected ? source_.map.height * source_.map.width : 1);
    if (mode_ == window || mode_ == dilated)
      rows_ = layer_.channels * layer_.kernel_rows;
    else
      rows_ = (values + steps_ - 1) / steps_ * (mode_ == pointwise ? layer_.kernel_rows : 1);
    kind_ = !design_.rebuild    ? WeightKind::plain
            : dice_.chance(0.3) ? WeightKind::bypass
                                : WeightKind::rebuilt;
    slice_rows_ = dice_.chance(0.5) ? rows_ : dice_.pick(std::max(1, rows_ / 4), rows_);
    layer_.weights.resize(static_cast<std::size_t>(layer_.filters * layer_.channels *
                                                   layer_.kernel_rows * layer_.kernel_columns));
    for (int f = 0; f < layer_.filters; f += design_.slices) {
      GroupShape shape{std::min(design_.slices, layer_.filters - f), rows_, steps_, slice_rows_,
                       kind_};
      groups_.push_back(random_group(dice_, design_, shape, w_.values));
      const GroupWeights& group = groups_.back();
      if (group.word_count > design_.weight_words() ||
          group.entries() > design_.index_buffer_entries)
        return false;
      for (int m = 0; m < shape.filters; ++m)
        for (int row = 0; row < rows_; ++row)
          for (int step = 0; step < steps_; ++step)
            place_weight(f + m, row, step, group.weight(m, row, step));
    }
    return true;
  }

  /// docs/numerics.md, "Matrices".
  void place_weight(int filter, int row, int step, int weight) {
    int c = row / layer_.kernel_rows, r = row % layer_.kernel_rows, s = step;
    if (mode_ == pointwise) {
      c = c * steps_ + step, s = 0;
    } else if (mode_ == fully_connected) {
      const int value = row * steps_ + step, plane = source_.map.height * source_.map.width;
      c = value / plane, r = value % plane / source_.map.width, s = value % source_.map.width;
    }
    if (c < layer_.channels) layer_.weights[layer_.weight(filter, c, r, s)] = weight;
  }

  void choose_target() {
    const int least = w_.words_for(layer_.output_width);
    target_.to_output = dice_.chance(0.6);
    target_.to_input = !target_.to_output || dice_.chance(0.3);
    target_.pitch = least + (dice_.chance(0.15) ? 1 : 0);
    // Blocks of several rows need the input's pitch.
    if (source_.pitch >= least && dice_.chance(0.5)) target_.pitch = source_.pitch;
    if (target_.to_output) target_.pitch = w_.whole_beats(target_.pitch);
    has_residual_ = dice_.chance(0.35);
  }

  bool choose_parts() {
    const int height = layer_.output_height;
    int rows = dice_.chance(0.6) ? height : dice_.pick(1, height);
    if (target_.to_output) {
      const int most =
          design_.output_words() / (std::min(design_.slices, layer_.filters) * target_.pitch);
      if (most < 1) return false;
      rows = std::min(rows, most);
    }
    for (int y = 0; y < height; y += rows) {
      RowPart part{y, std::min(rows, height - y), 0, source_.map.height};
      if (from_dram_ && mode_ != fully_connected) narrow(part);
      parts_.push_back(part);
    }
    return parts_.size() <= 6;
  }

  /// Only the rows of the map that the part meets, and perhaps some more.
  void narrow(RowPart& part) const {
    const int tall = (layer_.kernel_rows - 1) * layer_.dilation_y + 1;
    const int first = part.first * layer_.stride_y - layer_.pad_top,
              last = (part.first + part.rows - 1) * layer_.stride_y - layer_.pad_top + tall - 1;
    const int highest = source_.map.height - 1;
    part.first_input = std::clamp(first - (dice_.chance(0.2) ? 1 : 0), 0, highest);
    part.input_rows = std::clamp(last, part.first_input, highest) - part.first_input + 1;
  }

  bool find_places() {
    if (from_dram_) {
      int rows = 0;
      for (const RowPart& part : parts_) rows = std::max(rows, part.input_rows);
      const auto tile = w_.place(source_.map, 0, rows, stored_.pitch);
      if (!tile) return false;
      source_ = *tile;
      w_.pinned.push_back(source_.word);
    }
    if (has_residual_) {
      const auto found =
          w_.companion(layer_.filters, layer_.output_height, layer_.output_width, target_.pitch);
      has_residual_ = found.has_value();
      if (found) {
        residual_ = *found;
        w_.pinned.push_back(residual_.word);
        target_.in_place = target_.to_input && residual_.word != source_.word && dice_.chance(0.4);
      }
    }
    if (!target_.to_input) return true;
    Map shape(layer_.filters, layer_.output_height, layer_.output_width);
    std::optional<HeldMap> room;
    if (target_.in_place) {
      w_.prove(residual_);
      w_.forget(residual_);
      room = residual_;
    } else {
      room = w_.place(shape, 0, layer_.output_height, target_.pitch);
    }
    if (room) result_ = *room;
    if (!room && from_dram_) w_.release(source_);
    return room.has_value();
  }

  void compute_reference() {
    const auto sums = sums_of(source_.map, layer_);
    const auto pixels = static_cast<std::size_t>(layer_.output_height * layer_.output_width);
    relu_ = dice_.chance(0.4);
    residual_relu_ = dice_.chance(0.4);
    residual_shift_ = dice_.pick(0, 18);
    own_ = std::min(32767, dice_.pick(0, 2 << residual_shift_));
    other_ = std::min(32767, dice_.pick(0, 2 << residual_shift_));
    Map out(layer_.filters, layer_.output_height, layer_.output_width);
    for (int f = 0; f < layer_.filters; ++f) {
      const auto first = static_cast<std::size_t>(f) * pixels;
      std::int64_t largest = 1;
      for (std::size_t i = 0; i < pixels; ++i)
        largest = std::max(largest, std::abs(sums[first + i]));
      stages_.push_back(random_stage(largest));
      for (std::size_t i = first; i < first + pixels; ++i) {
        std::int64_t value =
            requantised(sums[i], stages_.back(), relu_, ValueStage::convolution, w_.values);
        if (has_residual_)
          value =
              requantised(value * own_ + std::int64_t{residual_.map.values[i]} * other_,
                          {0, 1, residual_shift_}, residual_relu_, ValueStage::residual, w_.values);
        out.values[i] = static_cast<std::int8_t>(value);
      }
    }
    out_ = out;
  }

  /// Such that the largest sum becomes a value of 40 to 200.
  Stage random_stage(std::int64_t largest) {
    Stage stage;
    const int half = static_cast<int>(std::min<std::int64_t>(largest / 2 + 1, 1 << 30));
    stage.bias = dice_.pick(-half, half);
    const double factor = dice_.between(40, 200) / static_cast<double>(largest);
    while (stage.shift < 47 && std::ldexp(factor, stage.shift + 1) <= 32767 &&
           (stage.shift < 8 || dice_.chance(0.97)))
      ++stage.shift;
    stage.multiplier =
        static_cast<std::int64_t>(std::clamp(std::ldexp(factor, stage.shift), 0.0, 32767.0));
    return stage;
  }

  void emit() {
    if (target_.to_output) {
      result_in_dram_ = {out_, 0, target_.pitch, true};
      result_in_dram_.address =
          w_.builder.add_room(w_.bytes_of(out_, target_.pitch), "an array layer");
    }
    const bool once =
        groups_.size() == 1 || dice_.chance(0.5);  // a part's tile stays for all groups
    for (const RowPart& part : parts_) {
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        if (from_dram_ && (g == 0 || !once)) {
          HeldMap tile = source_;
          tile.first_row = part.first_input, tile.rows = part.input_rows;
          w_.load(stored_, tile);
        }
        emit_group(part, g);
      }
    }
    count();
  }

  void emit_group(const RowPart& part, std::size_t number) {
    const GroupWeights& group = groups_[number];
    const int first_filter = static_cast<int>(number) * design_.slices,
              filters = group.shape.filters;
    Compute c;
    const int tile_rows = from_dram_ ? part.input_rows : source_.rows;
    emit_loads(group, first_filter, tile_rows, c);
    c.input_pitch = source_.pitch;
    c.tile_rows = tile_rows;
    c.total_tile_rows = layer_.channels * tile_rows;
    c.input_word = source_.word + layer_.first_channel * tile_rows * source_.pitch;
    c.first_flag = source_.flag + layer_.first_channel * tile_rows;
    c.input_columns = source_.map.width;
    c.output_rows = part.rows;
    c.output_columns = layer_.output_width;
    c.output_pitch = target_.pitch;
    c.first_row = mode_ == fully_connected
                      ? 0
                      : part.first * layer_.stride_y - layer_.pad_top - part.first_input;
    c.pad_left = layer_.pad_left;
    c.steps = steps_;
    c.stride_x = layer_.stride_x, c.stride_y = layer_.stride_y;
    if (mode_ == dilated) c.dilation_x = layer_.dilation_x;
    c.mode = mode_;
    c.active_slices = filters;
    c.relu = relu_ ? 1 : 0;
    c.bypass = kind_ == WeightKind::bypass ? 1 : 0;
    c.keep_basis = kind_ == WeightKind::rebuilt && group.markers == 1 && dice_.chance(0.7) ? 1 : 0;
    c.skip_zero_rows = mode_ != fully_connected && dice_.chance(0.6) ? 1 : 0;
    c.rows_not_stored = rows_ - group.stored_rows;
    choose_block(c);
    if (target_.to_input) {
      c.to_input = 1;
      c.local_channel_words = layer_.output_height * target_.pitch;
      c.local_word =
          result_.word + first_filter * c.local_channel_words + part.first * target_.pitch;
      c.local_rows = layer_.output_height;
      c.local_flag = result_.flag + first_filter * c.local_rows + part.first;
    }
    if (has_residual_) {
      c.residual = 1;
      c.residual_relu = residual_relu_ ? 1 : 0;
      c.residual_shift = residual_shift_;
      c.own_multiplier = own_, c.residual_multiplier = other_;
      c.residual_channel_words = layer_.output_height * target_.pitch;
      c.residual_word =
          residual_.word + first_filter * c.residual_channel_words + part.first * target_.pitch;
    }
    if (target_.to_output) {
      const int words = part.rows * target_.pitch, most = design_.output_words() / filters;
      c.to_output = 1;
      c.output_channel_words = dice_.chance(0.8) ? words : dice_.pick(words, most);
      c.output_word =
          w_.anywhere(design_.output_words(), filters * static_cast<int>(c.output_channel_words));
    }
    w_.builder.add(c, group.word_count);
    w_.contents.skipping += static_cast<int>(c.skip_zero_rows);
    w_.contents.kept_bases += static_cast<int>(c.keep_basis);
    w_.contents.blocks_of_rows += c.block_rows > 1;
    w_.contents.no_rows += group.entries() == 0;
    ++w_.contents.computes;
    if (target_.to_output)
      w_.store(result_in_dram_, first_filter, filters, part.first, part.rows,
               static_cast<int>(c.output_word), static_cast<int>(c.output_channel_words));
  }

  void choose_block(Compute& c) {
    const int segments = design_.block_segments;
    c.block_rows = 1;
    c.block_words = mode_ == fully_connected ? 1
                    : dice_.chance(0.5)      ? segments
                                             : dice_.pick(1, segments);
    const bool rows_possible = mode_ != fully_connected && c.stride_x == 1 && c.stride_y == 1 &&
                               c.output_pitch == c.input_pitch && c.output_pitch <= segments;
    if (!rows_possible || dice_.chance(0.25)) return;
    c.block_words = c.output_pitch;
    const int most = segments / static_cast<int>(c.output_pitch);
    c.block_rows = dice_.chance(0.6) ? most : dice_.pick(1, most);
  }

  /// Loads of a group in any order, each anywhere in its buffer.
  void emit_loads(const GroupWeights& group, int first_filter, int tile_rows, Compute& c) {
    const auto whole = [&](std::size_t bytes) {
      const auto beat = static_cast<std::size_t>(design_.axi_bytes());
      return static_cast<std::int64_t>((bytes + beat - 1) / beat * beat);
    };
    const std::vector<Stage> stages(stages_.begin() + first_filter,
                                    stages_.begin() + first_filter + group.shape.filters);
    const auto parameters = parameter_bytes(group, stages, design_);
    LoadParameters p;
    p.address = w_.builder.add_data(parameters);
    p.bytes = whole(parameters.size());
    p.records = design_.slices;
    p.record = w_.anywhere(design_.parameter_records(), design_.slices);
    c.parameter_record = p.record;

    LoadIndex i;
    i.address = w_.builder.add_data(group.bitmap);
    i.bytes = whole(group.bitmap.size());
    i.rows = rows_;
    i.entries = group.entries();
    i.entry = w_.anywhere(design_.index_buffer_entries, std::max(1, static_cast<int>(i.entries)));
    i.markers = group.markers > 0 ? 1 : 0;
    i.slice_rows = slice_rows_;
    set_steps(i, tile_rows);
    c.index_entry = i.entry, c.index_entries = i.entries;

    std::vector<Operation> loads{p, i};
    if (group.word_count > 0) {
      LoadWeights l;
      l.address = w_.builder.add_data(group.words);
      l.bytes = whole(group.words.size());
      l.words = group.word_count;
      l.word = w_.anywhere(design_.weight_words(), group.word_count);
      c.weight_word = l.word;
      loads.emplace_back(l);
    }
    while (!loads.empty()) {
      const auto next = dice_.pick(0, static_cast<int>(loads.size()) - 1);
      w_.builder.add(loads[static_cast<std::size_t>(next)]);
      loads.erase(loads.begin() + next);
    }
  }

  void set_steps(LoadIndex& i, int tile_rows) const {
    if (mode_ == fully_connected) {
      i.r_wrap = source_.map.width;
      i.r_step = steps_ % source_.map.width;
      i.row_step = steps_ / source_.map.width;
      i.row_carry = 1;
      return;
    }
    i.r_step = layer_.dilation_y;
    i.r_wrap = layer_.kernel_rows * layer_.dilation_y;
    i.row_carry = tile_rows * (mode_ == pointwise ? steps_ : 1);
  }

  void count() {
    ProgramContents& n = w_.contents;
    n.windows += mode_ == window, n.pointwise += mode_ == pointwise;
    n.fully_connected += mode_ == fully_connected, n.dilated += mode_ == dilated;
    n.bypassed += kind_ == WeightKind::bypass;
    n.several_slices += kind_ == WeightKind::rebuilt && slice_rows_ < rows_;
    n.several_groups += groups_.size() > 1, n.several_tiles += parts_.size() > 1;
    n.grouped += layer_.channels < source_.map.channels;
    n.residuals += has_residual_, n.in_place += target_.in_place;
    n.both_destinations += target_.to_input && target_.to_output;
    n.local_only += !target_.to_output;
    n.strided += layer_.stride_x > 1 || layer_.stride_y > 1;
  }

  void keep_results() {
    if (from_dram_) w_.release(source_);
    if (target_.to_output) w_.stored.push_back(result_in_dram_);
    if (!target_.to_input) return;
    result_.map = out_;
    result_.first_row = 0, result_.rows = layer_.output_height;
    result_.proven = false;
    w_.keep(result_);
  }

  Workplace& w_;
  Dice& dice_;
  const design::DesignPoint& design_;
  Mode mode_ = window;
  StoredMap stored_;
  HeldMap source_;
  bool from_dram_ = false;
  Convolution layer_;
  int steps_ = 1, rows_ = 1, slice_rows_ = 1;
  WeightKind kind_ = WeightKind::plain;
  std::vector<GroupWeights> groups_;
  std::vector<Stage> stages_;
  Target target_;
  std::vector<RowPart> parts_;
  bool has_residual_ = false, relu_ = false, residual_relu_ = false;
  int residual_shift_ = 0, own_ = 0, other_ = 0;
  HeldMap residual_, result_;
  Map out_;
  StoredMap result_in_dram_;
};

}  // namespace

bool add_array_layer(Workplace& w) {
  return ArrayLayer(w).add();
}

}  // namespace sd::regression
