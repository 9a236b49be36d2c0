// The checks that every module passes once its constructor has run, in this order. Each reports to
// Module::problems.
#pragma once

#include "graph/module.hpp"

namespace hcl::graph {

/// Runs all of them; the later ones need what the earlier ones hold and are left out where
/// something was found.
void check_module(Module& module);

void check_names(Module& module);  ///< identifiers are legal and unique
void check_driven(
    Module& module);  ///< wires, outputs and instance inputs have a value on every path
void check_double_drives(Module& module);  ///< no drive makes an earlier one pointless
void check_clock_domains(Module& module);  ///< nothing passes from one clock to another unsaid
void check_switches(Module& module);       ///< registers are assigned for every value of a subject
void check_storage(Module& module);        ///< registers and memories are written (and macros read)
void check_loops(Module& module);          ///< no combinational loop; fills combinational_inputs
void mark_clocking(Module& module);        ///< fills needs_clock, needs_reset

/// What the passes below check_names find out of an ordinary module, from its description.
void finish_black_box(Module& module);

/// True if both modules would give the same text: same signals, same drives, same children.
[[nodiscard]] bool same_body(const Module& a, const Module& b);

}  // namespace hcl::graph
