#include "machine.hpp"

#include <algorithm>

#include "machine_compute.hpp"
#include "machine_vector.hpp"

namespace sd::schedule {

Buffers::Buffers(const design::DesignPoint& design)
    : input("input buffer word", design.input_words(), design.macs,
            std::min(design.macs, design.axi_bytes())),
      flags("zero flag", design.zero_flags()),
      weights("weight buffer word", design.weight_words(), design.slices, design.slices),
      index("index buffer entry", design.index_buffer_entries),
      parameters("parameter record", design.parameter_records()),
      output("output buffer word", design.output_words(), design.macs, design.macs) {}

Machine::Machine(const design::DesignPoint& design, std::vector<std::uint8_t>& image,
                 std::int64_t program, std::int64_t program_bytes)
    : design_(design),
      image_(image),
      program_(program),
      program_end_(program + program_bytes),
      buffers_(design) {}

void Machine::execute(const Operation& operation) {
  std::visit([&](const auto& o) { run(o); }, operation);
}

void Machine::run(const Compute& compute) {
  run_compute(compute, design_, buffers_, activity_);
}

void Machine::run(const Vector& vector) {
  run_vector(vector, design_, buffers_, activity_);
}

TouchedPlaces Machine::take_touched() {
  return {std::exchange(dram_, {}),      buffers_.input.take_touched(),
          buffers_.flags.take_touched(), buffers_.weights.take_touched(),
          buffers_.index.take_touched(), buffers_.parameters.take_touched(),
          buffers_.output.take_touched()};
}

std::int64_t Machine::size_of(Place kind) const {
  switch (kind) {
    case Place::dram:
      return (static_cast<std::int64_t>(image_.size()) + design_.axi_bytes() - 1) /
             design_.axi_bytes();
    case Place::input:
      return buffers_.input.places();
    case Place::flags:
      return buffers_.flags.places();
    case Place::weights:
      return buffers_.weights.places();
    case Place::index:
      return buffers_.index.places();
    case Place::parameters:
      return buffers_.parameters.places();
    case Place::output:
      break;
  }
  return buffers_.output.places();
}

std::string Machine::name_of(Place kind, std::int64_t place) const {
  switch (kind) {
    case Place::dram:
      return fmt::format("DRAM address {:#x}", place * design_.axi_bytes());
    case Place::input:
      return buffers_.input.name_of(place);
    case Place::flags:
      return buffers_.flags.name_of(place);
    case Place::weights:
      return buffers_.weights.name_of(place);
    case Place::index:
      return buffers_.index.name_of(place);
    case Place::parameters:
      return buffers_.parameters.name_of(place);
    case Place::output:
      break;
  }
  return buffers_.output.name_of(place);
}

void Machine::count_command_fetches(std::uint64_t commands) {
  activity_.dram_read_beats +=
      commands * static_cast<std::uint64_t>(command_bytes / design_.axi_bytes());
}

void Machine::require_inside(std::int64_t address, std::int64_t bytes) const {
  if (address + bytes > static_cast<std::int64_t>(image_.size()))
    throw ProgramFault(fmt::format("moves {} bytes at {:#x}, past the end of the image of {} bytes",
                                   bytes, address, image_.size()));
}

std::span<const std::uint8_t> Machine::read_dram(std::int64_t address, std::int64_t bytes) {
  require_inside(address, bytes);
  dram_.reads.add(address / design_.axi_bytes(), (address + bytes - 1) / design_.axi_bytes());
  activity_.dram_read_beats += static_cast<std::uint64_t>(bytes / design_.axi_bytes());
  return std::span(image_).subspan(static_cast<std::size_t>(address),
                                   static_cast<std::size_t>(bytes));
}

void Machine::write_dram(std::int64_t address, std::span<const std::uint8_t> bytes) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  require_inside(address, size);
  if (address < program_end_ && program_ < address + size)
    throw ProgramFault(fmt::format("stores {} bytes at {:#x}, over the program at {:#x}", size,
                                   address, program_));
  dram_.writes.add(address / design_.axi_bytes(), (address + size - 1) / design_.axi_bytes());
  activity_.dram_write_beats += static_cast<std::uint64_t>(size / design_.axi_bytes());
  std::copy(bytes.begin(), bytes.end(), image_.begin() + address);
}

}  // namespace sd::schedule
