// Work on several threads, and the number of heavy tools that run at once in this process.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

namespace sd::tb {

/// Runs `work(i, stop)` for i in 0..count-1 on up to `threads` threads. The first exception stops
/// the others (through the token they get; nothing new is begun) and is thrown. Throws Cancelled
/// when `stop` was requested.
void in_parallel(std::size_t count, std::size_t threads, std::stop_token stop,
                 const std::function<void(std::size_t, std::stop_token)>& work);

/// A place among the compilers and verilators of this process: as many as there are cores, or as
/// $SMARTDEAL_JOBS says, however many models are built at once. Blocks until there is one.
class ToolSlot {
 public:
  /// Throws Cancelled.
  explicit ToolSlot(const std::stop_token& stop);
  ToolSlot(const ToolSlot&) = delete;
  ToolSlot& operator=(const ToolSlot&) = delete;
  ~ToolSlot();
};

/// How many tools run at once.
[[nodiscard]] std::size_t tool_slots();

}  // namespace sd::tb
