#include "coverage_samples.hpp"

#include <algorithm>
#include <array>

#include "illegal_commands.hpp"

namespace sd::regression {

namespace {

using Sample = std::map<std::string, std::int64_t>;

std::int64_t operator_number(const graph::Operator& op, const graph::TensorShape& input) {
  using graph::OperatorKind;
  enum {
    convolution,
    depthwise,
    grouped,
    fully_connected,
    max_pool,
    average_pool,
    add,
    subsample,
    activation,
    concat,
    other
  };
  switch (op.kind) {
    case OperatorKind::convolution:
      return op.groups == 1 ? convolution : op.groups == input.channels ? depthwise : grouped;
    case OperatorKind::fully_connected:
      return fully_connected;
    case OperatorKind::max_pool:
      return max_pool;
    case OperatorKind::average_pool:
      return average_pool;
    case OperatorKind::add:
      return add;
    case OperatorKind::subsample_pad:
      return subsample;
    case OperatorKind::activation:
      return activation;
    case OperatorKind::concat:
      return concat;
    default:
      return other;
  }
}

}  // namespace

void sample_design(tb::FunctionalCoverage& functional, const design::DesignPoint& d) {
  Sample sample{{"mac_kind", d.mac_kind == design::MacKind::booth_serial},
                {"weights", !d.rebuild},
                {"skip_weight_rows", d.skip_weight_rows},
                {"skip_activation_rows", d.skip_activation_rows},
                {"columns", d.columns},
                {"slices", d.slices},
                {"lines", d.lines},
                {"macs", d.macs},
                {"block_segments", d.block_segments},
                {"max_stride", d.max_stride},
                {"axi_data_bits", d.axi_data_bits},
                {"axi_burst_beats", d.axi_burst_beats}};
  if (d.rebuild) sample["rank"] = d.rank, sample["levels"] = d.levels;
  functional.group("design").sample(sample);
}

void sample_memory(tb::FunctionalCoverage& functional, const tb::MemoryOptions& m) {
  const auto gaps = m.channel_stalls_per_1024.value_or(
      std::array{m.stalls_per_1024, m.stalls_per_1024, m.stalls_per_1024, m.stalls_per_1024,
                 m.stalls_per_1024});
  functional.group("memory").sample(
      {{"read_latency", m.latency_cycles},
       {"write_latency", m.write_latency_cycles.value_or(m.latency_cycles)},
       {"latency_varies", m.latency_cycles_max > m.latency_cycles},
       {"read_bandwidth", m.read_bytes_per_cycle > 0},
       {"write_bandwidth", m.write_bytes_per_cycle > 0},
       {"reads_in_flight", m.max_reads},
       {"writes_in_flight", m.max_writes},
       {"ar_gaps", gaps[0]},
       {"r_gaps", gaps[1]},
       {"aw_gaps", gaps[2]},
       {"w_gaps", gaps[3]},
       {"b_gaps", gaps[4]},
       {"long_gaps", m.stall_cycles_max > 1},
       {"ready_after_valid", m.ready_after_valid},
       {"writes_begin", m.address_after_data    ? 1
                        : m.data_before_address ? 2
                                                : 0},
       {"reorders", m.read_reorder > 1 || m.write_reorder > 1},
       {"visible", m.write_at_data}});
}

void sample_counters(tb::FunctionalCoverage& functional, const tb::Counters& c) {
  functional.group("run").sample(
      {{"rows_skipped_weight", c.rows_skipped_weight != 0},
       {"rows_skipped_activation", c.rows_skipped_activation != 0},
       {"residual_outputs", c.residual_outputs != 0},
       {"vector_operations", c.vector_operations != 0},
       {"local_writes", c.local_writes != 0},
       {"weights_rebuilt", c.weights_rebuilt != 0},
       {"select_stalls", c.select_stall_cycles != 0},
       {"drain_stalls", c.drain_stall_cycles != 0},
       {"overlap", c.load_busy_cycles + c.compute_busy_cycles + c.store_busy_cycles > c.cycles}});
}

void sample_values(tb::FunctionalCoverage& functional, const ValueEvents& values) {
  for (std::size_t stage = 0; stage < ValueEvents::stages; ++stage)
    for (std::size_t event = 0; event < ValueEvents::events; ++event)
      if (values.counts[stage][event] != 0)
        functional.group("value").sample({{"stage", static_cast<std::int64_t>(stage)},
                                          {"event", static_cast<std::int64_t>(event)}});
}

void sample_network(tb::FunctionalCoverage& functional, const schedule::Program& program,
                    const pack::PackedModel& model) {
  tb::CoverGroup& group = functional.group("network");
  const auto& operators = model.network.operators;
  group.sample({{"exported", program.options.export_maps},
                {"separate_runs", program.options.separate_runs}});
  for (std::size_t i = 1; i < operators.size(); ++i) {
    const graph::TensorShape& input =
        operators[static_cast<std::size_t>(operators[i].inputs.front())].output;
    group.sample({{"operator", operator_number(operators[i], input)},
                  {"execution", static_cast<std::int64_t>(program.operators[i].execution)}});
  }
  for (const schedule::LayerSchedule& layer : program.layers) {
    group.sample({{"residence", static_cast<std::int64_t>(layer.residence)}});
    if (layer.execution == schedule::Execution::array)
      group.sample({{"loop_order", static_cast<std::int64_t>(layer.loop_order)},
                    {"tiles", static_cast<std::int64_t>(layer.tiles.size())},
                    {"groups", static_cast<std::int64_t>(layer.groups.size())}});
  }
}

void sample_fault(tb::FunctionalCoverage& functional, const FaultFacts& facts) {
  const auto struck = static_cast<std::int64_t>(facts.struck) - 1;
  Sample sample{{"kind", static_cast<std::int64_t>(facts.kind)},
                {"recovery", static_cast<std::int64_t>(facts.recovery)},
                {"code", facts.code}};
  if (facts.kind == FaultKind::command_read) sample["unreadable"] = struck;
  if (facts.kind == FaultKind::load_read) sample["load_error"] = struck;
  if (!facts.rule.empty()) {
    const auto& rules = illegal_rules();
    sample["rule"] = std::find(rules.begin(), rules.end(), facts.rule) - rules.begin();
  }
  if (facts.kind == FaultKind::soft_reset || facts.kind == FaultKind::hard_reset) {
    sample["reset"] = facts.kind == FaultKind::hard_reset;
    sample["reset_while"] = facts.busy;
    if (facts.under_way != Struck::nothing)
      sample["reset_during"] = static_cast<std::int64_t>(facts.under_way) - 1;
  }
  functional.group("fault").sample(sample);
}

}  // namespace sd::regression
