#include <fmt/format.h>

#include "command_fields.hpp"

namespace sd::schedule {

namespace {

template <std::size_t index = 0>
Operation operation_of(std::uint32_t opcode) {
  if constexpr (index == std::variant_size_v<Operation>) {
    throw CommandError(fmt::format("opcode {} does not exist; allowed are 1 to {}", opcode, index));
  } else {
    if (opcode == index + 1) return Operation(std::in_place_index<index>);
    return operation_of<index + 1>(opcode);
  }
}

template <class Op>
void decode_fields(const CommandWords& words, Op& operation) {
  for (const auto& field : CommandLayout<Op>::fields) {
    std::int64_t value = (words[static_cast<std::size_t>(field.word)] >> field.low) &
                         ((std::int64_t{1} << field.bits) - 1);
    if (value > field.most()) value -= std::int64_t{1} << field.bits;
    operation.*field.member = value;
  }
}

}  // namespace

Command decode(const CommandWords& words) {
  Command command;
  command.tokens = {(words[0] >> 8 & 1U) != 0, (words[0] >> 9 & 1U) != 0,
                    (words[0] >> 10 & 1U) != 0, (words[0] >> 11 & 1U) != 0};
  command.id = static_cast<std::uint16_t>(words[0] >> 16);
  command.operation = operation_of(words[0] & 0xffU);
  std::visit([&](auto& operation) { decode_fields(words, operation); }, command.operation);
  const CommandWords named = encode(command);
  for (std::size_t w = 0; w < words.size(); ++w)
    if (named[w] != words[w])
      throw CommandError(fmt::format(
          "{}: word {} is {:#010x}, with bits {:#x} that have no name; they must be zero",
          name_of(command.operation), w, words[w], words[w] ^ named[w]));
  return command;
}

std::vector<Command> decode_program(std::span<const std::uint8_t> image, std::uint32_t address,
                                    std::uint32_t count) {
  if (address > image.size() || (image.size() - address) / command_bytes < count)
    throw CommandError(
        fmt::format("{} commands at {:#x} reach past the end of the image of {} bytes", count,
                    address, image.size()));
  std::vector<Command> commands;
  for (std::uint32_t i = 0; i < count; ++i) {
    CommandWords words{};
    const auto bytes = image.subspan(address + std::size_t{i} * command_bytes, command_bytes);
    for (std::size_t b = 0; b < command_bytes; ++b)
      words[b / 4] |= std::uint32_t{bytes[b]} << (b % 4 * 8);
    try {
      commands.push_back(decode(words));
    } catch (const CommandError& error) {
      throw CommandError(
          fmt::format("the command at {:#x}: {}", address + i * command_bytes, error.what()));
    }
  }
  return commands;
}

}  // namespace sd::schedule
