#include "verilator_tb/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "rtl/schedule/command.hpp"
#include "verilator_tb/accelerator.hpp"

namespace sd::tb {

namespace {

/// From here on the array, or its supply, counts as busy.
constexpr double busy = 0.85, half_busy = 0.6;
constexpr std::uint64_t watchdog_cycles = 1'000'000'000;

/// The shorter list's END comes earlier, which moves its neighbours by a cycle now and then: a
/// stall that a layer does not add to must not become a negative number.
Counters difference(const Counters& longer, const Counters& shorter) {
  auto values = longer.values();
  const auto less = shorter.values();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= std::min(values[i], less[i]);
  return Counters::from_values(values);
}

bool computes(const schedule::Command& command) {
  return std::holds_alternative<schedule::Compute>(command.operation) ||
         std::holds_alternative<schedule::Vector>(command.operation);
}

class Profiler {
 public:
  Profiler(const BuiltModel& model, const schedule::Program& program,
           const integer::Executor& reference, const integer::Tensor& image,
           const MemoryOptions& memory)
      : image_(program.image), dram_(program.image), chip_(model, dram_), memory_(memory) {
    std::vector<integer::Tensor> values(reference.model().network.operators.size());
    (void)reference.run(image, [&values](int index, const integer::Tensor& v) {
      values[static_cast<std::size_t>(index)] = v;
    });
    values[0] = image;
    for (const schedule::ProgramRun& run : program.runs)
      for (const int index : run.reads)
        schedule::write_tensor(image_, *program.maps[static_cast<std::size_t>(index)],
                               values[static_cast<std::size_t>(index)]);
  }

  /// Counters of the first `commands` of a run, and END.
  Counters up_to(const schedule::ProgramRun& run, std::size_t commands, std::stop_token stop) {
    chip_.configure(memory_);  // the same gaps every time
    std::copy(image_.begin(), image_.end(), dram_.begin());
    const auto command = [&](std::size_t number) {
      return dram_.begin() + run.program_address +
             static_cast<std::ptrdiff_t>(number * schedule::command_bytes);
    };
    const auto end = command(run.commands - 1);
    if (commands + 1 < run.commands)
      std::copy(end, end + schedule::command_bytes, command(commands));
    const ProgramRun result =
        chip_.run(run.program_address, static_cast<std::uint32_t>(commands + 1),
                  Watchdog(watchdog_cycles), std::move(stop));
    if (!result.finished)
      throw ToolError(
          fmt::format("the accelerator hangs after {} commands\n{}", commands, result.hang));
    if (result.status.error())
      throw ToolError(fmt::format(
          "the accelerator reports error {} ({}) in command {}", result.status.error_code(),
          error_text(result.status.error_code()), result.status.command_id()));
    return result.counters;
  }

  [[nodiscard]] std::vector<schedule::Command> commands(const schedule::ProgramRun& run) const {
    return schedule::decode_program(image_, run.program_address, run.commands);
  }

 private:
  std::vector<std::uint8_t> image_;  ///< with every map that a run reads
  std::vector<std::uint8_t> dram_;
  Accelerator chip_;
  MemoryOptions memory_;
};

/// The steps that one job reads one by one: a window's are read together.
std::uint64_t reads_per_job(const schedule::Compute& compute) {
  const auto steps = static_cast<std::uint64_t>(compute.steps);
  return compute.mode == 0 && compute.bypass == 0 ? 1 : steps;
}

Limit limit_of(const LayerProfile& layer) {
  const Counters& c = layer.counters;
  const auto share = [&](std::uint64_t cycles) {
    return c.cycles == 0 ? 0.0 : static_cast<double>(cycles) / static_cast<double>(c.cycles);
  };
  if (c.macs == 0 && c.vector_operations > 0) return Limit::vector_unit;
  if (layer.mac_utilisation >= busy) return Limit::array;
  const double issue = share(layer.issue_cycles), loads = share(c.load_busy_cycles);
  if (std::max(issue, loads) >= half_busy) return issue >= loads ? Limit::issue : Limit::loads;
  return share(c.select_stall_cycles) >= 0.1 ? Limit::array : Limit::latency;
}

}  // namespace

std::string_view name_of(Limit limit) {
  switch (limit) {
    case Limit::array:
      return "array";
    case Limit::issue:
      return "issue";
    case Limit::vector_unit:
      return "vector unit";
    case Limit::loads:
      return "loads";
    case Limit::latency:
      break;
  }
  return "latency";
}

std::string_view explanation(Limit limit) {
  switch (limit) {
    case Limit::array:
      return "the MACs are busy, or jobs wait for a free line";
    case Limit::issue:
      return "the input buffer gives one beat a cycle: jobs are too short to fill the lines";
    case Limit::vector_unit:
      return "pooling, additions and copies have no products";
    case Limit::loads:
      return "weights, indices or maps come from DRAM in most cycles";
    case Limit::latency:
      break;
  }
  return "commands start, drain, or wait for each other";
}

std::vector<LayerProfile> profile_layers(const BuiltModel& model, const schedule::Program& program,
                                         const integer::Executor& reference,
                                         const integer::Tensor& image, const MemoryOptions& memory,
                                         const std::function<void(double)>& progress,
                                         std::stop_token stop) {
  Profiler profiler(model, program, reference, image, memory);
  std::vector<LayerProfile> profiles;
  for (std::size_t r = 0; r < program.runs.size(); ++r) {
    const schedule::ProgramRun& run = program.runs[r];
    const auto commands = profiler.commands(run);
    /// Per layer of the program: behind its last COMPUTE or VECTOR; 0: it has none.
    std::vector<std::size_t> ends(program.layers.size(), 0);
    std::vector<std::uint64_t> reads(program.layers.size(), 1);
    for (std::size_t i = 0; i < commands.size(); ++i) {
      if (run.layer_of[i] < 0 || !computes(commands[i])) continue;
      const auto layer = static_cast<std::size_t>(run.layer_of[i]);
      ends[layer] = i + 1;
      if (const auto* compute = std::get_if<schedule::Compute>(&commands[i].operation))
        reads[layer] = std::max(reads[layer], reads_per_job(*compute));
    }
    std::vector<std::size_t> order;
    for (std::size_t layer = 0; layer < ends.size(); ++layer)
      if (ends[layer] > 0) order.push_back(layer);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return ends[a] < ends[b]; });
    Counters before;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::size_t layer = order[i];
      const bool last = i + 1 == order.size();
      const Counters now = profiler.up_to(run, last ? run.commands - 1 : ends[layer], stop);
      LayerProfile profile;
      profile.operator_index = program.layers[layer].operator_index;
      profile.fused = program.layers[layer].fused;
      profile.run = r;
      profile.counters = difference(now, before);
      profile.issue_cycles = profile.counters.rows_executed * reads[layer];
      if (profile.counters.cycles > 0)
        profile.mac_utilisation = static_cast<double>(profile.counters.mac_active) /
                                  (static_cast<double>(profile.counters.cycles) *
                                   static_cast<double>(program.design.total_macs()));
      profile.limit = limit_of(profile);
      profiles.push_back(std::move(profile));
      before = now;
      if (progress)
        progress((static_cast<double>(r) +
                  static_cast<double>(ends[layer]) / static_cast<double>(run.commands)) /
                 static_cast<double>(program.runs.size()));
    }
  }
  return profiles;
}

}  // namespace sd::tb
