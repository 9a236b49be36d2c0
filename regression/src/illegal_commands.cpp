#include "illegal_commands.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <variant>

namespace sd::regression {

namespace {

using namespace schedule;
using design::DesignPoint;
using Number = std::int64_t;

/// Breaks a rule in a copy; false: it cannot be done with this command on this design.
struct Rule {
  std::string name;
  std::function<bool(Operation&, const DesignPoint&)> spoil;
};

Number divide_up(Number value, Number by) {
  return (value + by - 1) / by;
}

template <class Op>
class Rules {
 public:
  Rules(std::vector<Rule>& list, std::string command) : list_(list), command_(std::move(command)) {}

  /// A rule for every command of this kind.
  Rules& always(const std::string& name,
                const std::function<void(Op&, const DesignPoint&)>& spoil) {
    return where(name, [spoil](Op& op, const DesignPoint& d) {
      spoil(op, d);
      return true;
    });
  }
  Rules& where(const std::string& name, const std::function<bool(Op&, const DesignPoint&)>& spoil) {
    list_.push_back({command_ + " " + name, [spoil](Operation& operation, const DesignPoint& d) {
                       auto* op = std::get_if<Op>(&operation);
                       return op != nullptr && spoil(*op, d);
                     }});
    return *this;
  }

 private:
  std::vector<Rule>& list_;
  std::string command_;
};

void load_rules(std::vector<Rule>& list) {
  using D = const DesignPoint&;
  Rules<LoadInput>(list, "LOAD_INPUT")
      .always("address", [](auto& l, D) { l.address += 4; })
      .always("chunk_bytes not whole", [](auto& l, D) { l.chunk_bytes += 4; })
      .always("chunk_bytes 0", [](auto& l, D) { l.chunk_bytes = 0; })
      .always("stride", [](auto& l, D) { l.stride += 1; })
      .always("chunks 0", [](auto& l, D) { l.chunks = 0; })
      .always("chunks 65536", [](auto& l, D) { l.chunks = 65536; })
      .where("word not on a beat",
             [](auto& l, D d) {
               l.word += 1;
               return d.macs < d.axi_bytes();
             })
      .always("word past the end",
              [](auto& l, D d) {
                const Number words = l.chunks * l.chunk_bytes / d.macs,
                             beat = std::max(1, d.axi_bytes() / d.macs);
                l.word = std::max<Number>(0, d.input_words() - words) / beat * beat + beat;
              })
      .always("row_bytes not whole", [](auto& l, D) { l.row_bytes += 4; })
      .always("row_bytes 0", [](auto& l, D) { l.row_bytes = 0; })
      .always("row_bytes too many",
              [](auto& l, D d) { l.row_bytes = d.input_buffer_bytes + d.axi_bytes(); })
      .always("first_flag", [](auto& l, D d) {
        l.first_flag = d.zero_flags() - divide_up(l.chunks * l.chunk_bytes, l.row_bytes) + 1;
      });
  Rules<LoadIndex>(list, "LOAD_INDEX")
      .always("address", [](auto& l, D) { l.address += 4; })
      .always("bytes 0", [](auto& l, D) { l.bytes = 0; })
      .always("bytes not whole", [](auto& l, D) { l.bytes += 4; })
      .always("rows 0", [](auto& l, D) { l.rows = 0; })
      .always("rows too many", [](auto& l, D) { l.rows = 8 * l.bytes + 1; })
      .always("r_wrap", [](auto& l, D) { l.r_wrap = 0; })
      .always("r_step", [](auto& l, D) { l.r_step = l.r_wrap + 1; })
      .always("slice_rows", [](auto& l, D) { l.markers = 1, l.slice_rows = 0; })
      .always("entry", [](auto& l, D d) { l.entry = d.index_buffer_entries - l.entries + 1; });
  Rules<LoadWeights>(list, "LOAD_WEIGHTS")
      .always("address", [](auto& l, D) { l.address += 4; })
      .always("bytes 0", [](auto& l, D) { l.bytes = 0; })
      .always("word", [](auto& l, D d) { l.word = d.weight_words() - l.words + 1; })
      .always("words",
              [](auto& l, D d) { l.word = 0, l.words = 8 * l.bytes / d.weight_word_bits() + 1; });
  Rules<LoadParameters>(list, "LOAD_PARAMS")
      .always("address", [](auto& l, D) { l.address += 4; })
      .always("bytes not whole", [](auto& l, D) { l.bytes += 4; })
      .always("record", [](auto& l, D d) { l.record = d.parameter_records() - l.records + 1; })
      .always("records", [](auto& l, D) { l.record = 0, l.records = l.bytes / 8 + 1; });
}

void store_rules(std::vector<Rule>& list) {
  using D = const DesignPoint&;
  Rules<Store>(list, "STORE")
      .always("address", [](auto& s, D) { s.address += 4; })
      .always("chunk_bytes 0", [](auto& s, D) { s.chunk_bytes = 0; })
      .always("chunk_bytes not whole", [](auto& s, D) { s.chunk_bytes += 4; })
      .always("chunks 0", [](auto& s, D) { s.chunks = 0; })
      .always("chunks 65536", [](auto& s, D) { s.chunks = 65536; })
      .always("stride", [](auto& s, D) { s.stride += 4; })
      .always("word", [](auto& s, D d) { s.word = d.output_words(); })
      .always("chunk_words", [](auto& s, D d) { s.chunk_words = d.output_words() + 1; })
      .always("word past the end", [](auto& s, D d) {
        s.word = d.output_words() - (s.chunks - 1) * s.chunk_words -
                 divide_up(s.chunk_bytes, d.macs) + 1;
      });
}

/// What COMPUTE and VECTOR share; `channels(op)` gives what they write.
template <class Op, class Channels>
void shared_rules(Rules<Op>& rules, Channels channels) {
  using D = const DesignPoint&;
  rules.always("output_rows", [](Op& o, D) { o.output_rows = 0; })
      .always("output_columns 0", [](Op& o, D) { o.output_columns = 0; })
      .always("output_pitch", [](Op& o, D) { o.output_pitch = 0; })
      .always("input_pitch", [](Op& o, D) { o.input_pitch = 0; })
      .always("output_columns too many",
              [](Op& o, D d) { o.output_columns = o.output_pitch * d.macs + 1; })
      .always("stride_x 0", [](Op& o, D) { o.stride_x = 0; })
      .always("stride_x too long", [](Op& o, D d) { o.stride_x = d.max_stride + 1; })
      .always("stride_y 0", [](Op& o, D) { o.stride_y = 0; })
      .always("stride_y too long", [](Op& o, D d) { o.stride_y = d.max_stride + 1; })
      .always("no destination", [](Op& o, D) { o.to_output = o.to_input = 0; })
      .where("output_channel_words",
             [](Op& o, D) {
               o.output_channel_words = o.output_rows * o.output_pitch - 1;
               return o.to_output != 0;
             })
      .where("output_word",
             [channels](Op& o, D d) {
               o.output_word = d.output_words() - channels(o) * o.output_channel_words + 1;
               return o.to_output != 0;
             })
      .where("local_channel_words",
             [](Op& o, D) {
               o.local_channel_words = o.output_rows * o.output_pitch - 1;
               return o.to_input != 0;
             })
      .where("local_word",
             [channels](Op& o, D d) {
               o.local_word = d.input_words() - (channels(o) - 1) * o.local_channel_words -
                              o.output_rows * o.output_pitch + 1;
               return o.to_input != 0;
             })
      .where("local_rows",
             [](Op& o, D) {
               o.local_rows = o.output_rows - 1;
               return o.to_input != 0;
             })
      .where("local_flag", [channels](Op& o, D d) {
        o.local_flag = d.zero_flags() - (channels(o) - 1) * o.local_rows - o.output_rows + 1;
        return o.to_input != 0;
      });
}

void compute_rules(std::vector<Rule>& list) {
  using D = const DesignPoint&;
  Rules<Compute> rules(list, "COMPUTE");
  shared_rules(rules, [](const Compute& c) { return c.active_slices; });
  rules.always("index_entry", [](auto& c, D d) { c.index_entry = d.index_buffer_entries; })
      .always("index_entries",
              [](auto& c, D d) { c.index_entries = d.index_buffer_entries - c.index_entry + 1; })
      .always("weight_word", [](auto& c, D d) { c.weight_word = d.weight_words(); })
      .always(
          "parameter_record",
          [](auto& c, D d) { c.parameter_record = d.parameter_records() - c.active_slices + 1; })
      .always("input_word",
              [](auto& c, D d) {
                c.input_word = d.input_words() - c.total_tile_rows * c.input_pitch + 1;
              })
      .always("tile_rows 0", [](auto& c, D) { c.tile_rows = 0; })
      .always("tile_rows too many", [](auto& c, D) { c.tile_rows = c.total_tile_rows + 1; })
      .always("first_flag",
              [](auto& c, D d) { c.first_flag = d.zero_flags() - c.total_tile_rows + 1; })
      .always("active_slices 0", [](auto& c, D) { c.active_slices = 0; })
      .always("active_slices too many", [](auto& c, D d) { c.active_slices = d.slices + 1; })
      .always("steps 0", [](auto& c, D) { c.steps = 0; })
      .always("steps too many", [](auto& c, D d) { c.steps = d.columns + 1; })
      .always("residual_word",
              [](auto& c, D d) {
                c.residual = 1, c.residual_channel_words = 0;
                c.residual_word = d.input_words() - c.output_rows * c.output_pitch + 1;
              })
      .always("block_rows 0", [](auto& c, D) { c.block_rows = 0; })
      .always("block_words 0", [](auto& c, D) { c.block_words = 0; })
      .always("block too large",
              [](auto& c, D d) { c.block_rows = 1, c.block_words = d.block_segments + 1; })
      .where("block_rows strided",
             [](auto& c, D d) {
               c.block_rows = 2, c.block_words = 1, c.stride_x = 2;
               return d.block_segments > 1 && d.max_stride > 1;
             })
      .where("block_rows apart",
             [](auto& c, D d) {
               c.block_rows = 2, c.block_words = 1;
               return d.block_segments > 1 && (c.output_pitch != 1 || c.input_pitch != 1);
             })
      .where("fully connected blocks",
             [](auto& c, D d) {
               c.mode = 2, c.block_rows = 1, c.block_words = 2, c.skip_zero_rows = 0;
               return d.block_segments > 1;
             })
      .always("fully connected skipping", [](auto& c, D) {
        c.mode = 2, c.block_rows = c.block_words = 1, c.skip_zero_rows = 1;
      });
}

void vector_rules(std::vector<Rule>& list) {
  using D = const DesignPoint&;
  Rules<Vector> rules(list, "VECTOR");
  shared_rules(rules, [](const Vector& v) { return v.channels; });
  const auto two = [](Vector& v) {
    v.two_operands = 1, v.across = 0;
    v.window_rows = v.window_columns = v.stride_x = v.stride_y = 1, v.pad_left = 0;
    v.second_word = v.second_channel_words = 0;
  };
  rules.always("channels", [](auto& v, D) { v.channels = 0; })
      .always("tile_rows", [](auto& v, D) { v.tile_rows = 0; })
      .always("window_rows", [](auto& v, D) { v.window_rows = 0; })
      .always("window_columns", [](auto& v, D) { v.window_columns = 0; })
      .always("input_word",
              [](auto& v, D d) {
                v.input_word = d.input_words() - (v.channels - 1) * v.input_channel_words -
                               v.tile_rows * v.input_pitch + 1;
              })
      .where("input_channel_words",
             [](auto& v, D) {
               v.input_channel_words = v.tile_rows * v.input_pitch - 1;
               return v.channels > 1;
             })
      .always("second_word",
              [two](auto& v, D d) {
                two(v);
                v.second_word = d.input_words() - v.output_rows * v.output_pitch + 1;
              })
      .always("second window_rows", [two](auto& v, D) { two(v), v.window_rows = 2; })
      .always("second window_columns", [two](auto& v, D) { two(v), v.window_columns = 2; })
      .where("second stride_x",
             [two](auto& v, D d) {
               two(v), v.stride_x = 2;
               return d.max_stride > 1;
             })
      .where("second stride_y",
             [two](auto& v, D d) {
               two(v), v.stride_y = 2;
               return d.max_stride > 1;
             })
      .always("second pad_left", [two](auto& v, D) { two(v), v.pad_left = 1; })
      .always("second pitch", [two](auto& v, D) { two(v), v.input_pitch = v.output_pitch + 1; })
      .always("across", [](auto& v, D) {
        v.across = 1, v.two_operands = 0;
        v.output_columns = 2;
      });
}

const std::vector<Rule>& field_rules() {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> list;
    load_rules(list);
    store_rules(list);
    compute_rules(list);
    vector_rules(list);
    return list;
  }();
  return rules;
}

// Rules about bits rather than fields; the name ends like this.
constexpr const char* unnamed_bit = " unnamed bit";
constexpr const char* token = " token flag";
constexpr const char* opcode = " opcode";
constexpr std::array<const char*, 8> commands = {
    "LOAD_INPUT", "LOAD_INDEX", "LOAD_WEIGHTS", "LOAD_PARAMS", "COMPUTE", "STORE", "END", "VECTOR"};

bool is_legal(const CommandWords& words) {
  try {
    (void)decode(words);
    return true;
  } catch (const CommandError&) {
    return false;
  }
}

CommandWords with_bit(CommandWords words, int bit) {
  words[static_cast<std::size_t>(bit / 32)] ^= std::uint32_t{1} << (bit % 32);
  return words;
}

/// Bits first..last that a legal command of this kind never has.
std::optional<CommandWords> with_illegal_bit(const CommandWords& words, int first, int last,
                                             Dice& dice) {
  std::vector<int> bits;
  for (int bit = first; bit <= last; ++bit) {
    const CommandWords changed = with_bit(words, bit);
    const bool sets = (changed[static_cast<std::size_t>(bit / 32)] >> (bit % 32) & 1U) != 0;
    if (sets && !is_legal(changed)) bits.push_back(bit);
  }
  if (bits.empty()) return std::nullopt;
  return with_bit(words,
                  bits[static_cast<std::size_t>(dice.pick(0, static_cast<int>(bits.size()) - 1))]);
}

std::optional<IllegalCommand> break_bits(const std::string& rule, const Command& command,
                                         Dice& dice) {
  constexpr int first_token = 8, last_token = 11, bits = 8 * command_bytes;
  const std::string name = name_of(command.operation);
  const CommandWords words = encode(command);
  if (rule == name + opcode) {
    CommandWords changed = words;
    const int illegal = dice.chance(0.3) ? 0 : dice.pick(9, 255);
    changed[0] = (changed[0] & ~0xffU) | static_cast<std::uint32_t>(illegal);
    return IllegalCommand{rule, changed, 1};
  }
  std::optional<CommandWords> changed;
  if (rule == name + token) {
    constexpr int pop_next = 9, push_prev = 10;
    changed = with_bit(words, name == "END"     ? dice.pick(first_token, last_token)
                              : name == "STORE" ? pop_next
                                                : push_prev);
  }
  if (rule == name + unnamed_bit) changed = with_illegal_bit(words, last_token + 1, bits - 1, dice);
  if (!changed) return std::nullopt;
  return IllegalCommand{rule, *changed, 6};
}

}  // namespace

const std::vector<std::string>& illegal_rules() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Rule& rule : field_rules()) list.push_back(rule.name);
    for (const std::string command : commands) {
      list.push_back(command + opcode);
      list.push_back(command + unnamed_bit);
      // COMPUTE and VECTOR stand between two units on either side.
      if (command != "COMPUTE" && command != "VECTOR") list.push_back(command + token);
    }
    return list;
  }();
  return names;
}

std::optional<IllegalCommand> break_rule(const std::string& rule, const Command& command,
                                         const design::DesignPoint& design, Dice& dice) {
  for (const Rule& candidate : field_rules()) {
    if (candidate.name != rule) continue;
    Command changed = command;
    if (!candidate.spoil(changed.operation, design)) return std::nullopt;
    try {
      return IllegalCommand{rule, encode(changed), 6};
    } catch (const CommandError&) {
      return std::nullopt;  // its bits cannot hold the value
    }
  }
  return break_bits(rule, command, dice);
}

}  // namespace sd::regression
