#include "frontend/declarers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

#include "frontend/node.hpp"

namespace hcl::frontend {

using graph::Signal;
using graph::SignalKind;

ExprPtr PortDeclarer::declare(const std::string& name, const LeafShape& shape, bool flipped,
                              std::source_location where) {
  const SignalKind other = kind_ == SignalKind::input ? SignalKind::output : SignalKind::input;
  Signal& port = module_.add_signal(flipped ? other : kind_, name, shape, where);
  port.domain = domain_;
  module_.add_domain(domain_, where);
  module_.ports.push_back(&port);
  return port.handle;
}

ExprPtr WireDeclarer::declare(const std::string& name, const LeafShape& shape, bool,
                              std::source_location where) {
  return module_.add_signal(SignalKind::wire, name, shape, where).handle;
}

ExprPtr RegisterDeclarer::declare(const std::string& name, const LeafShape& shape, bool,
                                  std::source_location where) {
  Signal& signal = module_.add_signal(SignalKind::reg, name, shape, where);
  if (reset_) {
    const int needed = least_width(shape.is_signed, reset_->negative, reset_->bits);
    if ((reset_->negative && !shape.is_signed) || (needed > signal.width && reset_->bits != 0)) {
      module_.report(name,
                     fmt::format("has {} {}bit{} and cannot be reset to {}", signal.width,
                                 shape.is_signed ? "signed " : "", signal.width == 1 ? "" : "s",
                                 integer_text(reset_->negative, reset_->bits)),
                     "make it wider, or give a reset value that it holds", {where});
    }
    signal.reset = reset_->bits;
  }
  return signal.handle;
}

ExprPtr FaceDeclarer::declare(const std::string& name, const LeafShape&, bool,
                              std::source_location) {
  const std::size_t next = instance_.pins.size();
  // The same constructor has run inside the child: a port that differs means that it does not
  // depend on its arguments alone.
  if (next >= instance_.module->ports.size() || instance_.module->ports[next]->name != name)
    throw std::logic_error(fmt::format(
        "hcl: the ports of module {} differ between its own construction and instance {} (port {})",
        instance_.module->name, instance_.name, name));
  return add_pin(parent_, instance_, *instance_.module->ports[next], instance_.where).handle;
}

Signal& add_pin(graph::Module& parent, graph::Instance& instance, const Signal& port,
                std::source_location where) {
  const std::string stem =
      instance.name.rfind("u_", 0) == 0 ? instance.name.substr(2) : instance.name;
  std::string name = stem + "_" + port.name;
  if (port.owner->black_box)  // its pins may be in upper case
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  Signal& pin = parent.add_signal(
      port.kind == SignalKind::input ? SignalKind::instance_input : SignalKind::instance_output,
      std::move(name), LeafShape{port.width, port.is_signed, port.is_bool}, where);
  pin.instance = &instance;
  pin.port = &port;
  pin.domain = port.domain.empty() ? instance.domain : port.domain;
  instance.pins.push_back(&pin);
  return pin;
}

}  // namespace hcl::frontend
