#include "verilator_tb/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>

#include "compare.hpp"
#include "expected_writes.hpp"
#include "find_tile.hpp"
#include "rtl/schedule/command.hpp"
#include "verilator_tb/accelerator.hpp"

namespace sd::tb {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto report_interval = std::chrono::milliseconds(100);
/// In the room of every result before the image: what the chip does not write shows.
constexpr std::uint8_t poison = 0xa5;

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
  Session(Accelerator& chip, std::vector<std::uint8_t>& memory, const schedule::Program& program,
          const integer::Executor& reference, const SimulationOptions& options,
          const std::function<void(const SimulationProgress&)>& progress, std::stop_token stop)
      : program_(program),
        reference_(reference),
        network_(reference.model().network),
        options_(options),
        progress_(progress),
        stop_(std::move(stop)),
        memory_(memory),
        chip_(chip),
        seconds_before_(chip.simulation_seconds()) {
    if (memory_.size() < program.image.size())
      throw std::invalid_argument(
          fmt::format("the memory of {} bytes is smaller than the program's image of {}",
                      memory_.size(), program.image.size()));
    std::copy(program.image.begin(), program.image.end(), memory_.begin());
    const auto expected =
        static_cast<std::uint32_t>(std::stoull(design::content_hash(program.design), nullptr, 16));
    if (const std::uint32_t found = chip_.read_register(registers::design); found != expected)
      throw ToolError(
          fmt::format("the model was built from another design than the program: its DESIGN "
                      "register reads {:#010x}, not {:#010x}",
                      found, expected));
    if (!options.trace_file.empty()) chip_.open_trace(options.trace_file);
    layer_runs();
  }

  SimulationResult run(const std::vector<integer::Tensor>& images) {
    now_.images = images.size();
    for (std::size_t i = 0; i < images.size(); ++i) {
      now_.image = i;
      const bool goes_on = run_image(images[i]);
      result_.images = i + 1;
      if (!goes_on) break;
    }
    result_.simulation_seconds = seconds();
    return std::move(result_);
  }

 private:
  double seconds() const { return chip_.simulation_seconds() - seconds_before_; }

  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  /// Of the image at hand.
  std::size_t number() const { return options_.first_image + now_.image; }

  void layer_runs() {
    place_.assign(network_.operators.size(), 0);
    for (std::size_t r = 0; r < program_.runs.size(); ++r) {
      commands_ += program_.runs[r].commands;
      for (const int index : program_.runs[r].operators) {
        place_[at(index)] = result_.layers.size();
        LayerRun layer;
        layer.operator_index = index;
        layer.run = r;
        layer.compared = program_.maps[at(index)].has_value();
        result_.layers.push_back(layer);
      }
    }
    for (const schedule::LayerSchedule& layer : program_.layers) {
      LayerRun& own = result_.layers[place_[at(layer.operator_index)]];
      if (program_.options.separate_runs) own.counters.emplace();
      for (const int add : layer.fused) own.compared = result_.layers[place_[at(add)]].compared;
    }
  }

  /// False: stop here.
  bool run_image(const integer::Tensor& image) {
    if (image.size() != network_.input_shape().elements())
      throw ToolError(fmt::format("image {} has {} values, the network's input {}", number(),
                                  image.size(), network_.input_shape().elements()));
    expected_.assign(network_.operators.size(), {});
    actual_.assign(network_.operators.size(), {});
    (void)reference_.run(
        image, [this](int index, const integer::Tensor& values) { expected_[at(index)] = values; });
    expected_[0] = actual_[0] = image;
    for (const schedule::ProgramRun& run : program_.runs)
      for (const int index : run.writes) {
        const schedule::TensorPlacement& to = *program_.maps[at(index)];
        std::fill_n(memory_.begin() + to.address, to.bytes(), poison);
      }
    commands_before_ = 0;
    for (std::size_t r = 0; r < program_.runs.size(); ++r) {
      // What the host does is done when a run asks for it, or at the end.
      for (const int index : program_.runs[r].reads) compute_on_host(index);
      if (!run_on_chip(r)) return false;
      commands_before_ += program_.runs[r].commands;
    }
    for (const int index : network_.outputs) compute_on_host(index);
    if (network_.outputs.size() == 1) {
      const std::size_t output = at(network_.outputs.front());
      result_.predictions.push_back(integer::argmax(actual_[output]));
      result_.reference_predictions.push_back(integer::argmax(expected_[output]));
    }
    return true;
  }

