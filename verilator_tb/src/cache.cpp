#include "cache.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>

#include "files.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;
constexpr const char* unfinished = ".unfinished";
constexpr const char* lock_suffix = ".lock";

/// An exclusive lock on a file, dropped by the kernel when the process ends in whatever way.
class Lock {
 public:
  /// Empty if somebody else holds it.
  static std::optional<Lock> try_take(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0)
      throw ToolError(fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return Lock(descriptor);
    const int error = errno;
    ::close(descriptor);
    if (error != EWOULDBLOCK && error != EINTR)
      throw ToolError(fmt::format(
          "cannot lock {}: {}; set SMARTDEAL_CACHE to a folder on a disk that knows locks",
          file.string(), std::strerror(error)));
    return std::nullopt;
  }
  Lock(Lock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  Lock& operator=(Lock&&) = delete;
  ~Lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  explicit Lock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

Lock wait_for(const fs::path& file, const std::stop_token& stop) {
  for (;;) {
    if (auto lock = Lock::try_take(file)) return std::move(*lock);
    if (stop.stop_requested()) throw Cancelled();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// Removes what processes left that died while they built: their locks are free.
void sweep(const fs::path& cache) {
  std::error_code error;
  for (fs::directory_iterator at(cache, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != unfinished) continue;
    if (const auto lock = Lock::try_take(fs::path(at->path()).replace_extension(lock_suffix))) {
      std::error_code ignored;
      fs::remove_all(at->path(), ignored);
    }
  }
}

}  // namespace

CacheEntry cached(const fs::path& cache, const std::string& key,
                  const std::function<void(const fs::path&)>& make, std::stop_token stop) {
  const fs::path entry = cache / key;
  std::error_code error;
  if (fs::is_directory(entry, error)) return {entry, true};

  create_folder(cache);
  sweep(cache);
  const Lock lock = wait_for(cache / (key + lock_suffix), stop);
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
  return {entry, false};
}

}  // namespace sd::tb
