#include "unsigned_ports.hpp"

#include <fmt/format.h>

#include <regex>

#include "verilator_tb/errors.hpp"

namespace sd::tb {
namespace {

struct Port {
  std::string direction, range, name;
};

/// Of the module's head, as the emitter writes it: one `input logic signed [7:0] name` each.
std::vector<Port> ports_of(const std::string& module_text) {
  static const std::regex port(
      R"((input|output)\s+logic\b\s*(?:signed\b)?\s*(\[[^\]]*\])?\s*(\w+)\s*(?=[,\n)]))");
  const std::string head = module_text.substr(0, module_text.find(");"));
  std::vector<Port> ports;
  for (std::sregex_iterator at(head.begin(), head.end(), port), end; at != end; ++at)
    ports.push_back({(*at)[1], (*at)[2], (*at)[3]});
  return ports;
}

std::string wrapper_text(const std::string& name, const std::string& wrapper,
                         const std::vector<Port>& ports) {
  std::string text = fmt::format("`default_nettype none\n\nmodule {} (\n", wrapper), pins;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const char* const comma = i + 1 < ports.size() ? "," : "";
    text += fmt::format("  {} logic {} {}{}\n", ports[i].direction, ports[i].range, ports[i].name,
                        comma);
    pins += fmt::format("    .{0}({0}){1}\n", ports[i].name, comma);
  }
  return text + fmt::format(");\n  {} u_inside (\n{}  );\nendmodule\n\n`default_nettype wire\n",
                            name, pins);
}

}  // namespace

ModelSource with_unsigned_ports(ModelSource source, std::vector<std::string>& blocks) {
  for (std::string& block : blocks) {
    const std::string wrapper = block + "_block";
    const std::regex head(fmt::format(R"(\bmodule\s+{}\b)", block));
    const std::regex instance(fmt::format(R"((^|\n)(\s*){}(\s+u_\w+\s*\())", block));
    std::vector<std::pair<std::string, std::string>> files;
    bool found = false;
    for (auto& [name, text] : source.files) {
      text = std::regex_replace(text, instance, "$1$2" + wrapper + "$3");
      std::smatch at;
      const bool here = std::regex_search(text, at, head);
      std::string outer;
      if (here)
        outer = wrapper_text(block, wrapper,
                             ports_of(text.substr(static_cast<std::size_t>(at.position(0)))));
      files.emplace_back(name, std::move(text));
      if (here) files.emplace_back(wrapper + ".sv", std::move(outer));
      found = found || here;
    }
    if (!found)
      throw ToolError(fmt::format(
          "the design has no module {} to verilate by itself: name one of its modules", block));
    source.files = std::move(files);
    block = wrapper;
  }
  return source;
}

}  // namespace sd::tb
