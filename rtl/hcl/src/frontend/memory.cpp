#include "rtl/hcl/memory.hpp"

#include <fmt/format.h>

#include "frontend/declarers.hpp"
#include "frontend/node.hpp"
#include "graph/elaboration.hpp"

namespace hcl {

namespace {

/// Reports an address or word that does not fit; gives the value at the right width.
ExprPtr fitted(graph::Module& module, const std::string& memory, const std::string& role,
               const Arg<UInt>& value, int width) {
  if (value.expr()->width > width) {
    module.report(
        memory, fmt::format("has {} of {} bits and is given {}", role, width, value.expr()->width),
        "truncate the value", {value.where()});
    return frontend::literal({width}, 0, value.where());
  }
  return frontend::extend(value.expr(), width, value.where());
}

bool is_power_of_two(int value) {
  return (value & (value - 1)) == 0;
}

bool shape_ok(graph::Module& module, const Name& name, int depth, int width, int mask_bits) {
  if (depth >= 1 && width >= 1 && mask_bits >= 1 && width % mask_bits == 0) return true;
  module.report(
      name.text,
      fmt::format("is declared with depth {}, width {} and {} mask bits", depth, width, mask_bits),
      "depth and width are at least 1, and the mask bits divide the width", {name.where});
  return false;
}

/// Drives a pin of a macro, whatever conditions are open.
void drive_pin(const graph::Sram& sram, std::size_t pin, const ExprPtr& value, Where where) {
  sram.owner->body.statements.emplace_back(graph::Drive{sram.instance->pins[pin], value, where});
}

enum Pin : std::size_t {
  read_enable,
  read_address,
  read_data,
  write_enable,
  write_address,
  write_data,
  write_mask
};

}  // namespace

Memory ModuleBase::memory(const Name& name, int depth, int width) {
  const bool fine = shape_ok(*module_, name, depth, width, 1);
  if (depth == 1)
    module_->report(name.text, "is a memory of one word", "use a register", {name.where});
  return Memory(
      &module_->memories.emplace_back(graph::Memory{name.text, fine ? depth : 2, fine ? width : 1,
                                                    name.where, module_, module_->current_domain}));
}

UInt Memory::read(const Arg<UInt>& address) const {
  graph::Module& module = *memory_->owner;
  const int address_bits = clog2(memory_->depth);
  const ExprPtr fit = fitted(module, memory_->name, "an address", address, address_bits);
  auto word = std::make_shared<graph::Expr>();
  word->op = frontend::Op::memory_read;
  word->width = memory_->width;
  word->operands = {fit};
  word->memory = memory_;
  word->owner = &module;
  word->where = address.where();
  if (is_power_of_two(memory_->depth) && memory_->depth > 1) return UInt(word);
  const ExprPtr depth = frontend::literal(
      {address_bits}, static_cast<std::uint64_t>(memory_->depth), address.where());
  const ExprPtr inside = frontend::compare(frontend::Op::less, fit, depth, address.where());
  return UInt(frontend::mux(inside, word, frontend::literal({memory_->width}, 0, address.where()),
                            address.where()));
}

void Memory::write(const Arg<UInt>& address, const Arg<UInt>& data) const {
  graph::Module& module = *memory_->owner;
  const ExprPtr to = fitted(module, memory_->name, "an address", address, clog2(memory_->depth));
  const ExprPtr word = fitted(module, memory_->name, "a word", data, memory_->width);
  module.current().statements.emplace_back(graph::MemoryWrite{memory_, to, word, address.where()});
}

void Memory::write(const Arg<UInt>& address, const Arg<UInt>& data, const Arg<UInt>& mask) const {
  graph::Module& module = *memory_->owner;
  const Where where = address.where();
  const int parts = mask.expr()->width;
  if (memory_->width % parts != 0) {
    module.report(
        memory_->name,
        fmt::format("has words of {} bits and is written with {} mask bits", memory_->width, parts),
        "give a mask whose bits divide the word", {mask.where(), memory_->where});
    return;
  }
  const int part = memory_->width / parts;
  const ExprPtr to = fitted(module, memory_->name, "an address", address, clog2(memory_->depth));
  const ExprPtr word = fitted(module, memory_->name, "a word", data, memory_->width);
  for (int i = 0; i < parts; ++i) {
    auto& slot = module.current().statements.emplace_back(std::make_unique<graph::When>());
    graph::When& when = *std::get<std::unique_ptr<graph::When>>(slot);
    when.where = where;
    graph::When::Branch& branch = when.branches.emplace_back(graph::When::Branch{
        frontend::bits(mask.expr(), i, i, frontend::bool_shape, where), {}, where});
    branch.body.statements.emplace_back(graph::MemoryWrite{
        memory_, to, frontend::bits(word, (i + 1) * part - 1, i * part, {part}, where), where,
        i * part});
  }
}

UInt Memory::read_sync(const Name& name, const Arg<Bool>& enable, const Arg<UInt>& address) const {
  graph::Module& module = *memory_->owner;
  const ExprPtr word = read(address).expr();
  graph::Signal& held = module.add_signal(graph::SignalKind::reg, name.text,
                                          LeafShape{memory_->width, false, false}, name.where);
  if (enable.expr()->is_literal() && enable.expr()->value != 0) {
    module.current().statements.emplace_back(graph::Drive{&held, word, name.where});
    return UInt(held.handle);
  }
  auto& slot = module.current().statements.emplace_back(std::make_unique<graph::When>());
  graph::When& when = *std::get<std::unique_ptr<graph::When>>(slot);
  when.where = name.where;
  graph::When::Branch& branch =
      when.branches.emplace_back(graph::When::Branch{enable.expr(), {}, name.where});
  branch.body.statements.emplace_back(graph::Drive{&held, word, name.where});
  return UInt(held.handle);
}

Sram ModuleBase::sram(const Name& name, int depth, int width, int mask_bits) {
  const bool fine = shape_ok(*module_, name, depth, width, mask_bits);
  const graph::SramShape shape =
      fine ? graph::SramShape{depth, width, mask_bits} : graph::SramShape{2, 1, 1};
  graph::Module& wrapper = module_->elaboration->sram_wrapper(shape, name.where);
  graph::Instance& instance = module_->instances.emplace_back(graph::Instance{
      "u_" + name.text, &wrapper, name.where, {}, module_->here(), module_->current_domain});
  for (const graph::Signal* port : wrapper.ports)
    frontend::add_pin(*module_, instance, *port, name.where);
  return Sram(&module_->srams.emplace_back(graph::Sram{
      name.text, shape.depth, shape.width, shape.mask_bits, name.where, module_, &instance}));
}

UInt Sram::read(const Arg<Bool>& enable, const Arg<UInt>& address) const {
  graph::Module& module = *sram_->owner;
  const Where where = enable.where();
  const UInt data(sram_->instance->pins[Pin::read_data]->handle);
  if (sram_->was_read) {
    module.report(sram_->name, "has one read port and is read twice",
                  "choose the address with mux, or use a second memory", {where, sram_->where});
    return data;
  }
  sram_->was_read = true;
  drive_pin(*sram_, Pin::read_enable,
            frontend::logical_and(frontend::current_condition(module, where), enable.expr(), where),
            where);
  drive_pin(*sram_, Pin::read_address,
            fitted(module, sram_->name, "an address", address, clog2(sram_->depth)), where);
  return data;
}

void Sram::write(const Arg<UInt>& address, const Arg<UInt>& data) const {
  write(address, data,
        Arg<UInt>(UInt(frontend::all_ones(sram_->mask_bits, address.where())), address.where()));
}

void Sram::write(const Arg<UInt>& address, const Arg<UInt>& data, const Arg<UInt>& mask) const {
  graph::Module& module = *sram_->owner;
  const Where where = address.where();
  if (sram_->was_written) {
    module.report(sram_->name, "has one write port and is written twice",
                  "choose address and data with mux, or use a second memory",
                  {where, sram_->where});
    return;
  }
  sram_->was_written = true;
  drive_pin(*sram_, Pin::write_enable, frontend::current_condition(module, where), where);
  drive_pin(*sram_, Pin::write_address,
            fitted(module, sram_->name, "an address", address, clog2(sram_->depth)), where);
  drive_pin(*sram_, Pin::write_data, fitted(module, sram_->name, "a word", data, sram_->width),
            where);
  const ExprPtr mask_value = fitted(module, sram_->name, "a mask", mask, sram_->mask_bits);
  if (sram_->mask_bits > 1) drive_pin(*sram_, Pin::write_mask, mask_value, where);
}

}  // namespace hcl
