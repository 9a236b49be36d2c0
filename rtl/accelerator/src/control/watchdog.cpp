#include "rtl/accelerator/control/watchdog.hpp"

namespace sd::rtl {

using namespace hcl;

WatchdogIo::WatchdogIo(Ports& p)
    : enable(p.input<Bool>("enable")),
      progress(p.input<Bool>("progress")),
      limit(p.input<UInt>("limit", 32)),
      expired(p.output<Bool>("expired")) {}

Watchdog::Watchdog(Context& at)
    : Module(at, ModuleName("watchdog").about("Counts cycles in which nothing moves.")) {
  auto idle_cycles = reg<UInt>("idle_cycles", Reset{0}, 32);
  auto moved = reg<Bool>("moved", Reset{0});
  moved <<= io.progress;
  const Bool expired = name("is_expired", (io.limit != 0) & (idle_cycles >= io.limit));
  io.expired <<= expired;
  when(!io.enable | moved, [&] { idle_cycles <<= 0; }).elsewhen(!expired, [&] {
    idle_cycles <<= wrap(idle_cycles + 1);
  });
}

}  // namespace sd::rtl
