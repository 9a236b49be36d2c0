#include <algorithm>

#include "program_workplace.hpp"

namespace sd::regression {

namespace {

using namespace schedule;

class VectorLayer {
 public:
  explicit VectorLayer(Workplace& w) : w_(w), dice_(w.dice), design_(w.design) {}

  bool add() {
    w_.pinned.clear();
    if (!choose_source() || !choose_shape()) return false;
    choose_target();
    if (!find_places()) return false;
    const Map part = channels_of(source_.map, first_channel_, channels_);
    out_ = pooled(part, two_ ? &second_.map : nullptr, p_, w_.values);
    emit();
    keep_results();
    return true;
  }

 private:
  bool choose_source() {
    if (w_.held.empty() || dice_.chance(0.3)) {
      const auto loaded = w_.load_whole(w_.any_stored());
      if (!loaded) return false;
      source_ = *loaded;
      w_.keep(source_);
    } else {
      source_ =
          w_.held[static_cast<std::size_t>(dice_.pick(0, static_cast<int>(w_.held.size()) - 1))];
    }
    w_.pinned.push_back(source_.word);
    channels_ = source_.map.channels;
    if (dice_.chance(0.3)) channels_ = dice_.pick(1, channels_);
    first_channel_ = dice_.pick(0, source_.map.channels - channels_);
    return true;
  }

  bool choose_shape() {
    const Map& in = source_.map;
    p_.relu = dice_.chance(0.3);
    across_ = dice_.chance(0.2);
    two_ = !across_ && dice_.chance(0.3);
    p_.maximum = dice_.chance(0.3);
    if (across_) {
      p_.window_rows = dice_.chance(0.6) ? in.height : dice_.pick(1, in.height);
      p_.window_columns = dice_.chance(0.6) ? in.width : dice_.pick(1, in.width + 1);
      p_.pad_left = dice_.chance(0.3) ? dice_.pick(0, 2) : 0;
      p_.stride_x = dice_.pick(1, design_.max_stride);
      p_.stride_y = dice_.pick(1, design_.max_stride);
      p_.output_height = (in.height - p_.window_rows) / p_.stride_y + 1;
    } else if (two_ || dice_.chance(0.3)) {  // addition, rescaling
      p_.output_height = in.height, p_.output_width = in.width;
    } else {  // pooling, subsampling
      p_.window_rows = dice_.pick(1, std::min(4, in.height));
      p_.window_columns = dice_.pick(1, std::min(4, in.width));
      p_.stride_x = dice_.pick(1, design_.max_stride),
      p_.stride_y = dice_.pick(1, design_.max_stride);
      p_.pad_top = dice_.pick(0, p_.window_rows - 1),
      p_.pad_left = dice_.pick(0, p_.window_columns - 1);
      p_.output_height =
          (in.height + p_.pad_top + dice_.pick(0, p_.window_rows - 1) - p_.window_rows) /
              p_.stride_y +
          1;
      p_.output_width =
          (in.width + p_.pad_left + dice_.pick(0, p_.window_columns - 1) - p_.window_columns) /
              p_.stride_x +
          1;
    }
    p_.maximum = p_.maximum && every_window_meets(in, p_);
    choose_factors();
    return p_.output_height > 0 && p_.output_width > 0;
  }

  void choose_factors() {
    const int taps = p_.window_rows * p_.window_columns;
    zero_ = !p_.maximum && dice_.chance(0.1);
    // Sums stay inside 32 bits.
    const auto factor = [&] {
      return zero_ ? 0 : dice_.pick(0, std::min(32767, (1 << 22) / taps));
    };
    p_.first_multiplier = dice_.chance(0.4) && !zero_ ? 1 : factor();
    p_.second_multiplier = two_ ? factor() : 0;
    if (p_.maximum) {
      p_.stage = {0, 1, 0};
      p_.second_multiplier = two_ ? dice_.pick(0, 2) : 0;
      return;
    }
    const double largest = 128.0 * (double(taps) * p_.first_multiplier + p_.second_multiplier) + 1;
    const double wanted = dice_.between(40, 400) / largest;
    // Sometimes a short shift, where a value may be exactly half.
    while (p_.stage.shift < 47 && (p_.stage.shift == 0 || !dice_.chance(0.04)) &&
           wanted * double(std::int64_t{2} << p_.stage.shift) <= 32767)
      ++p_.stage.shift;
    p_.stage.multiplier = std::clamp<std::int64_t>(
        static_cast<std::int64_t>(wanted * double(std::int64_t{1} << p_.stage.shift)), 0, 32767);
  }

  void choose_target() {
    target_.to_output = dice_.chance(0.5);
    target_.to_input = !target_.to_output || dice_.chance(0.4);
    target_.pitch = w_.words_for(p_.output_width) + (dice_.chance(0.15) ? 1 : 0);
    if (two_ || (source_.pitch >= target_.pitch && dice_.chance(0.3)))
      target_.pitch = source_.pitch;
    if (!target_.to_output || target_.pitch == w_.whole_beats(target_.pitch)) return;
    if (two_) {
      target_.to_output = false, target_.to_input = true;
    } else {
      target_.pitch = w_.whole_beats(target_.pitch);
    }
  }

