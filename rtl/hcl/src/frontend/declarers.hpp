// How the leaves of ports, wires, registers and instance faces become signals.
#pragma once

#include <cstddef>

#include "graph/module.hpp"
#include "rtl/hcl/module.hpp"

namespace hcl::frontend {

/// Ports of the module itself: flipped leaves go the other way.
class PortDeclarer final : public graph::LeafDeclarer {
 public:
  PortDeclarer(graph::Module& module, graph::SignalKind kind) : module_(module), kind_(kind) {}
  ExprPtr declare(const std::string& name, const LeafShape& shape, bool flipped,
                  std::source_location where) override;
  void enter(const std::string& domain) override { domain_ = domain; }

 private:
  graph::Module& module_;
  graph::SignalKind kind_;
  std::string domain_;
};

class WireDeclarer final : public graph::LeafDeclarer {
 public:
  explicit WireDeclarer(graph::Module& module) : module_(module) {}
  ExprPtr declare(const std::string& name, const LeafShape& shape, bool flipped,
                  std::source_location where) override;

 private:
  graph::Module& module_;
};

class RegisterDeclarer final : public graph::LeafDeclarer {
 public:
  RegisterDeclarer(graph::Module& module, const std::optional<Reset>& reset)
      : module_(module), reset_(reset) {}
  ExprPtr declare(const std::string& name, const LeafShape& shape, bool flipped,
                  std::source_location where) override;

 private:
  graph::Module& module_;
  std::optional<Reset> reset_;
};

/// The ports of a child as signals of its parent, met in the order in which the child declared
/// them.
class FaceDeclarer final : public graph::LeafDeclarer {
 public:
  FaceDeclarer(graph::Module& parent, graph::Instance& instance)
      : parent_(parent), instance_(instance) {}
  ExprPtr declare(const std::string& name, const LeafShape& shape, bool flipped,
                  std::source_location where) override;

 private:
  graph::Module& parent_;
  graph::Instance& instance_;
};

/// A pin of an instance.
graph::Signal& add_pin(graph::Module& parent, graph::Instance& instance, const graph::Signal& port,
                       std::source_location where);

}  // namespace hcl::frontend
