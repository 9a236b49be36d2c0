// Commands into bins.
#include <algorithm>
#include <map>
#include <variant>

#include "coverage_samples.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::regression {

namespace {

using namespace schedule;
using Sample = std::map<std::string, std::int64_t>;
using Number = std::int64_t;

Number destination_of(const Destination& d) {
  return d.to_input == 0 ? 0 : d.to_output == 0 ? 1 : 2;
}

class CommandSampler {
 public:
  CommandSampler(tb::FunctionalCoverage& functional, const design::DesignPoint& design)
      : functional_(functional), design_(design) {}

  void sample(const Command& command) {
    const auto opcode = static_cast<Number>(command.operation.index());
    const Tokens& t = command.tokens;
    const auto with_token = [&](bool set, Number token) {
      if (set) functional_.group("command").sample({{"opcode", opcode}, {"token", token}});
    };
    with_token(!t.pop_prev && !t.pop_next && !t.push_prev && !t.push_next, 0);
    with_token(t.pop_prev, 1);
    with_token(t.pop_next, 2);
    with_token(t.push_prev, 3);
    with_token(t.push_next, 4);
    std::visit([this](const auto& operation) { take(operation); }, command.operation);
    before_ = command.operation;
  }

 private:
  // --- transfers

  void transfer(Number kind, Number address, Number bytes, Number chunks, Number stride,
                Number end_place, Number places) {
    const Number beat = design_.axi_bytes(), longest = design_.axi_burst_beats,
                 burst_bytes = beat * longest, page = 4096;
    bool crosses = false;
    for (Number i = 0; i < chunks && !crosses; ++i) {
      const Number first = address + i * stride;
      crosses = first / page != (first + bytes - 1) / page;
    }
    const Number beats = bytes / beat;
    functional_.group("transfer")
        .sample({{"kind", kind},
                 {"chunks", chunks},
                 {"burst", beats == 1        ? 0
                           : beats < longest ? 1
                                             : 2},
                 {"crosses_4k", crosses},
                 {"aligned_to_burst", address % burst_bytes == 0},
                 {"last_place", end_place == places}});
  }

  void take(const LoadInput& l) {
    transfer(0, l.address, l.chunk_bytes, l.chunks, l.stride,
             l.word + l.chunks * l.chunk_bytes / design_.macs, design_.input_words());
  }
  void take(const LoadIndex& l) {
    index_[l.entry] = l;
    transfer(1, l.address, l.bytes, 1, 0, l.entry + l.entries, design_.index_buffer_entries);
  }
  void take(const LoadWeights& l) {
    transfer(2, l.address, l.bytes, 1, 0, l.word + l.words, design_.weight_words());
  }
  void take(const LoadParameters& l) {
    transfer(3, l.address, l.bytes, 1, 0, l.record + l.records, design_.parameter_records());
  }
  void take(const Store& s) {
    const Number words = (s.chunk_bytes + design_.macs - 1) / design_.macs;
    transfer(4, s.address, s.chunk_bytes, s.chunks, s.stride,
             s.word + (s.chunks - 1) * s.chunk_words + words, design_.output_words());
  }
  void take(const End&) {}

  // --- COMPUTE

  void take(const Compute& c) {
    const LoadIndex index = index_.contains(c.index_entry) ? index_[c.index_entry] : LoadIndex{};
    Sample s{{"mode", c.mode},
             {"weights", !design_.rebuild ? 2 : c.bypass},
             {"mac_kind", design_.mac_kind == design::MacKind::booth_serial},
             {"steps", c.steps},
             {"fence", c.fence},
             {"relu", c.relu},
             {"skip_rows", c.skip_zero_rows},
             {"entries", c.index_entries},
             {"output_rows", c.output_rows},
             {"destination", destination_of(c)},
             {"residual", residual_of(c)},
             {"block", (c.block_words > 1 ? 1 : 0) + (c.block_rows > 1 ? 2 : 0)},
             {"last_block", c.output_pitch % c.block_words != 0 ? 1
                            : c.output_rows % c.block_rows != 0 ? 2
                                                                : 0},
             {"idle_segment", (c.output_pitch - 1) * design_.macs >= c.output_columns},
             {"columns_to_word", columns_to_word(c.output_columns)},
             {"stride_x", c.stride_x},
             {"stride_y", c.stride_y}};
    if (design_.slices > 1)
      s["active_slices"] = c.active_slices == design_.slices ? 2 : c.active_slices == 1 ? 0 : 1;
    if (c.residual != 0)
      s["residual_relu"] = c.residual_relu, s["residual_shift"] = c.residual_shift;
    if (index.rows > 0) about_index(c, index, s);
    if (before_) s["behind"] = behind();
    functional_.group("compute").sample(s);
  }

