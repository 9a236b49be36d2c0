// The functional bins. A bin that a group leaves out on purpose is ignored with its reason; the
// numbers that bins stand for are those that coverage_samples*.cpp take.
#include <string>
#include <vector>

#include "illegal_commands.hpp"
#include "planned_fault.hpp"
#include "regression/workload_run.hpp"

namespace sd::regression {

namespace {

using tb::CoverBin;
using tb::CoverGroup;
using Bins = std::vector<CoverBin>;

constexpr std::int64_t many = std::int64_t{1} << 40;

/// Names for 0, 1, 2, ...
Bins named(const std::vector<std::string>& names) {
  Bins bins;
  for (std::size_t i = 0; i < names.size(); ++i)
    bins.emplace_back(names[i], static_cast<std::int64_t>(i));
  return bins;
}
Bins no_yes() {
  return named({"no", "yes"});
}
Bins numbers(int first, int last) {
  Bins bins;
  for (int i = first; i <= last; ++i) bins.emplace_back(std::to_string(i), i);
  return bins;
}

const std::vector<std::string> commands = {
    "LOAD_INPUT", "LOAD_INDEX", "LOAD_WEIGHTS", "LOAD_PARAMS", "COMPUTE", "STORE", "END", "VECTOR"};

void design_bins(CoverGroup& g) {
  g.point("mac_kind", named({"parallel", "booth_serial"}));
  g.point("weights", named({"rebuilt", "plain"}));
  g.point("skip_weight_rows", no_yes());
  g.point("skip_activation_rows", no_yes());
  g.point("rank", numbers(2, 6));
  g.point("levels", numbers(1, 8));
  g.point("columns", numbers(2, 7));
  g.point("slices", {{"1", 1}, {"2", 2}, {"3 or more", 3, many}});
  g.point("lines", {{"1", 1}, {"2", 2}, {"3 or more", 3, many}});
  g.point("macs", {{"2", 2}, {"4", 4}, {"8", 8}, {"16", 16}});
  g.point("block_segments", {{"1", 1}, {"2", 2}, {"4", 4}, {"8", 8}});
  g.point("max_stride", numbers(1, 3));
  g.point("axi_data_bits", {{"64", 64}, {"128", 128}});
  g.point("axi_burst_beats", {{"4", 4}, {"8", 8}, {"16", 16}, {"32", 32}});
  g.cross("mac_kind_x_weights", {"mac_kind", "weights"});
  g.cross("skipping", {"skip_weight_rows", "skip_activation_rows"});
  g.cross("macs_x_axi", {"macs", "axi_data_bits"});
}

void command_bins(CoverGroup& g) {
  g.point("opcode", named(commands));
  g.point("token", named({"none", "pop_prev", "pop_next", "push_prev", "push_next"}));
  g.cross("opcode_x_token", {"opcode", "token"});
  const auto never = [&](const char* opcode, const char* token, const char* why) {
    g.ignore("opcode_x_token", {opcode, token}, why);
  };
  for (const char* load : {"LOAD_INPUT", "LOAD_INDEX", "LOAD_WEIGHTS", "LOAD_PARAMS"})
    never(load, "push_prev", "a store never waits for a load; the flag is illegal");
  never("STORE", "pop_next", "a store never waits for a load; the flag is illegal");
  for (const char* token : {"pop_prev", "pop_next", "push_prev", "push_next"})
    never("END", token, "END waits for every unit; token flags are illegal");
}

void compute_bins(CoverGroup& g) {
  g.point("mode", named({"window", "pointwise", "fully_connected", "dilated"}));
  g.point("weights", named({"rebuilt", "bypass", "plain"}));
  g.point("mac_kind", named({"parallel", "booth_serial"}));
  g.cross("mode_x_weights_x_mac", {"mode", "weights", "mac_kind"});
  g.point("steps", numbers(1, 7));
  g.point("kernel_rows", numbers(1, 7));
  g.cross("kernel", {"steps", "kernel_rows"});
  g.point("stride_x", numbers(1, 3));
  g.point("stride_y", numbers(1, 3));
  g.cross("strides", {"stride_x", "stride_y"});
  g.cross("mode_x_stride", {"mode", "stride_x"});
  for (const char* stride : {"2", "3"})
    g.ignore("mode_x_stride", {"fully_connected", stride}, "one output pixel: no stride");
  for (const char* side : {"top", "left", "bottom", "right"}) g.point(side, no_yes());
  g.cross("padding", {"top", "left", "bottom", "right"});
  g.point("padding_wholly", named({"no", "left", "top"}));  // wider than the kernel
  g.point("dilation_x", {{"1", 1}, {"2", 2}, {"3 or 4", 3, 4}, {"5 to 31", 5, 31}});
  g.point("dilation_y", {{"1", 1}, {"2", 2}, {"3 or 4", 3, 4}});
  g.point("active_slices", named({"one of several", "some", "all"}));
  g.point("block", named({"one segment", "words", "rows", "rows and words"}));
  g.point("skip_rows", no_yes());
  g.cross("block_x_skip", {"block", "skip_rows"});
  g.point("last_block", named({"whole", "fewer words", "fewer rows"}));
  g.point("idle_segment", no_yes());
  g.point("entries", {{"none", 0}, {"one", 1}, {"2 to 8", 2, 8}, {"more", 9, many}});
  g.point("stored_rows", named({"none", "some", "all"}));
  g.cross("mode_x_stored_rows", {"mode", "stored_rows"});
  g.point("bases", named({"none", "one kept", "one again each block", "several"}));
  g.point("fence", no_yes());
  g.point("behind", named({"a load", "COMPUTE", "VECTOR", "STORE"}));  // the command before it
  g.cross("fence_x_behind", {"fence", "behind"});
  g.point("relu", no_yes());
  g.point("residual", named({"none", "elsewhere", "in place"}));
  g.point("residual_relu", no_yes());
  g.point("residual_shift", {{"0", 0}, {"1 to 14", 1, 14}, {"15 or more", 15, 63}});
  g.point("destination", named({"output", "input", "both"}));
  g.cross("residual_x_destination", {"residual", "destination"});
  g.ignore("residual_x_destination", {"in place", "output"}, "in place is in the input buffer");
  g.cross("residual_x_mode", {"residual", "mode"});
  g.point("output_rows", {{"1", 1}, {"2 to 8", 2, 8}, {"more", 9, many}});
  g.point("columns_to_word", named({"less", "one", "whole words", "more"}));
}

void vector_bins(CoverGroup& g) {
  g.point("operation", named({"sum", "maximum"}));
  g.point("operands", named({"one", "two"}));
  g.point("across", no_yes());
  g.point("window_rows", {{"1", 1}, {"2", 2}, {"3", 3}, {"4 or more", 4, many}});
  g.point("window_columns", {{"1", 1}, {"2", 2}, {"3", 3}, {"4 or more", 4, many}});
  g.point("stride_x", numbers(1, 3));
  g.point("stride_y", numbers(1, 3));
  g.point("top", no_yes());
  g.point("left", no_yes());
  g.point("destination", named({"output", "input", "both"}));
  g.point("in_place", named({"no", "of the first", "of the second"}));
  g.point("relu", no_yes());
  g.point("zeros", no_yes());
  g.point("channels", {{"1", 1}, {"several", 2, many}});
  g.point("shift", {{"0", 0}, {"1 to 14", 1, 14}, {"15 or more", 15, 63}});
  g.cross("operation_x_operands", {"operation", "operands"});
  g.cross("operation_x_window", {"operation", "window_rows", "window_columns"});
  g.cross("operation_x_across", {"operation", "across"});
  g.cross("operation_x_destination", {"operation", "operands", "destination"});
  g.cross("strides", {"stride_x", "stride_y"});
}

void transfer_bins(CoverGroup& g) {
  g.point("kind", named({"LOAD_INPUT", "LOAD_INDEX", "LOAD_WEIGHTS", "LOAD_PARAMS", "STORE"}));
  g.point("chunks", {{"1", 1}, {"2", 2}, {"more", 3, many}});
  g.point("burst", named({"one beat", "some", "the longest"}));
  g.point("crosses_4k", no_yes());
  g.point("aligned_to_burst", no_yes());
  g.point("last_place", no_yes());  // of the buffer
  g.cross("kind_x_burst", {"kind", "burst"});
  g.cross("kind_x_4k", {"kind", "crosses_4k"});
  g.cross("kind_x_last_place", {"kind", "last_place"});
  g.cross("kind_x_alignment", {"kind", "aligned_to_burst"});
}

void memory_bins(CoverGroup& g) {
  g.point("read_latency", {{"1 to 3", 0, 3}, {"4 to 40", 4, 40}, {"longer", 41, many}});
  g.point("write_latency", {{"1 to 3", 0, 3}, {"4 to 40", 4, 40}, {"longer", 41, many}});
  g.point("latency_varies", no_yes());
  g.point("read_bandwidth", named({"full", "limited"}));
  g.point("write_bandwidth", named({"full", "limited"}));
  g.point("reads_in_flight", {{"1", 1}, {"2 to 4", 2, 4}, {"64", 64}});
  g.point("writes_in_flight", {{"1", 1}, {"2 to 4", 2, 4}, {"64", 64}});
  for (const char* channel : {"ar_gaps", "r_gaps", "aw_gaps", "w_gaps", "b_gaps"})
    g.point(channel, {{"none", 0}, {"few", 1, 199}, {"many", 200, 699}, {"mostly", 700, 1023}});
  g.point("long_gaps", no_yes());
  g.point("ready_after_valid", no_yes());
  g.point("writes_begin", named({"in step", "address after data", "data before address"}));
  g.point("reorders", no_yes());
  g.point("visible", named({"with the response", "with the data"}));
  g.cross("reads", {"read_latency", "reads_in_flight"});
  g.cross("writes", {"write_latency", "writes_in_flight"});
  g.cross("handshakes", {"ready_after_valid", "writes_begin"});
}

void run_bins(CoverGroup& g) {
  for (const char* what :
       {"rows_skipped_weight", "rows_skipped_activation", "residual_outputs", "vector_operations",
        "local_writes", "weights_rebuilt", "select_stalls", "drain_stalls", "overlap"})
    g.point(what, no_yes());
  g.ignore(
      "drain_stalls", {"yes"},
      "a block closes when the one before it is taken, about when the bank becomes free: no run "
      "of some thousands met it");
}

void value_bins(CoverGroup& g) {
  g.point("stage", named({"convolution", "residual", "vector", "rebuild"}));
  g.point("event", named({"saturates high", "saturates low", "clipped by ReLU", "rounds up",
                          "rounds down", "tie", "exact"}));
  g.cross("stage_x_event", {"stage", "event"});
  g.ignore("stage_x_event", {"rebuild", "clipped by ReLU"}, "a weight has no ReLU");
}

void network_bins(CoverGroup& g) {
  g.point("operator", named({"convolution", "depthwise", "grouped", "fully connected", "max pool",
                             "average pool", "add", "subsample", "activation", "concat"}));
  g.point("execution", named({"array", "vector", "fused", "addressing", "host"}));
  g.point("residence", named({"on chip", "dram"}));
  g.point("loop_order", named({"tiles outer", "groups outer"}));
  g.point("tiles", {{"1", 1}, {"2 to 4", 2, 4}, {"more", 5, many}});
  g.point("groups", {{"1", 1}, {"2 to 4", 2, 4}, {"more", 5, many}});
  g.cross("tiles_x_groups", {"tiles", "groups"});
  g.point("exported", no_yes());
  g.point("separate_runs", no_yes());
}

void fault_bins(CoverGroup& g) {
  Bins kinds;
  for (int i = 0; i < fault_kinds; ++i)
    kinds.emplace_back(std::string(name_of(static_cast<FaultKind>(i))), i);
  g.point("kind", kinds);
  g.point("recovery", named({"none", "soft reset", "hard reset"}));
  g.cross("kind_x_recovery", {"kind", "recovery"});
  for (const char* kind : {"early_rlast", "unanswered_read", "unanswered_write"})
    for (const char* way : {"none", "soft reset"})
      g.ignore("kind_x_recovery", {kind, way}, "what is in flight ends with rst_ni only");
  g.point("code", numbers(0, 7));
  Bins rules;
  for (std::size_t i = 0; i < illegal_rules().size(); ++i)
    rules.emplace_back(illegal_rules()[i], static_cast<std::int64_t>(i));
  g.point("rule", rules);
  g.point("unreadable", named(commands));  // an error response to its fetch
  g.point("load_error", named({"LOAD_INPUT", "LOAD_INDEX", "LOAD_WEIGHTS", "LOAD_PARAMS"}));
  g.point("reset", named({"soft", "hard"}));
  g.point("reset_while", named({"idle", "busy"}));
  g.point("reset_during", named(commands));
  g.cross("reset_x_while", {"reset", "reset_while"});
  g.cross("reset_x_during", {"reset", "reset_during"});
}

}  // namespace

tb::FunctionalCoverage functional_coverage_model() {
  static const tb::FunctionalCoverage model = [] {
    tb::FunctionalCoverage all;
    design_bins(all.group("design"));
    command_bins(all.group("command"));
    compute_bins(all.group("compute"));
    vector_bins(all.group("vector"));
    transfer_bins(all.group("transfer"));
    memory_bins(all.group("memory"));
    run_bins(all.group("run"));
    value_bins(all.group("value"));
    network_bins(all.group("network"));
    fault_bins(all.group("fault"));
    return all;
  }();
  return model;
}

}  // namespace sd::regression
