#include <algorithm>

#include "network_steps.hpp"

namespace sd::schedule {

namespace {

class VectorSteps {
 public:
  VectorSteps(const VectorPart& part, int layer, const Room& room, const std::vector<Map>& maps,
              const design::DesignPoint& design, Rings& rings)
      : part_(part),
        layer_(layer),
        maps_(maps),
        input_(maps[static_cast<std::size_t>(part.input.map)]),
        output_(maps[static_cast<std::size_t>(part.output.map)]),
        second_(part.second ? &maps[static_cast<std::size_t>(part.second->map)] : nullptr),
        room_(room),
        design_(design),
        rings_(rings) {}

  void append(std::vector<Step>& steps) {
    choose_tile();
    TileSlots inputs(room_.word, tile_words_, slots_);
    TileSlots seconds(room_.word + slots_ * tile_words_, second_words_, slots_);
    for (int channel = 0; channel < part_.output.channels; channel += channels_)
      for (int row = 0; row < output_.height; row += rows_)
        steps.push_back(step(channel, std::min(channels_, part_.output.channels - channel), row,
                             std::min(rows_, output_.height - row), inputs, seconds));
  }

 private:
  /// Whole planes of as many channels as fit twice; else rows of one channel.
  void choose_tile() {
    channels_ = part_.output.channels;
    rows_ = output_.height;
    slots_ = 2;
    if (fits()) {
      slots_ = 1;
      return;
    }
    while (!fits() && channels_ > 1) channels_ = (channels_ + 1) / 2;
    while (!fits() && rows_ > 1) rows_ = (rows_ + 1) / 2;
    if (fits()) return;
    slots_ = 1;
    fits();
  }

  bool fits() {
    std::int64_t rows = 0;
    for (int row = 0; row < output_.height; row += rows_)
      rows = std::max<std::int64_t>(
          rows,
          tile_at(part_, input_.height, row, std::min(rows_, output_.height - row)).input_rows);
    const std::int64_t results = std::int64_t{channels_} * rows_ * output_.pitch_words(design_);
    tile_words_ = input_.resident ? 0 : rows * channels_ * input_.pitch_words(design_);
    second_words_ = second_ == nullptr || second_->resident ? 0 : results;
    const bool whole = channels_ == part_.output.channels && rows_ == output_.height;
    const std::int64_t output_share = design_.output_words() / (whole ? 1 : slots_);
    return (whole ? 1 : slots_) * (tile_words_ + second_words_) <= room_.words &&
           (!output_.in_dram || results <= output_share) &&
           std::int64_t{rows_} * output_.pitch_words(design_) <= 65535 &&
           rows * input_.pitch_words(design_) <= 65535;
  }

  Step step(int channel, int channels, int row, int rows, TileSlots& inputs, TileSlots& seconds) {
    Step step;
    step.layer = layer_;
    Vector v;
    v.channels = channels;
    v.input_pitch = input_.pitch_words(design_);
    v.input_columns = input_.width;
    v.output_rows = rows;
    v.output_columns = output_.width;
    v.output_pitch = output_.pitch_words(design_);
    v.pad_left = part_.pad_left;
    v.stride_x = part_.stride_x;
    v.stride_y = part_.stride_y;
    v.window_rows = part_.window_rows;
    v.window_columns = part_.window_columns;
    v.first_multiplier = part_.first_multiplier;
    v.second_multiplier = part_.second_multiplier;
    v.output_multiplier = part_.output_multiplier;
    v.output_shift = part_.output_shift;
    v.maximum = part_.maximum ? 1 : 0;
    v.across = part_.across ? 1 : 0;
    v.relu = part_.relu ? 1 : 0;
    set_input(v, step, part_.input.first_channel + channel, channels,
              tile_at(part_, input_.height, row, rows), inputs);
    if (second_ != nullptr)
      set_second(v, step, part_.second->first_channel + channel, channels, row, rows, seconds);
    place_results(v, step, output_, part_.output.first_channel + channel, channels, row, rows,
                  design_, rings_);
    step.compute = v;
    return step;
  }

  void set_input(Vector& v, Step& step, int channel, int channels, const RowTile& tile,
                 TileSlots& slots) const {
    int first_row = 0;
    if (input_.resident) {
      v.tile_rows = input_.height;
      v.input_channel_words = v.tile_rows * v.input_pitch;
      v.input_word = input_.word + channel * v.input_channel_words;
    } else {
      first_row = tile.first_input_row;
      v.tile_rows = tile.input_rows;
      v.input_channel_words = v.tile_rows * v.input_pitch;
      v.input_word =
          load_tile(slots, {part_.input.map, channel, channels, first_row, tile.input_rows}, maps_,
                    design_, step);
    }
    v.first_row = std::int64_t{tile.first_output_row} * part_.stride_y - part_.pad_top - first_row;
  }

  void set_second(Vector& v, Step& step, int channel, int channels, int row, int rows,
                  TileSlots& slots) const {
    v.two_operands = 1;
    if (second_->resident) {
      v.second_channel_words = second_->height * v.output_pitch;
      v.second_word = second_->word + channel * v.second_channel_words + row * v.output_pitch;
      return;
    }
    v.second_channel_words = rows * v.output_pitch;
    v.second_word =
        load_tile(slots, {part_.second->map, channel, channels, row, rows}, maps_, design_, step);
  }

  const VectorPart& part_;
  int layer_;
  const std::vector<Map>& maps_;
  const Map& input_;
  const Map& output_;
  const Map* second_;
  const Room& room_;
  const design::DesignPoint& design_;
  Rings& rings_;
  int channels_ = 1, rows_ = 1, slots_ = 1;
  std::int64_t tile_words_ = 0, second_words_ = 0;
};

}  // namespace

void append_vector_steps(const VectorPart& part, int layer, const Room& room,
                         const std::vector<Map>& maps, const design::DesignPoint& design,
                         Rings& rings, std::vector<Step>& steps) {
  VectorSteps(part, layer, room, maps, design, rings).append(steps);
}

}  // namespace sd::schedule
