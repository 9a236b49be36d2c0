#include "parallel.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "verilator_tb/errors.hpp"

namespace sd::tb {
namespace {

std::mutex mutex;
std::condition_variable_any freed;
std::size_t taken = 0;

}  // namespace

void in_parallel(std::size_t count, std::size_t threads, std::stop_token stop,
                 const std::function<void(std::size_t, std::stop_token)>& work) {
  std::stop_source all;
  const std::stop_callback forward(stop, [&all] { all.request_stop(); });
  std::atomic<std::size_t> next = 0;
  std::mutex first_mutex;
  std::exception_ptr first;
  {
    std::vector<std::jthread> pool;
    for (std::size_t t = 0; t < std::min(std::max<std::size_t>(1, threads), count); ++t)
      pool.emplace_back([&] {
        for (std::size_t i = next++; i < count && !all.stop_requested(); i = next++) {
          try {
            work(i, all.get_token());
          } catch (...) {
            const std::lock_guard guard(first_mutex);
            if (!first) first = std::current_exception();
            all.request_stop();
            return;
          }
        }
      });
  }
  if (first) std::rethrow_exception(first);
  if (all.stop_requested()) throw Cancelled();
}

std::size_t tool_slots() {
  if (const char* jobs = std::getenv("SMARTDEAL_JOBS"); jobs != nullptr)
    if (const long given = std::strtol(jobs, nullptr, 10); given >= 1 && given <= 1024)
      return static_cast<std::size_t>(given);
  return std::max(1U, std::thread::hardware_concurrency());
}

ToolSlot::ToolSlot(const std::stop_token& stop) {
  std::unique_lock lock(mutex);
  if (!freed.wait(lock, stop, [] { return taken < tool_slots(); })) throw Cancelled();
  ++taken;
}

ToolSlot::~ToolSlot() {
  {
    const std::lock_guard lock(mutex);
    --taken;
  }
  freed.notify_one();
}

}  // namespace sd::tb
