#include <fmt/format.h>

#include <functional>

#include "rtl/hcl/emit.hpp"
#include "rtl/hcl/inspect.hpp"

namespace hcl {

namespace {

std::string quoted(const std::string& text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      all += std::string{'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20)
      all += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else
      all += c;
  }
  return all + "\"";
}

template <class Range, class Function>
std::string list(const Range& range, const Function& text, const char* open, const char* close) {
  std::string all = open;
  bool first = true;
  for (const auto& item : range) {
    all += (first ? "" : ", ") + text(item);
    first = false;
  }
  return all + close;
}

std::string module_text(const ModuleInfo& module, const ModuleFacts& facts) {
  std::string text = fmt::format("{{\"name\": {}, \"parameters\": ", quoted(module.name));
  text += list(
      module.parameters, [](const auto& p) { return quoted(p.first) + ": " + quoted(p.second); },
      "{", "}");
  text +=
      fmt::format(", \"clock\": {}, \"reset\": {}, \"sram\": {}, \"black_box\": {}, \"ports\": ",
                  module.has_clock, module.has_reset, module.is_sram, module.is_black_box);
  text += list(
      module.ports,
      [](const Port& port) {
        return fmt::format("{{\"name\": {}, \"direction\": \"{}\", \"width\": {}, \"signed\": {}}}",
                           quoted(port.name),
                           port.direction == Direction::input ? "input" : "output", port.width,
                           port.is_signed);
      },
      "[", "]");
  text += ", \"instances\": ";
  text += list(
      module.instances,
      [](const InstanceInfo& i) {
        return fmt::format("{{\"name\": {}, \"module\": {}}}", quoted(i.name), quoted(i.module));
      },
      "[", "]");
  text += fmt::format(", \"instances_in_design\": {}, \"register_bits\": {}, \"memories\": ",
                      facts.instances, facts.register_bits());
  text += list(
      facts.memories,
      [](const MemoryFact& m) {
        return fmt::format(
            "{{\"name\": {}, \"depth\": {}, \"width\": {}, \"mask_bits\": {}, \"read_ports\": {}, "
            "\"write_ports\": {}, \"macro\": {}}}",
            quoted(m.name), m.depth, m.width, m.mask_bits, m.read_ports, m.write_ports, m.is_macro);
      },
      "[", "]");
  for (const auto& [key, kind] :
       {std::pair{"assertions", CheckKind::assertion},
        std::pair{"assumptions", CheckKind::assumption}, std::pair{"covers", CheckKind::cover}}) {
    std::vector<std::string> names;
    for (const CheckFact& check : facts.checks)
      if (check.kind == kind) names.push_back(check.name);
    text += fmt::format(", \"{}\": ", key) + list(names, quoted, "[", "]");
  }
  text += ", \"counters\": ";
  text += list(
      facts.counters,
      [](const CounterInfo& c) {
        return fmt::format("{{\"name\": {}, \"width\": {}, \"overflow\": \"{}\"}}", quoted(c.name),
                           c.width,
                           c.overflow == Overflow::saturate ? "saturate"
                           : c.overflow == Overflow::wrap   ? "wrap"
                                                            : "never");
      },
      "[", "]");
  return text + "}";
}

}  // namespace

std::string manifest(const Design& design, const std::vector<EmittedFile>& files) {
  std::string text = fmt::format("{{\n  \"top\": {},\n  \"files\": ", quoted(design.top().name));
  text += list(
      files, [](const EmittedFile& file) { return quoted(file.name); }, "[", "]");
  text += ",\n  \"modules\": [\n";
  const DesignFacts facts = inspect(design);
  for (std::size_t i = 0; i < design.modules().size(); ++i)
    text += "    " + module_text(design.modules()[i], facts.modules[i]) +
            (i + 1 < design.modules().size() ? ",\n" : "\n");
  return text + "  ]\n}\n";
}

}  // namespace hcl
