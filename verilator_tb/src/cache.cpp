#include "cache.hpp"

#include <fmt/format.h>

#include <chrono>
#include <system_error>
#include <thread>

#include "cache_limit.hpp"
#include "cache_lock.hpp"
#include "files.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;

CacheLock wait_for(const fs::path& file, const std::stop_token& stop) {
  for (;;) {
    if (auto lock = CacheLock::try_take(file)) return std::move(*lock);
    if (stop.stop_requested()) throw Cancelled();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// Removes what processes left that died while they built: their locks are free.
void sweep(const fs::path& cache) {
  std::error_code error;
  for (fs::directory_iterator at(cache, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != unfinished) continue;
    if (const auto lock =
            CacheLock::try_take(fs::path(at->path()).replace_extension(lock_suffix))) {
      std::error_code ignored;
      fs::remove_all(at->path(), ignored);
    }
  }
}

}  // namespace

CacheEntry cached(const fs::path& cache, const std::string& key,
                  const std::function<void(const fs::path&)>& make, std::stop_token stop) {
  const fs::path entry = cache / key;
  const CacheLimit limit = cache_limit();
  std::error_code error;
  touch_entry(entry);  // before the look, so that nobody removes what is found
  if (fs::is_directory(entry, error)) return {entry, true};

  create_folder(cache);
  sweep(cache);
  const CacheLock lock = wait_for(cache / (key + lock_suffix), stop);
  if (fs::is_directory(entry, error)) return {entry, true};  // somebody else made it meanwhile

  const fs::path work = cache / (key + unfinished);
  fs::remove_all(work, error);
  create_folder(work);
  try {
    make(work);
    fs::rename(work, entry, error);
    if (error)
      throw ToolError(fmt::format("cannot rename {} to {}: {}", work.string(), entry.string(),
                                  error.message()));
  } catch (...) {
    fs::remove_all(work, error);
    throw;
  }
  touch_entry(entry);
  evict(cache, limit);
  return {entry, false};
}

}  // namespace sd::tb
