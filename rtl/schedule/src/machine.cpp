#include "machine.hpp"

namespace sd::schedule {

Machine::Machine(const design::DesignPoint& design, std::vector<std::uint8_t>& image)
    : design_(design),
      image_(image),
      input_("input buffer byte", design.input_buffer_bytes),
      flags_("zero flag", design.zero_flags()),
      weights_("weight buffer word", design.weight_words()),
      index_("index buffer entry", design.index_buffer_entries),
      parameters_("parameter record", design.parameter_records()),
      output_("output buffer word", design.output_words()),
      basis_(static_cast<std::size_t>(design.slices) *
             static_cast<std::size_t>(design.rank * design.columns)) {}

void Machine::execute(const Operation& operation) {
  std::visit([&](const auto& o) { run(o); }, operation);
}

std::array<Touched, Machine::memories> Machine::take_touched() {
  return {std::exchange(dram_, {}), input_.take_touched(), flags_.take_touched(),
          weights_.take_touched(),  index_.take_touched(), parameters_.take_touched(),
          output_.take_touched()};
}

const std::string& Machine::memory_name(std::size_t memory) const {
  return *std::array{&dram_name_,    &input_.what(),      &flags_.what(), &weights_.what(),
                     &index_.what(), &parameters_.what(), &output_.what()}[memory];
}

void Machine::count_command_fetches(std::uint64_t commands) {
  activity_.dram_read_beats +=
      commands * static_cast<std::uint64_t>(command_bytes / design_.axi_bytes());
}

void Machine::require_beats(std::int64_t address, std::int64_t bytes) const {
  if (address % design_.axi_bytes() != 0 || bytes % design_.axi_bytes() != 0)
    throw ProgramFault(fmt::format("moves {} bytes at {:#x}, which are not whole beats of {} bytes",
                                   bytes, address, design_.axi_bytes()));
  if (bytes <= 0) throw ProgramFault("moves no bytes; a command that moves nothing is left out");
  if (address + bytes > static_cast<std::int64_t>(image_.size()))
    throw ProgramFault(fmt::format("moves {} bytes at {:#x}, past the end of the image of {} bytes",
                                   bytes, address, image_.size()));
}

std::vector<std::uint8_t> Machine::read_dram(std::int64_t address, std::int64_t bytes) {
  require_beats(address, bytes);
  dram_.reads.add(address);
  dram_.reads.add(address + bytes - 1);
  activity_.dram_read_beats += static_cast<std::uint64_t>(bytes / design_.axi_bytes());
  return {image_.begin() + address, image_.begin() + address + bytes};
}

void Machine::write_dram(std::int64_t address, std::span<const std::uint8_t> bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  require_beats(address, size);
  dram_.writes.add(address);
  dram_.writes.add(address + size - 1);
  activity_.dram_write_beats += static_cast<std::uint64_t>(size / design_.axi_bytes());
  std::copy(bytes.begin(), bytes.end(), image_.begin() + address);
}

}  // namespace sd::schedule
