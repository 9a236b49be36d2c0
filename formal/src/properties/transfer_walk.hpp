// A reader of transfers: where the next beat of a queue of transfers lies.
#pragma once

#include <string>

#include "properties/helpers.hpp"
#include "rtl/accelerator/control/axi_ports.hpp"

namespace sd::formal {

/// Transfers asked for and not yet complete, up to four, and the place in the oldest.
struct TransferWalk {
  hcl::Bool room;       ///< for another transfer
  hcl::Bool any;        ///< a beat is to come
  hcl::UInt address;    ///< of the next beat
  hcl::Bool fits;       ///< the beats end inside the chunk or with it
  hcl::Bool completes;  ///< they complete the transfer
};

/// `asked` passes in the cycle of `accepted`; `beats` (beat address bits), all of one chunk, are
/// moved in the cycle of `moved`.
[[nodiscard]] TransferWalk walk_transfers(hcl::TopModule& m, const design::DesignPoint& point,
                                          const std::string& name, const rtl::Transfer& asked,
                                          const hcl::Bool& accepted, const hcl::UInt& beats,
                                          const hcl::Bool& moved);

/// Keeps transfers short, so that whole ones pass within a few cycles: the block's own parameters
/// stay as they are.
void assume_short_transfer(hcl::TopModule& m, const std::string& name, const rtl::Transfer& asked,
                           int beats, int chunks);

}  // namespace sd::formal
