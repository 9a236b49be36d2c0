#include <fmt/format.h>

#include <algorithm>

#include "rtl/schedule/command.hpp"
#include "rtl/schedule/program.hpp"

namespace sd::schedule {

namespace {

class Listing {
 public:
  Listing(const Program& program, const pack::PackedModel& model)
      : program_(program), model_(model), operators_(model.network.operators) {}

  std::string text(bool commands) {
    for (std::size_t run = 0; run < program_.runs.size(); ++run) {
      const ProgramRun& r = program_.runs[run];
      append(fmt::format("run {}: {} commands at {:#x}, {} operators\n", run, r.commands,
                         r.program_address, r.operators.size()));
      for (std::size_t i = 0; i < program_.layers.size(); ++i)
        if (program_.layers[i].run == static_cast<int>(run)) append_layer(i, commands);
      if (commands) append_commands(r);
    }
    for (std::size_t i = 1; i < operators_.size(); ++i) {
      const Execution execution = program_.operators[i].execution;
      if (execution == Execution::addressing || execution == Execution::host)
        append(fmt::format("  {}: {}\n", operators_[i].name,
                           execution_text(program_, model_, static_cast<int>(i))));
    }
    return std::move(text_);
  }

 private:
  void append(const std::string& line) { text_ += line; }
  [[nodiscard]] const std::string& name(int index) const {
    return operators_[static_cast<std::size_t>(index)].name;
  }

  void append_layer(std::size_t number, bool commands) {
    const LayerSchedule& layer = program_.layers[number];
    std::string line = fmt::format("{}{}", commands ? fmt::format("layer {}: ", number) : "  ",
                                   name(layer.operator_index));
    for (const int add : layer.fused) line += " + " + name(add);
    line += fmt::format(": {}", to_string(layer.execution));
    if (layer.execution == Execution::array) {
      std::size_t rows = 0;
      for (const FilterGroup& group : layer.groups) rows += group.stored_rows.size();
      line += fmt::format(", {} groups of filters, {} rows stored, {} tiles", layer.groups.size(),
                          rows, layer.tiles.size());
      if (layer.tiles.size() > 1)
        line += fmt::format(" of up to {} rows ({} outer)", layer.tiles.front().output_rows,
                            layer.loop_order == LoopOrder::tiles_outer ? "tiles" : "groups");
      line += fmt::format(", blocks {} x {}", layer.block_rows, layer.block_words);
    }
    line += fmt::format("; result {}; {} commands, {} bytes of DRAM, about {} cycles\n",
                        layer.residence == Residence::on_chip ? "stays on chip" : "to DRAM",
                        layer.commands, layer.dram_bytes, layer.predicted_cycles);
    append(line);
  }

  void append_commands(const ProgramRun& run) {
    const auto commands = decode_program(program_.image, run.program_address, run.commands);
    int layer = -1;
    for (std::size_t i = 0; i < commands.size(); ++i) {
      if (run.layer_of[i] != layer && run.layer_of[i] >= 0) {
        layer = run.layer_of[i];
        append(fmt::format("-- layer {}: {}\n", layer,
                           name(program_.layers[static_cast<std::size_t>(layer)].operator_index)));
      }
      append(disassemble(commands[i]) + "\n");
    }
  }

  const Program& program_;
  const pack::PackedModel& model_;
  const std::vector<graph::Operator>& operators_;
  std::string text_;
};

}  // namespace

std::string_view to_string(Execution execution) {
  switch (execution) {
    case Execution::array:
      return "array";
    case Execution::vector:
      return "vector unit";
    case Execution::fused:
      return "fused";
    case Execution::addressing:
      return "addressing";
    case Execution::host:
      return "host";
  }
  return "";
}

std::string execution_text(const Program& program, const pack::PackedModel& model,
                           int operator_index) {
  const OperatorExecution& how = program.operators[static_cast<std::size_t>(operator_index)];
  std::string text(to_string(how.execution));
  if (how.execution == Execution::fused) {
    const int producer = program.layers[how.layer.value()].operator_index;
    text += " into " + model.network.operators[static_cast<std::size_t>(producer)].name;
  }
  for (const OffChip& off : program.off_chip)
    if (off.operator_index == operator_index) text += ": " + off.reason;
  return text;
}

std::string listing(const Program& program, const pack::PackedModel& model, bool commands) {
  return Listing(program, model).text(commands);
}

}  // namespace sd::schedule
