#include "regression/network_bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace sd::regression {

NetworkBench::NetworkBench(const design::DesignPoint& point,
                           std::shared_ptr<const pack::PackedModel> packed,
                           const schedule::ScheduleOptions& options)
    : design(point),
      model(std::move(packed)),
      program(schedule::build_program(*model, design, options)),
      reference(model) {}

schedule::Activity NetworkBench::expected_activity(
    const std::vector<integer::Tensor>& images) const {
  schedule::Activity activity;
  for (const integer::Tensor& image : images) {
    std::vector<integer::Tensor> values(model->network.operators.size());
    (void)reference.run(image, [&values](int index, const integer::Tensor& v) {
      values[static_cast<std::size_t>(index)] = v;
    });
    values[0] = image;
    std::vector<std::uint8_t> memory = program.image;
    for (const schedule::ProgramRun& run : program.runs) {
      for (const int index : run.reads)
        schedule::write_tensor(memory, *program.maps[static_cast<std::size_t>(index)],
                               values[static_cast<std::size_t>(index)]);
      activity += schedule::interpret(design, memory, run.program_address, run.commands);
    }
  }
  return activity;
}

std::string NetworkBench::difference(const tb::SimulationResult& result,
                                     const std::vector<integer::Tensor>& images) const {
  std::string text;
  if (const auto& m = result.first_mismatch)
    text = fmt::format(
        "image {}, {}, channel {}, row {}, column {} (tile {}, group {}): expected {}, got {}; {} "
        "values of this layer differ\n",
        m->image, m->layer, m->channel, m->row, m->column, m->tile, m->group, m->expected,
        m->actual, m->differing_values);
  else
    text = counter_difference(expected_activity(images), result.total);
  return text;
}

std::string counter_difference(const schedule::Activity& expected, const tb::Counters& counted) {
  std::string text;
  const auto values = counted.values();
  const auto& names = tb::Counters::names();
  for (const auto& [name, count] : expected.by_name()) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const char* candidate) { return name == candidate; });
    if (found == names.end()) throw std::logic_error("no counter " + name);
    const std::uint64_t value = values[static_cast<std::size_t>(found - names.begin())];
    if (value != count) text += fmt::format("{}: expected {}, counted {}\n", name, count, value);
  }
  return text;
}

}  // namespace sd::regression