  /// An operator that no run has computed, and whatever it needs.
  void compute_on_host(int index) {
    if (!actual_[at(index)].empty()) return;
    std::vector<const integer::Tensor*> inputs;
    for (const int input : network_.operators[at(index)].inputs) {
      compute_on_host(input);
      inputs.push_back(&actual_[at(input)]);
    }
    actual_[at(index)] = reference_.run_operator(index, inputs);
  }

  /// False: stop here.
  bool run_on_chip(std::size_t number) {
    const schedule::ProgramRun& run = program_.runs[number];
    for (const int index : run.reads)
      schedule::write_tensor(memory_, program_.maps[at(index)].value(), actual_[at(index)]);
    MemoryOptions memory = options_.memory;
    memory.seed += this->number() * program_.runs.size() + number;
    memory.write_begin = ~std::uint64_t{0};
    memory.write_end = 0;
    for (const int index : run.writes) {
      const schedule::TensorPlacement& to = *program_.maps[at(index)];
      memory.write_begin = std::min<std::uint64_t>(memory.write_begin, to.address);
      memory.write_end =
          std::max<std::uint64_t>(memory.write_end, std::uint64_t{to.address} + to.bytes());
    }
    if (run.writes.empty()) memory.write_begin = 0;
    chip_.configure(memory);
    const ProgramRun done =
        options_.wrong_run == nullptr ? execute(run, number) : execute_watched(run, number);
    result_.total += done.counters;
    return compare(run, number, done);
  }

  /// Every write under the eyes of the scoreboard.
  ProgramRun execute_watched(const schedule::ProgramRun& run, std::size_t number) {
    const ExpectedWrites expected(program_, run, expected_, chip_);
    const std::uint64_t begin = chip_.cycles();
    const auto keep_wrong_ones = [&] {
      if (auto writes = chip_.wrong_writes(); !writes.empty() && !*options_.wrong_run)
        *options_.wrong_run = WrongRun{number, begin, std::move(writes)};
    };
    try {
      ProgramRun done = execute(run, number);
      keep_wrong_ones();
      return done;
    } catch (const DesignFault&) {
      keep_wrong_ones();
      throw;
    }
  }

  ProgramRun execute(const schedule::ProgramRun& run, std::size_t number) {
    const std::uint64_t before = now_.cycles;
    now_.layer = layer_name(run, 0);
    ProgramRun done;
    try {
      done = chip_.run(run.program_address, run.commands, options_.watchdog_cycles, stop_,
                       [&](std::uint64_t cycles) {
                         now_.cycles = before + cycles;
                         report(run);
                       });
    } catch (const DesignFault& fault) {
      throw DesignFault(fmt::format("{}: {}", place(number), fault.what()));
    }
    now_.cycles = before + done.counters.cycles;
    check(run, number, done);
    return done;
  }

  void check(const schedule::ProgramRun& run, std::size_t number, const ProgramRun& done) {
    if (done.finished && done.status.done() && !done.status.error()) return;
    std::string what;
    if (!done.finished)
      what = fmt::format("the accelerator hangs: {}", done.hang);
    else if (done.status.error())
      what = fmt::format("the accelerator reports error {} ({})", done.status.error_code(),
                         error_text(done.status.error_code()));
    else
      what = "the accelerator raised its interrupt without done or error";
    now_.layer = layer_name(run, done.status.command_id());
    throw DesignFault(fmt::format("{}: {}; last command: {}; {}", place(number), what,
                                  command_text(run, done.status.command_id()),
                                  register_state(done)));
  }

  std::string command_text(const schedule::ProgramRun& run, int id) const {
    try {
      for (const schedule::Command& command :
           schedule::decode_program(memory_, run.program_address, run.commands))
        if (command.id == id) return schedule::disassemble(command);
    } catch (const schedule::CommandError& error) {
      return error.what();
    }
    return fmt::format("id {}, not in the program", id);
  }

  /// The layer of the command with this id (ids are the low 16 bits of the commands' numbers).
  std::string layer_name(const schedule::ProgramRun& run, int id) const {
    const auto number = static_cast<std::size_t>(id);
    if (number >= run.layer_of.size() || run.layer_of[number] < 0) return "the end of the program";
    const auto& layer = program_.layers[at(run.layer_of[number])];
    return network_.operators[at(layer.operator_index)].name;
  }

