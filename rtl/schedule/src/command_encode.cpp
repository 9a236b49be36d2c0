#include <fmt/format.h>

#include "command_fields.hpp"

namespace sd::schedule {

namespace {

template <class Op>
void encode_fields(const Op& operation, CommandWords& words) {
  for (const auto& field : CommandLayout<Op>::fields) {
    const std::int64_t value = operation.*field.member;
    if (value < field.least() || value > field.most())
      throw CommandError(fmt::format("{}: {}: {} is out of range; allowed are {} to {}",
                                     CommandLayout<Op>::name, field.name, value, field.least(),
                                     field.most()));
    const auto mask = static_cast<std::uint64_t>((std::int64_t{1} << field.bits) - 1);
    words[static_cast<std::size_t>(field.word)] |=
        static_cast<std::uint32_t>((static_cast<std::uint64_t>(value) & mask) << field.low);
  }
}

}  // namespace

CommandWords encode(const Command& command) {
  CommandWords words{};
  const Tokens& t = command.tokens;
  words[0] = static_cast<std::uint32_t>(command.operation.index() + 1) |
             (t.pop_prev ? 1U << 8 : 0U) | (t.pop_next ? 1U << 9 : 0U) |
             (t.push_prev ? 1U << 10 : 0U) | (t.push_next ? 1U << 11 : 0U) |
             static_cast<std::uint32_t>(command.id) << 16;
  std::visit([&](const auto& operation) { encode_fields(operation, words); }, command.operation);
  return words;
}

}  // namespace sd::schedule
