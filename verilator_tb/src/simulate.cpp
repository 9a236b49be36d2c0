#include "verilator_tb/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <span>

#include "compare.hpp"
#include "rtl/schedule/command.hpp"
#include "verilator_tb/accelerator.hpp"

namespace sd::tb {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto report_interval = std::chrono::milliseconds(100);
constexpr std::uint8_t poison =
    0xa5;  ///< in the room for an output before the layer runs: what the chip does not write shows

std::string register_state(const ProgramRun& run) {
  std::string text =
      fmt::format("STATUS {:#010x}{}{}{}", run.status.word, run.status.busy() ? ", busy" : "",
                  run.status.done() ? ", done" : "", run.status.error() ? ", error" : "");
  const auto values = run.counters.values();
  for (std::size_t i = 0; i < values.size(); ++i)
    text += fmt::format(", {} {}", Counters::names()[i], values[i]);
  return text;
}

class Session {
 public:
  Session(const BuiltModel& model, const schedule::Program& program,
          const integer::Executor& reference, const SimulationOptions& options,
          const std::function<void(const SimulationProgress&)>& progress, std::stop_token stop)
      : program_(program),
        reference_(reference),
        network_(reference.model().network),
        options_(options),
        progress_(progress),
        stop_(std::move(stop)),
        memory_(program.image),
        chip_(model, memory_) {
    const auto expected =
        static_cast<std::uint32_t>(std::stoull(design::content_hash(program.design), nullptr, 16));
    if (const std::uint32_t found = chip_.read_register(registers::design); found != expected)
      throw ToolError(
          fmt::format("the model {} was built from another design than the program: its DESIGN "
                      "register reads {:#010x}, not {:#010x}",
                      model.library.string(), found, expected));
    if (!options.trace_file.empty()) chip_.open_trace(options.trace_file);
    layer_of_.assign(network_.operators.size(), nullptr);
    for (const schedule::LayerSchedule& layer : program.layers) {
      run_of_[layer.operator_index] = result_.layers.size();
      result_.layers.push_back({layer.operator_index, {}, 0, true});
      layer_of_[static_cast<std::size_t>(layer.operator_index)] = &layer;
    }
  }

  SimulationResult run(const std::vector<integer::Tensor>& images) {
    now_.images = images.size();
    for (std::size_t i = 0; i < images.size(); ++i) {
      now_.image = i;
      if (!run_image(images[i])) break;
    }
    result_.simulation_seconds = chip_.simulation_seconds();
    return std::move(result_);
  }

 private:
  /// False: stop here.
  bool run_image(const integer::Tensor& image) {
    if (image.size() != network_.input_shape().elements())
      throw ToolError(fmt::format("image {} has {} values, the network's input {}", now_.image,
                                  image.size(), network_.input_shape().elements()));
    std::vector<integer::Tensor> expected(network_.operators.size()),
        actual(network_.operators.size());
    (void)reference_.run(image, [&expected](int index, const integer::Tensor& values) {
      expected[static_cast<std::size_t>(index)] = values;
    });
    actual[0] = image;
    for (std::size_t index = 1; index < network_.operators.size(); ++index) {
      if (stop_.stop_requested()) throw Cancelled();
      const graph::Operator& op = network_.operators[index];
      std::vector<const integer::Tensor*> inputs;
      for (const int input : op.inputs) inputs.push_back(&actual[static_cast<std::size_t>(input)]);
      if (layer_of_[index] == nullptr) {
        actual[index] = reference_.run_operator(static_cast<int>(index), inputs);
        continue;
      }
      actual[index] = run_layer(*layer_of_[index], *inputs.front());
      if (!compare(static_cast<int>(index), expected[index], actual[index])) return false;
    }
    result_.predictions.push_back(
        integer::argmax(actual[static_cast<std::size_t>(network_.output())]));
    return true;
  }

