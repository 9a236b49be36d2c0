#include "graph/module.hpp"

#include <utility>

namespace hcl::graph {

std::string Signal::text() const {
  if (owner->black_box) return name;
  switch (kind) {
    case SignalKind::input:
      return name + "_i";
    case SignalKind::output:
      return name + "_o";
    case SignalKind::reg:
      return name + "_q";
    default:
      return name;
  }
}

std::string Signal::driven_text() const {
  return kind == SignalKind::reg ? name + "_d" : text();
}

Signal& Module::add_signal(SignalKind kind, std::string signal_name, const LeafShape& shape,
                           std::source_location at) {
  LeafShape checked = shape;
  if (shape.width < 1) {
    report(signal_name, "is declared " + std::to_string(shape.width) + " bits wide",
           "a signal has at least one bit", {at});
    checked.width = 1;
  }
  Signal& signal = signals.emplace_back(Signal{kind,
                                               std::move(signal_name),
                                               checked.width,
                                               checked.is_signed,
                                               checked.is_bool,
                                               at,
                                               this,
                                               static_cast<int>(signals.size()),
                                               std::nullopt,
                                               nullptr,
                                               nullptr,
                                               nullptr,
                                               {},
                                               false,
                                               nullptr});
  if (kind == SignalKind::reg) signal.domain = current_domain;
  auto node = std::make_shared<Expr>();
  node->op = Op::signal;
  node->width = signal.width;
  node->is_signed = signal.is_signed;
  node->is_bool = signal.is_bool;
  node->signal = &signal;
  node->owner = this;
  node->where = at;
  signal.handle = std::move(node);
  return signal;
}

void Module::add_domain(const std::string& domain, std::source_location at) {
  if (!domain.empty() && find_domain(domain) == nullptr) domains.push_back({domain, at});
}

const Domain* Module::find_domain(const std::string& domain) const {
  for (const Domain& known : domains)
    if (known.name == domain) return &known;
  return nullptr;
}

void Module::report(std::string signal, std::string what, std::string remedy,
                    std::vector<std::source_location> places) {
  problems.push_back(
      {path, std::move(signal), std::move(what), std::move(remedy), std::move(places)});
}

}  // namespace hcl::graph
