#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "emit/module_text.hpp"

namespace hcl::emitter {

using namespace graph;

std::string type_text(int width, bool is_signed) {
  const std::string base = is_signed ? "logic signed" : "logic";
  return width == 1 ? base : fmt::format("{} [{}:0]", base, width - 1);
}

std::string clock_text(const std::string& domain) {
  return domain.empty() ? "clk_i" : fmt::format("clk_{}_i", domain);
}
std::string reset_text(const std::string& domain) {
  return domain.empty() ? "rst_ni" : fmt::format("rst_{}_ni", domain);
}

std::string head_comment(const Module& module, const EmitOptions& options) {
  std::string text;
  std::istringstream banner(options.banner);
  for (std::string line; std::getline(banner, line);)
    text += line.empty() ? "//\n" : "// " + line + "\n";
  if (!options.banner.empty() && (!module.description.empty() || !module.parameters.empty()))
    text += "\n";
  if (!module.description.empty()) text += "// " + module.description + "\n";
  if (!module.parameters.empty()) {
    std::vector<std::string> values;
    for (const auto& [name, value] : module.parameters) values.push_back(name + " = " + value);
    text += fmt::format("// {}.\n", fmt::join(values, ", "));
  }
  if (!text.empty()) text += "\n";
  return text;
}

std::string port_list(const Module& module) {
  struct Line {
    std::string direction, type, name;
  };
  std::vector<Line> lines;
  if (module.needs_clock)
    lines.push_back({"input ", "logic", module.black_box ? module.black_box->clock : "clk_i"});
  if (module.needs_reset)
    lines.push_back({"input ", "logic", module.black_box ? module.black_box->reset : "rst_ni"});
  for (const Domain& domain : module.domains) {
    if (domain.needs_clock) lines.push_back({"input ", "logic", clock_text(domain.name)});
    if (domain.needs_reset) lines.push_back({"input ", "logic", reset_text(domain.name)});
  }
  for (const Signal* port : module.ports)
    lines.push_back({port->kind == SignalKind::input ? "input " : "output",
                     type_text(port->width, port->is_signed), port->text()});
  if (lines.empty()) return fmt::format("module {};\n", module.text_name());
  std::size_t column = 0;
  for (const Line& line : lines) column = std::max(column, line.type.size());
  std::string text = fmt::format("module {} (\n", module.text_name());
  for (std::size_t i = 0; i < lines.size(); ++i)
    text += fmt::format("  {} {:<{}} {}{}\n", lines[i].direction, lines[i].type, column,
                        lines[i].name, i + 1 < lines.size() ? "," : "");
  return text + ");\n";
}

}  // namespace hcl::emitter
