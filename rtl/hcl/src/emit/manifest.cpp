#include <fmt/format.h>

#include <functional>

#include "rtl/hcl/emit.hpp"

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

std::string module_text(const ModuleInfo& module) {
  std::string text = fmt::format("{{\"name\": {}, \"parameters\": ", quoted(module.name));
  text += list(
      module.parameters, [](const auto& p) { return quoted(p.first) + ": " + quoted(p.second); },
      "{", "}");
  text += fmt::format(", \"clock\": {}, \"reset\": {}, \"sram\": {}, \"ports\": ", module.has_clock,
                      module.has_reset, module.is_sram);
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
  return text + "}";
}

}  // namespace

std::string manifest(const Design& design, const std::vector<EmittedFile>& files) {
  std::string text = fmt::format("{{\n  \"top\": {},\n  \"files\": ", quoted(design.top().name));
  text += list(
      files, [](const EmittedFile& file) { return quoted(file.name); }, "[", "]");
  text += ",\n  \"modules\": [\n";
  for (std::size_t i = 0; i < design.modules().size(); ++i)
    text += "    " + module_text(design.modules()[i]) +
            (i + 1 < design.modules().size() ? ",\n" : "\n");
  return text + "  ]\n}\n";
}

}  // namespace hcl
