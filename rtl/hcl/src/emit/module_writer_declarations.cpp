// Instances, declarations, and the sink of what nobody reads.
#include "emit/module_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "emit/module_text.hpp"

namespace hcl::emitter {

using namespace graph;

namespace {

std::string memory_type(const Memory& memory) {
  return fmt::format("logic [{}:0]", memory.width - 1);
}

}  // namespace

void ModuleWriter::write_inputs(const Instance& instance) {
  for (const Signal* pin : instance.pins) {
    if (pin->kind != SignalKind::instance_input) continue;
    const auto tied = plan_.tied_inputs.find(pin);
    connections_[pin] = tied != plan_.tied_inputs.end() ? expressions_.sized(tied->second)
                                                        : expressions_.read(*pin);
  }
}

Lines ModuleWriter::instance_text(const Instance& instance) {
  std::vector<std::pair<std::string, std::string>> ports;
  const auto& box = instance.module->black_box;
  if (instance.module->needs_clock)
    ports.emplace_back(box ? box->clock : "clk_i", clock_text(instance.domain));
  if (instance.module->needs_reset)
    ports.emplace_back(box ? box->reset : "rst_ni", reset_text(instance.domain));
  for (const Domain& domain : instance.module->domains) {
    const std::string clock = clock_text(domain.name), reset = reset_text(domain.name);
    if (domain.needs_clock) ports.emplace_back(clock, clock);
    if (domain.needs_reset) ports.emplace_back(reset, reset);
  }
  for (const Signal* pin : instance.pins) {
    const auto input = connections_.find(pin);
    ports.emplace_back(pin->port->text(),
                       input != connections_.end() ? input->second : output_name(*pin));
  }
  std::size_t column = 0;
  for (const auto& [port, wire] : ports) column = std::max(column, port.size());
  Lines out = lines();
  std::string values;
  if (box)
    for (const auto& [name, value] : box->values)
      values += fmt::format("{}.{}({})", values.empty() ? "" : ", ", name, value);
  if (!values.empty()) values = fmt::format("#({}) ", values);
  locate(instance.where, out);
  out.add(fmt::format("{} {}{} (", instance.module->text_name(), values, instance.name));
  out.indent();
  for (std::size_t i = 0; i < ports.size(); ++i)
    out.add(fmt::format(".{:<{}} ({}){}", ports[i].first, column, ports[i].second,
                        i + 1 < ports.size() ? "," : ""));
  out.outdent();
  out.add(");");
  return out;
}

std::string ModuleWriter::output_name(const Signal& pin) const {
  const auto tied = plan_.tied_outputs.find(&pin);
  if (tied != plan_.tied_outputs.end()) return tied->second->text();
  return usage_.is_read(pin.text()) ? pin.text() : "unused_" + pin.text();
}

Lines ModuleWriter::declarations() {
  Lines out = lines();
  for (const Constant& constant : module_.constants)
    if (usage_.is_used(constant))
      out.add(constant.value >> 31 == 0
                  ? fmt::format("localparam int unsigned {} = {};", constant.name, constant.value)
                  : fmt::format("localparam logic [63:0] {} = 64'h{:x};", constant.name,
                                constant.value));
  if (!out.empty()) out.blank();
  for (const EnumType& type : module_.enums) {
    std::string names;
    for (std::size_t i = 0; i < type.names.size(); ++i)
      names += (i > 0 ? ", " : "") + enumerator(type, i);
    out.add(fmt::format("typedef enum {} {{ {} }} {}_e;",
                        type_text(clog2(static_cast<std::int64_t>(type.names.size())), false),
                        names, type.name));
  }
  if (!module_.enums.empty()) out.blank();
  for (const Signal& signal : module_.signals) declare(signal, out);
  for (const Wire& wire : wires_)
    out.add(fmt::format("{} {};", type_text(wire.width, wire.is_signed), wire.name));
  for (const Memory& memory : module_.memories)
    out.add(fmt::format("{} {} [0:{}];", memory_type(memory), memory.name, memory.depth - 1));
  return out;
}

void ModuleWriter::declare(const Signal& signal, Lines& out) const {
  switch (signal.kind) {
    case SignalKind::input:
    case SignalKind::output:
      return;
    case SignalKind::reg: {
      const std::string type = signal.states != nullptr ? signal.states->name + "_e"
                                                        : type_text(signal.width, signal.is_signed);
      out.add(fmt::format("{} {}, {};", type, signal.text(), signal.driven_text()));
      return;
    }
    case SignalKind::instance_input:
      if (plan_.tied_inputs.contains(&signal)) return;
      break;
    case SignalKind::instance_output:
      if (plan_.tied_outputs.contains(&signal)) return;
      out.add(
          fmt::format("{} {};", type_text(signal.width, signal.is_signed), output_name(signal)));
      return;
    default:
      break;
  }
  out.add(fmt::format("{} {};", type_text(signal.width, signal.is_signed), signal.text()));
}

Lines ModuleWriter::unread() {
  std::vector<std::string> parts;
  const auto add = [&](const std::string& name, int width) {
    for (std::string& part : usage_.unread(name, width)) parts.push_back(std::move(part));
  };
  for (const Signal& signal : module_.signals) {
    if (signal.kind == SignalKind::output ||
        (signal.kind == SignalKind::instance_input && plan_.tied_inputs.contains(&signal)))
      continue;
    if (signal.kind == SignalKind::instance_output &&
        (plan_.tied_outputs.contains(&signal) || !usage_.is_read(signal.text())))
      continue;
    add(signal.text(), signal.width);
  }
  for (const Wire& wire : wires_) add(wire.name, wire.width);
  Lines out = lines();
  if (parts.empty()) return out;
  out.add("logic unused_bits;");
  out.add(fmt::format("assign unused_bits = ^{{{}}};", fmt::join(parts, ", ")));
  return out;
}

}  // namespace hcl::emitter
