#include "network_plan.hpp"

#include <algorithm>

#include "layer_geometry.hpp"
#include "support.hpp"

namespace sd::schedule {

namespace {

using graph::OperatorKind;

class Planner {
 public:
  Planner(const pack::PackedModel& model, const design::DesignPoint& design,
          const ScheduleOptions& options, const Refusals& refusals)
      : model_(model),
        operators_(model.network.operators),
        design_(design),
        options_(options),
        refusals_(refusals) {
    plan_.views.resize(operators_.size());
    plan_.executions.resize(operators_.size(), Execution::host);
    readers_.resize(operators_.size());
    for (std::size_t i = 0; i < operators_.size(); ++i)
      for (const int input : operators_[i].inputs)
        readers_[static_cast<std::size_t>(input)].push_back(static_cast<int>(i));
    plan_.off_chip = refusals.operators;
  }

  NetworkPlan plan() {
    for (int i = 1; i < count(); ++i) plan_.executions[at(i)] = execution_of(i);
    if (options_.fuse_additions)
      for (int i = 1; i < count(); ++i) fuse(i);
    // A concatenation's map is known before its inputs', which come earlier in the network.
    for (int i = count() - 1; i >= 0; --i) assign_view(i);
    for (int i = 1; i < count(); ++i) add_task(i);
    plan_.runs = run_;
    find_lifetimes();
    return std::move(plan_);
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  [[nodiscard]] int count() const { return static_cast<int>(operators_.size()); }
  [[nodiscard]] const graph::Operator& op(int index) const { return operators_[at(index)]; }
  [[nodiscard]] bool is_output(int index) const {
    const auto& outputs = model_.network.outputs;
    return std::find(outputs.begin(), outputs.end(), index) != outputs.end();
  }

  Execution execution_of(int index) {
    for (const OffChip& refused : plan_.off_chip)
      if (refused.operator_index == index) return Execution::host;
    if (auto reason = unsupported(model_, index, design_)) {
      plan_.off_chip.push_back({index, *reason});
      return Execution::host;
    }
    if (op(index).has_weights()) return Execution::array;
    const bool passes_on = op(index).kind == OperatorKind::softmax;
    return passes_on ? Execution::addressing : Execution::vector;
  }

  /// An addition joins the commands of a convolution that nobody else reads.
  void fuse(int index) {
    if (op(index).kind != OperatorKind::add || plan_.executions[at(index)] != Execution::vector)
      return;
    const auto& inputs = op(index).inputs;
    const auto& apart = refusals_.fusions;
    if (inputs[0] == inputs[1] || std::find(apart.begin(), apart.end(), index) != apart.end())
      return;
    for (const int candidate : {std::max(inputs[0], inputs[1]), std::min(inputs[0], inputs[1])}) {
      if (plan_.executions[at(candidate)] != Execution::array ||
          readers_[at(candidate)].size() != 1 || is_output(candidate))
        continue;
      plan_.executions[at(index)] = Execution::fused;
      fused_into_.push_back({candidate, index});
      return;
    }
  }
  [[nodiscard]] int add_of(int convolution) const {
    for (const auto& [producer, add] : fused_into_)
      if (producer == convolution) return add;
    return -1;
  }

  /// True if input `k` of the concatenation has the concatenation's scale.
  [[nodiscard]] bool passes_unchanged(int index, std::size_t k) const {
    const pack::ElementwiseStage& stage = model_.elementwise[at(index)];
    return std::int64_t{stage.multipliers[k]} == std::int64_t{1} << stage.shift && !op(index).relu;
  }

  void assign_view(int index) {
    if (add_of(index) >= 0) return;
    auto& view = plan_.views[at(index)];
    const graph::TensorShape& shape = op(index).output;
    if (!view) {
      view = View{static_cast<int>(plan_.maps.size()), 0, shape.channels};
      Map map;
      map.channels = shape.channels;
      map.height = shape.height;
      map.width = shape.width;
      plan_.maps.push_back(map);
    }
    plan_.maps[at(view->map)].operators.push_back(index);
    if (index == 0 || plan_.executions[at(index)] == Execution::host) return;
    if (op(index).kind == OperatorKind::softmax && !lend(index, 0, view->first_channel)) {
      plan_.executions[at(index)] = Execution::host;
      plan_.off_chip.push_back({index, "its input does not lie in a map of its own on the chip"});
      return;
    }
    if (op(index).kind != OperatorKind::concat) return;
    bool moves = false;
    int channel = view->first_channel;
    for (std::size_t k = 0; k < op(index).inputs.size(); ++k) {
      const bool lent = passes_unchanged(index, k) && lend(index, k, channel);
      moves = moves || !lent;
      channel += op(op(index).inputs[k]).output.channels;
    }
    if (!moves) plan_.executions[at(index)] = Execution::addressing;
  }

  /// Lets the producer of input `k` write straight into the operator's map.
  bool lend(int index, std::size_t k, int channel) {
    const int producer = op(index).inputs[k];
    auto& view = plan_.views[at(producer)];
    if (view || producer == 0 || plan_.executions[at(producer)] == Execution::host) return false;
    const auto& own = plan_.views[at(index)];
    view = View{own->map, channel, op(producer).output.channels};
    return true;
  }

  void add_task(int index) {
    const Execution execution = plan_.executions[at(index)];
    if (execution == Execution::host) {
      open_ = false;
      return;
    }
    if (execution == Execution::addressing || add_of(index) >= 0) return;
    Task task;
    task.operator_index = index;
    task.execution = execution;
    if (execution == Execution::fused) {
      const auto fused = std::find_if(fused_into_.begin(), fused_into_.end(),
                                      [&](const auto& pair) { return pair.second == index; });
      task.operator_index = fused->first;
      task.execution = Execution::array;
      task.fused_add = index;
      const auto& inputs = op(index).inputs;
      task.residual = view_of(inputs[0] == fused->first ? inputs[1] : inputs[0]);
    }
    task.output = view_of(index);
    for (const int input : op(task.operator_index).inputs) task.inputs.push_back(view_of(input));
    if (!open_) ++run_;
    open_ = true;
    task.run = run_ - 1;
    plan_.tasks.push_back(std::move(task));
    if (options_.separate_runs) open_ = false;
  }

  [[nodiscard]] View view_of(int index) const { return *plan_.views[at(index)]; }

  void find_lifetimes() {
    auto& maps = plan_.maps;
    for (int t = 0; t < static_cast<int>(plan_.tasks.size()); ++t) {
      const Task& task = plan_.tasks[at(t)];
      Map& output = maps[at(task.output.map)];
      if (output.first_task < 0) output.first_task = t;
      output.last_task = t;
      for (const View& input : task.inputs) use(input, t);
      if (task.fused_add >= 0) use(task.residual, t);
    }
    for (Map& map : maps) {
      for (const int index : map.operators) {
        const bool by_host = index == 0 || plan_.executions[at(index)] == Execution::host;
        bool to_host = is_output(index) || options_.export_maps;
        for (const int reader : readers_[at(index)])
          to_host = to_host || plan_.executions[at(reader)] == Execution::host;
        map.in_dram = map.in_dram || by_host || to_host;
        map.must_stay_off_chip = map.must_stay_off_chip || by_host;
      }
      if (map.first_task >= 0 &&
          plan_.tasks[at(map.first_task)].run != plan_.tasks[at(map.last_task)].run)
        map.must_stay_off_chip = map.in_dram = true;
    }
  }
  void use(const View& view, int task) {
    Map& map = plan_.maps[at(view.map)];
    if (map.first_task < 0) map.first_task = task;
    map.last_task = task;
  }

  const pack::PackedModel& model_;
  const std::vector<graph::Operator>& operators_;
  const design::DesignPoint& design_;
  const ScheduleOptions& options_;
  const Refusals& refusals_;
  NetworkPlan plan_;
  std::vector<std::vector<int>> readers_;
  std::vector<std::pair<int, int>> fused_into_;  ///< convolution, addition
  int run_ = 0;
  bool open_ = false;  ///< the last operator was on chip
};

}  // namespace

int Map::pitch_words(const design::DesignPoint& design) const {
  return pitch_of(width, design) / design.macs;
}

std::int64_t Map::words(const design::DesignPoint& design) const {
  return std::int64_t{channels} * height * pitch_words(design);
}

NetworkPlan plan_network(const pack::PackedModel& model, const design::DesignPoint& design,
                         const ScheduleOptions& options, const Refusals& refusals) {
  return Planner(model, design, options, refusals).plan();
}

}  // namespace sd::schedule
