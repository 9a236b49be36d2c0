#include "rtl/hcl/module.hpp"

#include <fmt/format.h>

#include <cctype>

#include "frontend/declarers.hpp"
#include "frontend/node.hpp"
#include "graph/elaboration.hpp"

namespace hcl {

using graph::Signal;
using graph::SignalKind;

ModuleName& ModuleName::with(const std::string& parameter, const std::string& value) {
  parameters_.emplace_back(parameter, value);
  return *this;
}

ModuleName& ModuleName::about(std::string text) {
  description_ = std::move(text);
  return *this;
}

std::string ModuleName::text() const {
  std::string all = base_;
  for (const auto& [parameter, value] : parameters_) {
    all += '_';
    for (const char c : parameter)
      all += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const bool is_number =
        !value.empty() && std::isdigit(static_cast<unsigned char>(value[0])) != 0;
    if (!is_number) all += '_';
    for (const char c : value)
      all += c == '-' ? 'n' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return all;
}

ModuleBase::ModuleBase(Context& at, const ModuleName& name)
    : module_(&at.elaboration_->begin_module(name, at.path_)),
      ports_(
          [this]() -> graph::LeafDeclarer& {
            module_->declarers.push_back(
                std::make_unique<frontend::PortDeclarer>(*module_, SignalKind::input));
            return *module_->declarers.back();
          }(),
          [this]() -> graph::LeafDeclarer& {
            module_->declarers.push_back(
                std::make_unique<frontend::PortDeclarer>(*module_, SignalKind::output));
            return *module_->declarers.back();
          }()) {
  if (at.module_ == nullptr) {
    at.module_ = module_;
    return;
  }
  at.module_->report("", fmt::format("module {} is built and never instantiated", module_->name),
                     "use instance<...>(\"u_name\", args...), which builds it and gives its ports",
                     {name.where(), at.module_->where});
  at.elaboration_->abandon(*module_);
}

void ModuleBase::set_face(Context& at, std::any face) {
  if (at.module_ == module_) at.face_ = std::move(face);
}

graph::LeafDeclarer& ModuleBase::wires() {
  module_->declarers.push_back(std::make_unique<frontend::WireDeclarer>(*module_));
  return *module_->declarers.back();
}

graph::LeafDeclarer& ModuleBase::registers(const std::optional<Reset>& reset) {
  module_->declarers.push_back(std::make_unique<frontend::RegisterDeclarer>(*module_, reset));
  return *module_->declarers.back();
}

ExprPtr ModuleBase::named(const Name& name, const ExprPtr& value) {
  if (value->owner != nullptr && value->owner != module_) {
    module_->report(name.text, fmt::format("names an expression of module {}", value->owner->name),
                    "pass it through a port", {name.where, value->where});
    return value;
  }
  Signal& signal =
      module_->add_signal(SignalKind::named, name.text,
                          LeafShape{value->width, value->is_signed, value->is_bool}, name.where);
  module_->named.push_back({&signal, value, module_->here()});
  return signal.handle;
}

ExprPtr ModuleBase::delayed(const Name& name, const ExprPtr& value) {
  if (value->owner != nullptr && value->owner != module_) {
    module_->report(name.text, fmt::format("delays an expression of module {}", value->owner->name),
                    "pass it through a port", {name.where, value->where});
    return value;
  }
  Signal& signal =
      module_->add_signal(SignalKind::reg, name.text,
                          LeafShape{value->width, value->is_signed, value->is_bool}, name.where);
  signal.reset = 0;
  // Into the body itself, whatever conditions are open.
  module_->body.statements.emplace_back(graph::Drive{&signal, value, name.where});
  return signal.handle;
}

ExprPtr ModuleBase::state_register(const Name& name, const std::vector<std::string>& names,
                                   std::int64_t reset) {
  const int width = clog2(static_cast<std::int64_t>(names.size()));
  Signal& signal =
      module_->add_signal(SignalKind::reg, name.text, LeafShape{width, false, false}, name.where);
  graph::EnumType& type = module_->enums.emplace_back(graph::EnumType{name.text, names});
  signal.states = &type;
  signal.reset = static_cast<std::uint64_t>(reset);
  if (reset < 0 || reset >= static_cast<std::int64_t>(names.size()))
    module_->report(name.text,
                    fmt::format("has {} states and is reset to number {}", names.size(), reset),
                    "name every enumerator, in order from 0", {name.where});
  return signal.handle;
}

detail::Built ModuleBase::build(const Name& name, const std::function<void(Context&)>& construct) {
  Context at(*module_->elaboration, module_->path + "." + name.text);
  construct(at);
  return {&module_->elaboration->finish_module(*at.module_), std::move(at.face_)};
}

namespace detail {

const Built* find_built(graph::Module& parent, std::type_index type, std::size_t hash,
                        const std::function<bool(const std::any&)>& same) {
  return parent.elaboration->find(type, hash, same);
}

void remember_built(graph::Module& parent, std::type_index type, std::size_t hash, std::any key,
                    const Built& built) {
  parent.elaboration->remember(type, hash, std::move(key), built);
}

Ports add_instance(graph::Module& parent, const Name& name, graph::Module& child) {
  graph::Instance& instance = parent.instances.emplace_back(
      graph::Instance{name.text, &child, name.where, {}, parent.here(), parent.current_domain});
  parent.declarers.push_back(std::make_unique<frontend::FaceDeclarer>(parent, instance));
  graph::LeafDeclarer& declarer = *parent.declarers.back();
  return Ports(declarer, declarer);
}

}  // namespace detail
}  // namespace hcl
