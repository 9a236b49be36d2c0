// The catalogue: everything that is proved of the accelerator (docs/formal.md explains each).
#pragma once

#include <vector>

#include "formal/proof.hpp"

namespace sd::formal {

/// Queues, width converter, tokens: properties of the handshake library.
[[nodiscard]] std::vector<Proof> handshake_proofs();
/// Burst splitter and the two halves of the AXI master.
[[nodiscard]] std::vector<Proof> axi_proofs();
/// Rebuild engine, multipliers, output stage against their definitions.
[[nodiscard]] std::vector<Proof> datapath_proofs();

/// All of the above.
[[nodiscard]] std::vector<Proof> all_proofs();

/// Properties that are written but that no prover has settled within its time limit: not claimed.
[[nodiscard]] std::vector<Proof> open_proofs();

}  // namespace sd::formal
