#include "rtl/hcl/elaborate.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "graph/elaboration.hpp"

namespace hcl {

namespace {

std::string place(const std::source_location& where) {
  return fmt::format("{}:{}", where.file_name(), where.line());
}

std::string all_texts(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += problem.text();
  }
  return text;
}

ModuleInfo describe(const graph::Module& module) {
  ModuleInfo info;
  info.name = module.name;
  info.parameters = module.parameters;
  info.has_clock = module.needs_clock;
  info.has_reset = module.needs_reset;
  info.is_sram = module.sram.has_value();
  info.is_black_box = module.black_box.has_value();
  for (const graph::Domain& domain : module.domains) {
    info.clocks.push_back(domain.name);
    if (domain.needs_clock)
      info.ports.push_back({"clk_" + domain.name + "_i", Direction::input, 1, false});
    if (domain.needs_reset)
      info.ports.push_back({"rst_" + domain.name + "_ni", Direction::input, 1, false});
  }
  for (const graph::Signal* port : module.ports)
    info.ports.push_back(
        {port->text(),
         port->kind == graph::SignalKind::input ? Direction::input : Direction::output, port->width,
         port->is_signed});
  for (const graph::Instance& instance : module.instances)
    info.instances.push_back({instance.name, instance.module->name});
  return info;
}

}  // namespace

std::string Problem::text() const {
  std::string all;
  if (!places.empty()) all += place(places.front()) + ": ";
  if (!module_path.empty()) all += module_path + ": ";
  all += signal.empty() ? what : signal + " " + what;
  if (!remedy.empty()) all += "; " + remedy;
  if (places.size() > 1) {
    all += " (see also";
    for (std::size_t i = 1; i < places.size(); ++i) all += (i > 1 ? ", " : " ") + place(places[i]);
    all += ")";
  }
  return all;
}

ElaborationError::ElaborationError(std::vector<Problem> problems)
    : std::runtime_error(all_texts(problems)), problems_(std::move(problems)) {}

Design::Design(std::shared_ptr<const graph::DesignGraph> graph) : graph_(std::move(graph)) {
  auto modules = std::make_shared<std::vector<ModuleInfo>>();
  for (const auto& module : graph_->modules) modules->push_back(describe(*module));
  modules_ = std::move(modules);
}

const ModuleInfo& Design::module(const std::string& name) const {
  for (const ModuleInfo& module : *modules_)
    if (module.name == name) return module;
  throw std::out_of_range(fmt::format("the design has no module {}", name));
}

/// Builds the top inside a context of its own.
struct Builder {
  static Design run(const std::function<void(Context&)>& construct) {
    graph::Elaboration elaboration;
    Context at(elaboration, "");
    try {
      construct(at);
      elaboration.finish_module(*at.module_);
    } catch (const ElaborationError& error) {
      // What was found before it, then the fault that could not be passed over.
      std::vector<Problem> all = elaboration.problems();
      all.insert(all.end(), error.problems().begin(), error.problems().end());
      throw ElaborationError(std::move(all));
    }
    if (std::vector<Problem> found = elaboration.problems(); !found.empty())
      throw ElaborationError(std::move(found));
    return Design(std::shared_ptr<const graph::DesignGraph>(elaboration.take_graph()));
  }
};

Design detail::elaborate(const std::function<void(Context&)>& construct) {
  return Builder::run(construct);
}

Design elaborate(const ModuleName& name, const TopModule::Body& body) {
  return elaborate<TopModule>(name, body);
}

}  // namespace hcl