  static Number residual_of(const Compute& c) {
    if (c.residual == 0) return 0;
    return c.to_input != 0 && c.local_word == c.residual_word ? 2 : 1;
  }
  Number columns_to_word(Number columns) const {
    return columns < design_.macs        ? 0
           : columns == design_.macs     ? 1
           : columns % design_.macs == 0 ? 2
                                         : 3;
  }
  Number behind() const {
    if (std::holds_alternative<Compute>(*before_)) return 1;
    if (std::holds_alternative<Vector>(*before_)) return 2;
    return std::holds_alternative<Store>(*before_) ? 3 : 0;
  }

  void about_index(const Compute& c, const LoadIndex& index, Sample& s) const {
    s["stored_rows"] = c.rows_not_stored == 0 ? 2 : c.rows_not_stored == index.rows ? 0 : 1;
    const Number bases =
        index.markers == 0 ? 0 : (index.rows + index.slice_rows - 1) / index.slice_rows;
    s["bases"] = bases == 0 ? 0 : bases > 1 ? 3 : c.keep_basis != 0 ? 1 : 2;
    if (c.mode == 2 || index.r_step == 0) return;
    const Number kernel_rows = index.r_wrap / index.r_step;
    s["kernel_rows"] = kernel_rows;
    s["dilation_y"] = index.r_step;
    if (c.mode == 3) s["dilation_x"] = c.dilation_x;
    if (c.mode == 1) return;
    const Number reach_x = (c.steps - 1) * (c.mode == 3 ? c.dilation_x : 1) + 1,
                 reach_y = (kernel_rows - 1) * index.r_step + 1;
    s["top"] = c.first_row < 0;
    s["left"] = c.pad_left > 0;
    s["bottom"] = c.first_row + (c.output_rows - 1) * c.stride_y + reach_y > c.tile_rows;
    s["right"] = (c.output_columns - 1) * c.stride_x - c.pad_left + reach_x > c.input_columns;
    s["padding_wholly"] = c.pad_left >= reach_x ? 1 : -c.first_row >= reach_y ? 2 : 0;
  }

  // --- VECTOR

  void take(const Vector& v) {
    functional_.group("vector").sample(
        {{"operation", v.maximum},
         {"operands", v.two_operands},
         {"across", v.across},
         {"window_rows", v.window_rows},
         {"window_columns", v.window_columns},
         {"stride_x", v.stride_x},
         {"stride_y", v.stride_y},
         {"top", v.first_row < 0},
         {"left", v.pad_left > 0},
         {"destination", destination_of(v)},
         {"in_place", v.to_input == 0                                        ? 0
                      : v.local_word == v.input_word                         ? 1
                      : v.two_operands != 0 && v.local_word == v.second_word ? 2
                                                                             : 0},
         {"relu", v.relu},
         {"zeros", v.first_multiplier == 0 && v.second_multiplier == 0 && v.maximum == 0},
         {"channels", v.channels},
         {"shift", v.output_shift}});
  }

  tb::FunctionalCoverage& functional_;
  const design::DesignPoint& design_;
  std::map<Number, LoadIndex> index_;  ///< by entry, the last one loaded there
  std::optional<Operation> before_;
};

}  // namespace

void sample_commands(tb::FunctionalCoverage& functional, const design::DesignPoint& design,
                     const std::vector<Command>& commands) {
  CommandSampler sampler(functional, design);
  for (const Command& command : commands) sampler.sample(command);
}

}  // namespace sd::regression
