// All proofs for people and programs.
#pragma once

#include <string>
#include <vector>

#include "formal/proof.hpp"

namespace sd::formal {

/// A table: what, at which parameters, how, how deep, how long, with what result.
[[nodiscard]] std::string to_markdown(const std::vector<ProofReport>& reports);

/// {"schema": "smartdeal.formal/1", "proofs": [...]}
[[nodiscard]] std::string to_json(const std::vector<ProofReport>& reports);

}  // namespace sd::formal
