// Modules that the library does not write: primitives of a technology, clock gates, hand-written
// SystemVerilog.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rtl/hcl/module.hpp"

namespace hcl {

/// What a black box is besides its ports, whose names stand in the text as they are given, without
/// `_i` and `_o`.
struct BlackBoxText {
  std::string module{};  ///< its name in the text; empty: that of ModuleName
  std::string clock{};   ///< the pin for the clock of the parent; empty: none
  std::string reset{};   ///< the pin for the reset (asynchronous, active low); empty: none
  std::vector<std::pair<std::string, std::string>>
      values{};        ///< parameters of the instance, `#(.NAME(VALUE))`, as text
  std::string body{};  ///< SystemVerilog between the port list and `endmodule`; empty: the module
                       ///< is in a file that somebody else writes
  bool only_simulation = false;  ///< synthesis sees a black box, as with an SRAM macro
  bool registered = false;       ///< no output depends on an input within a cycle; otherwise every
                                 ///< output is taken to depend on every input
};

/// The base of a black box; the trailing arguments go to the ports.
///
///   struct ClockGateIo {
///     Bool enable, gated;
///     explicit ClockGateIo(Ports& p) : enable(p.input<Bool>("EN")), gated(p.output<Bool>("GCK"))
///     {}
///   };
///   class ClockGate : public BlackBox<ClockGateIo> {
///    public:
///     explicit ClockGate(Context& at) : BlackBox(at, ModuleName("ICGx1"), {.clock = "CK"}) {}
///   };
template <class PortsOfIt>
class BlackBox : public Module<PortsOfIt> {
 protected:
  template <class... A>
  BlackBox(Context& at, const ModuleName& name, const BlackBoxText& text, const A&... args)
      : Module<PortsOfIt>(at, name, args...) {
    this->set_black_box(text);
  }
};

}  // namespace hcl
