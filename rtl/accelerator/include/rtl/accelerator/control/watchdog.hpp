// Says when nothing has moved for `limit` cycles of a run.
//
// `expired` comes with the limit-th cycle in a row without `progress` (which counts a cycle late),
// and stays until there is some again. 0: never.
#pragma once

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct WatchdogIo {
  hcl::Bool enable;  ///< while false, the count is zero
  hcl::Bool progress;
  hcl::UInt limit;  ///< 32 bits, cycles
  hcl::Bool expired;
  explicit WatchdogIo(hcl::Ports& p);
};

class Watchdog : public hcl::Module<WatchdogIo> {
 public:
  explicit Watchdog(hcl::Context& at);
};

}  // namespace sd::rtl