  bool find_places() {
    const Map shape(channels_, p_.output_height, p_.output_width);
    if (target_.to_output && target_.pitch > design_.output_words()) return false;
    if (two_) {
      const auto found = w_.companion(channels_, shape.height, shape.width, target_.pitch);
      if (!found) return false;
      second_ = *found;
      w_.pinned.push_back(second_.word);
    }
    if (!target_.to_input) return true;
    // In the place of an operand that nobody will read again.
    const bool whole = channels_ == source_.map.channels;
    const bool one_to_one = p_.window_rows == 1 && p_.window_columns == 1 && p_.stride_x == 1 &&
                            p_.stride_y == 1 && p_.pad_left == 0 && !across_ &&
                            shape.height == source_.map.height && target_.pitch == source_.pitch;
    const HeldMap* replaced = nullptr;
    if (two_ && second_.word != source_.word && dice_.chance(0.3)) replaced = &second_;
    if (whole && one_to_one && (!two_ || second_.word != source_.word) && dice_.chance(0.4))
      replaced = &source_;
    if (replaced != nullptr) {
      target_.in_place = true;
      HeldMap old = *replaced;
      for (HeldMap& h : w_.held)
        if (h.word == old.word) w_.prove(h);
      w_.forget(old);
      result_ = old;
      return true;
    }
    const auto room = w_.place(shape, 0, shape.height, target_.pitch);
    if (room) result_ = *room;
    return room.has_value();
  }

  static Map channels_of(const Map& map, int first, int count) {
    Map part(count, map.height, map.width);
    std::copy_n(map.values.begin() + static_cast<std::ptrdiff_t>(map.index(first, 0, 0)),
                part.values.size(), part.values.begin());
    return part;
  }

  void emit() {
    if (target_.to_output) {
      result_in_dram_ = {out_, 0, target_.pitch, true};
      result_in_dram_.address =
          w_.builder.add_room(w_.bytes_of(out_, target_.pitch), "a vector layer");
    }
    const int height = p_.output_height;
    int rows = dice_.chance(0.7) ? height : dice_.pick(1, height), channels = channels_;
    if (target_.to_output) {
      rows = std::min(rows, design_.output_words() / target_.pitch);
      channels = std::min(channels, design_.output_words() / (rows * target_.pitch));
    }
    for (int y = 0; y < height; y += rows)
      for (int c = 0; c < channels_; c += channels)
        emit_part(c, std::min(channels, channels_ - c), y, std::min(rows, height - y));
    ProgramContents& n = w_.contents;
    n.maxima += p_.maximum, n.sums += !p_.maximum, n.two_operands += two_, n.across += across_;
    n.zeros += zero_, n.in_place += target_.in_place;
  }

  void emit_part(int channel, int channels, int y, int rows) {
    Vector v;
    v.channels = channels;
    v.input_channel_words = source_.channel_words();
    v.input_word = source_.word + (first_channel_ + channel) * source_.channel_words();
    v.input_pitch = source_.pitch;
    v.tile_rows = source_.rows;
    v.first_row = y * p_.stride_y - p_.pad_top;
    v.input_columns = source_.map.width;
    v.output_rows = rows, v.output_columns = p_.output_width, v.output_pitch = target_.pitch;
    v.pad_left = p_.pad_left, v.stride_x = p_.stride_x, v.stride_y = p_.stride_y;
    v.window_rows = p_.window_rows, v.window_columns = p_.window_columns;
    v.first_multiplier = p_.maximum ? 1 : p_.first_multiplier;
    v.second_multiplier = p_.second_multiplier;
    v.output_multiplier = p_.stage.multiplier, v.output_shift = p_.stage.shift;
    v.maximum = p_.maximum ? 1 : 0, v.across = across_ ? 1 : 0, v.relu = p_.relu ? 1 : 0;
    const int height = p_.output_height;
    if (two_) {
      v.two_operands = 1;
      v.second_channel_words = height * target_.pitch;
      v.second_word = second_.word + channel * v.second_channel_words + y * target_.pitch;
    }
    if (target_.to_input) {
      v.to_input = 1;
      v.local_channel_words = height * target_.pitch;
      v.local_word = result_.word + channel * v.local_channel_words + y * target_.pitch;
      v.local_rows = height;
      v.local_flag = result_.flag + channel * height + y;
    }
    if (target_.to_output) {
      v.to_output = 1;
      v.output_channel_words = rows * target_.pitch;
      v.output_word =
          w_.anywhere(design_.output_words(), channels * static_cast<int>(v.output_channel_words));
    }
    w_.builder.add(v);
    ++w_.contents.vectors;
    if (target_.to_output)
      w_.store(result_in_dram_, channel, channels, y, rows, static_cast<int>(v.output_word),
               static_cast<int>(v.output_channel_words));
  }

  void keep_results() {
    if (target_.to_output) w_.stored.push_back(result_in_dram_);
    if (!target_.to_input) return;
    result_.map = out_;
    result_.first_row = 0, result_.rows = p_.output_height;
    result_.proven = false;
    w_.keep(result_);
  }

  Workplace& w_;
  Dice& dice_;
  const design::DesignPoint& design_;
  HeldMap source_, second_, result_;
  int first_channel_ = 0, channels_ = 0;
  Pooling p_;
  bool across_ = false, two_ = false, zero_ = false;
  Target target_;
  Map out_;
  StoredMap result_in_dram_;
};

}  // namespace

bool add_vector_layer(Workplace& w) {
  return VectorLayer(w).add();
}

}  // namespace sd::regression
