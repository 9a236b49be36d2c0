// The state of every handshake, as text: of the ports from their pins, of the inside through the
// signals that a model with probes keeps by name (Verilator's scopes; nothing is paid per cycle
// beyond their being kept).
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "axi_pins.hpp"
#include "verilated.h"
#include "verilated_syms.h"

class Probes {
 public:
  // "m_axi.ar  valid 1 ready 0  waits" and so on, in a stable order.
  template <int bytes>
  static std::string ports(const axi::Manager<bytes>& m, const axi::Subordinate<bytes>& s,
                           const axi::LiteManager& lm, const axi::LiteSubordinate& ls) {
    std::string text;
    text += line("m_axi.ar", m.ar.valid, s.arready);
    text += line("m_axi.r", s.rvalid, m.rready);
    text += line("m_axi.aw", m.aw.valid, s.awready);
    text += line("m_axi.w", m.wvalid, s.wready);
    text += line("m_axi.b", s.bvalid, m.bready);
    text += line("s_axil.aw", lm.awvalid, ls.awready);
    text += line("s_axil.w", lm.wvalid, ls.wready);
    text += line("s_axil.b", ls.bvalid, lm.bready);
    text += line("s_axil.ar", lm.arvalid, ls.arready);
    text += line("s_axil.r", ls.rvalid, lm.rready);
    return text;
  }

  // Pairs and state registers that the model keeps by name; empty in a model without probes.
  static std::string inside(VerilatedContext& context) {
    std::string pairs, states;
    const VerilatedScopeNameMap* scopes = context.scopeNameMap();
    if (scopes == nullptr) return {};
    std::map<std::string, const VerilatedScope*> sorted;
    for (const auto& [name, scope] : *scopes) sorted[name] = scope;
    for (const auto& [path, scope] : sorted) {
      if (scope->varsp() == nullptr) continue;
      std::map<std::string, const VerilatedVar*> signals;
      for (const auto& [name, var] : *scope->varsp()) signals.emplace(name, &var);
      const std::string place = readable(path);
      for (const auto& [name, var] : signals) {
        if (is_state(name)) states += place + "." + name + " = " + number(*var) + "\n";
        const VerilatedVar* ready = partner(name, signals);
        if (ready != nullptr) pairs += line(place + "." + channel(name), bit(*var), bit(*ready));
      }
    }
    return pairs + states;
  }

 private:
  using Signals = std::map<std::string, const VerilatedVar*>;

  static std::string line(const std::string& name, bool valid, bool ready) {
    std::string text = name + " valid " + (valid ? "1" : "0") + " ready " + (ready ? "1" : "0");
    if (valid && !ready) text += "  <- waits for ready";
    return text + "\n";
  }
  static std::string readable(const std::string& scope) {
    return scope.rfind("TOP.", 0) == 0 ? scope.substr(4) : scope;
  }
  static bool is_state(const std::string& name) {
    return name.size() > 2 && name.substr(name.size() - 2) == "_q" &&
           (name.find("state") != std::string::npos || name.find("phase") != std::string::npos);
  }
  // in_valid_i has in_ready_o; a wire x_valid has x_ready.
  static const VerilatedVar* partner(const std::string& name, const Signals& signals) {
    const std::size_t at = name.rfind("valid");
    if (at == std::string::npos) return nullptr;
    std::string other = name;
    other.replace(at, 5, "ready");
    if (other.size() > 2 && other[other.size() - 2] == '_') {
      char& direction = other.back();
      direction = direction == 'i' ? 'o' : direction == 'o' ? 'i' : direction;
    }
    const auto found = signals.find(other);
    return found == signals.end() ? nullptr : found->second;
  }
  static std::string channel(std::string name) {
    const std::size_t at = name.rfind("valid");
    name.erase(at);
    while (!name.empty() && name.back() == '_') name.pop_back();
    return name;
  }
  static std::uint64_t value(const VerilatedVar& var) {
    switch (var.vltype()) {
      case VLVT_UINT8:
        return *static_cast<const CData*>(var.datap());
      case VLVT_UINT16:
        return *static_cast<const SData*>(var.datap());
      case VLVT_UINT32:
        return *static_cast<const IData*>(var.datap());
      case VLVT_UINT64:
        return *static_cast<const QData*>(var.datap());
      default:
        return 0;
    }
  }
  static bool bit(const VerilatedVar& var) { return (value(var) & 1U) != 0; }
  static std::string number(const VerilatedVar& var) { return std::to_string(value(var)); }
};
