#include <fmt/format.h>

#include "command_fields.hpp"

namespace sd::schedule {

const char* name_of(const Operation& operation) {
  return std::visit([]<class Op>(const Op&) { return CommandLayout<Op>::name; }, operation);
}

std::string disassemble(const Command& command) {
  std::string line = fmt::format("{:>5}  {:<12}", command.id, name_of(command.operation));
  const Tokens& t = command.tokens;
  if (t.pop_prev) line += " pop_prev";
  if (t.pop_next) line += " pop_next";
  if (t.push_prev) line += " push_prev";
  if (t.push_next) line += " push_next";
  const auto add_fields = [&]<class Op>(const Op& operation) {
    for (const auto& field : CommandLayout<Op>::fields) {
      const std::int64_t value = operation.*field.member;
      if (field.name == "address")
        line += fmt::format(" address={:#x}", value);
      else if (value != 0)
        line += fmt::format(" {}={}", field.name, value);
    }
  };
  std::visit(add_fields, command.operation);
  return line;
}

std::string disassemble(std::span<const Command> commands) {
  std::string text;
  for (const Command& command : commands) text += disassemble(command) + '\n';
  return text;
}

}  // namespace sd::schedule