  /// False: stop here.
  bool compare(const schedule::ProgramRun& run, std::size_t number, const ProgramRun& done) {
    bool equal = true;
    for (const int index : run.operators) {
      LayerRun& layer = result_.layers[place_[at(index)]];
      ++layer.images;
      if (layer.counters) *layer.counters += done.counters;
      const auto& where = program_.maps[at(index)];
      if (!where) continue;
      if (const auto address = dirty_padding(memory_, *where))
        throw DesignFault(fmt::format(
            "{}: the accelerator left {:#04x} at address {:#x}, in the padding of a row "
            "of {}, instead of zero",
            place(number), memory_[*address], *address, network_.operators[at(index)].name));
      actual_[at(index)] = schedule::read_tensor(memory_, *where);
      if (compare(index, number)) continue;
      layer.bit_exact = equal = false;
    }
    for (const schedule::LayerSchedule& layer : program_.layers)
      for (const int add : layer.fused)
        result_.layers[place_[at(layer.operator_index)]].bit_exact =
            result_.layers[place_[at(add)]].bit_exact;
    return equal || !options_.stop_at_mismatch;
  }

  bool compare(int index, std::size_t number) {
    const graph::Operator& op = network_.operators[at(index)];
    std::optional<Mismatch> found =
        first_difference(expected_[at(index)], actual_[at(index)], op.output);
    if (!found) return true;
    if (!result_.first_mismatch) {
      found->image = this->number();
      found->operator_index = index;
      found->layer = op.name;
      found->run = number;
      const auto [tile, group] = find_tile(program_, index, found->channel, found->row);
      found->tile = tile;
      found->group = group;
      result_.first_mismatch = std::move(found);
    }
    return false;
  }

  void report(const schedule::ProgramRun& run) {
    if (!progress_ || Clock::now() - reported_ < report_interval) return;
    reported_ = Clock::now();
    const double seconds = this->seconds();
    now_.cycles_per_second = seconds > 0 ? static_cast<double>(now_.cycles) / seconds : 0;
    // A register access costs simulated cycles, a few every tenth of a second.
    const int id = Status{chip_.read_register(registers::status)}.command_id();
    now_.layer = layer_name(run, id);
    const double image = commands_ == 0 ? 0
                                        : (static_cast<double>(commands_before_) + id) /
                                              static_cast<double>(commands_);
    now_.fraction =
        std::min(1.0, (static_cast<double>(now_.image) + image) / static_cast<double>(now_.images));
    now_.seconds_left = now_.fraction > 0 ? seconds * (1 - now_.fraction) / now_.fraction : 0;
    progress_(now_);
  }

  std::string place(std::size_t run) const {
    return program_.runs.size() == 1
               ? fmt::format("image {}, {}", number(), now_.layer)
               : fmt::format("image {}, run {}, {}", number(), run, now_.layer);
  }

  const schedule::Program& program_;
  const integer::Executor& reference_;
  const graph::Network& network_;
  const SimulationOptions& options_;
  const std::function<void(const SimulationProgress&)>& progress_;
  std::stop_token stop_;
  std::vector<std::uint8_t>& memory_;
  Accelerator& chip_;
  double seconds_before_;
  std::vector<integer::Tensor> expected_, actual_;    ///< of the image at hand, per operator
  std::vector<std::size_t> place_;                    ///< operator -> its place in result_.layers
  std::uint64_t commands_ = 0, commands_before_ = 0;  ///< of all runs, of those that are over
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
  std::vector<std::uint8_t> memory = program.image;
  Accelerator chip(model, memory);
  return Session(chip, memory, program, reference, options, progress, std::move(stop)).run(images);
}

SimulationResult simulate(Accelerator& chip, std::vector<std::uint8_t>& memory,
                          const schedule::Program& program, const integer::Executor& reference,
                          const std::vector<integer::Tensor>& images,
                          const SimulationOptions& options,
                          const std::function<void(const SimulationProgress&)>& progress,
                          std::stop_token stop) {
  return Session(chip, memory, program, reference, options, progress, std::move(stop)).run(images);
}

}  // namespace sd::tb