  integer::Tensor run_layer(const schedule::LayerSchedule& layer, const integer::Tensor& input) {
    const auto index = static_cast<std::size_t>(layer.operator_index);
    const schedule::TensorPlacement& from = program_.inputs[index].value();
    const schedule::TensorPlacement& to = program_.outputs[index].value();
    schedule::write_tensor(memory_, from, input);
    std::fill_n(memory_.begin() + to.address, to.bytes(), poison);

    MemoryOptions memory;
    memory.latency_cycles = options_.dram_latency_cycles;
    memory.stalls_per_1024 = options_.memory_stalls_per_1024;
    memory.seed = options_.memory_seed + now_.image * network_.operators.size() + index;
    memory.write_begin = to.address;
    memory.write_end = std::uint64_t{to.address} + to.bytes();
    chip_.configure(memory);

    now_.layer = network_.operators[index].name;
    const std::uint64_t before = now_.cycles;
    ProgramRun run;
    try {
      run = chip_.run(layer.program_address, layer.commands, options_.watchdog_cycles, stop_,
                      [&](std::uint64_t cycles) {
                        now_.cycles = before + cycles;
                        report();
                      });
    } catch (const ToolError& error) {
      throw ToolError(fmt::format("{}: {}", place(), error.what()));
    }
    check(layer, run);
    if (const auto address = dirty_padding(memory_, to))
      throw ToolError(
          fmt::format("{}: the accelerator left {:#04x} at address {:#x}, in the padding of an "
                      "output row, instead of zero",
                      place(), memory_[*address], *address));

    LayerRun& sum = result_.layers[run_of_.at(layer.operator_index)];
    sum.counters += run.counters;
    ++sum.images;
    result_.total += run.counters;
    return schedule::read_tensor(memory_, to);
  }

  void check(const schedule::LayerSchedule& layer, const ProgramRun& run) const {
    if (run.finished && run.status.done() && !run.status.error()) return;
    std::string what;
    if (!run.finished)
      what = fmt::format("the accelerator did not finish within {} cycles: {}",
                         options_.watchdog_cycles, run.hang);
    else if (run.status.error())
      what = fmt::format("the accelerator reports error {} ({})", run.status.error_code(),
                         error_text(run.status.error_code()));
    else
      what = "the accelerator raised its interrupt without done or error";
    throw ToolError(fmt::format("{}: {}; last command: {}; {}", place(), what,
                                command_text(layer, run.status.command_id()), register_state(run)));
  }

  std::string command_text(const schedule::LayerSchedule& layer, int id) const {
    try {
      for (const schedule::Command& command :
           schedule::decode_program(memory_, layer.program_address, layer.commands))
        if (command.id == id) return schedule::disassemble(command);
    } catch (const schedule::CommandError& error) {
      return error.what();
    }
    return fmt::format("id {}, not in the program", id);
  }

  /// False: stop here.
  bool compare(int index, const integer::Tensor& expected, const integer::Tensor& actual) {
    const graph::Operator& op = network_.operators[static_cast<std::size_t>(index)];
    std::optional<Mismatch> found = first_difference(expected, actual, op.output);
    if (!found) return true;
    result_.layers[run_of_.at(index)].bit_exact = false;
    if (!result_.first_mismatch) {
      found->image = now_.image;
      found->operator_index = index;
      found->layer = op.name;
      result_.first_mismatch = std::move(found);
    }
    return !options_.stop_at_mismatch;
  }

  void report() {
    if (!progress_ || Clock::now() - reported_ < report_interval) return;
    reported_ = Clock::now();
    const double seconds = chip_.simulation_seconds();
    now_.cycles_per_second = seconds > 0 ? static_cast<double>(now_.cycles) / seconds : 0;
    progress_(now_);
  }

  std::string place() const { return fmt::format("image {}, layer {}", now_.image, now_.layer); }

  const schedule::Program& program_;
  const integer::Executor& reference_;
  const graph::Network& network_;
  const SimulationOptions& options_;
  const std::function<void(const SimulationProgress&)>& progress_;
  std::stop_token stop_;
  std::vector<std::uint8_t> memory_;
  Accelerator chip_;
  std::vector<const schedule::LayerSchedule*> layer_of_;  ///< per operator; null: off chip
  std::map<int, std::size_t> run_of_;  ///< operator -> its place in result_.layers
  SimulationResult result_;
  SimulationProgress now_;
  Clock::time_point reported_{};
};

}  // namespace

SimulationResult simulate(const BuiltModel& model, const schedule::Program& program,
                          const integer::Executor& reference,
                          const std::vector<integer::Tensor>& images,
                          const SimulationOptions& options,
                          const std::function<void(const SimulationProgress&)>& progress,
                          std::stop_token stop) {
  return Session(model, program, reference, options, progress, std::move(stop)).run(images);
}

}  // namespace sd::tb
