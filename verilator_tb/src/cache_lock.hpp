// The lock of one cache entry, between processes.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "verilator_tb/errors.hpp"

namespace sd::tb {

inline constexpr const char* unfinished = ".unfinished";
inline constexpr const char* lock_suffix = ".lock";

/// An exclusive lock on a file, dropped by the kernel when the process ends in whatever way.
class CacheLock {
 public:
  /// Empty if somebody else holds it.
  static std::optional<CacheLock> try_take(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0)
      throw ToolError(fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return CacheLock(descriptor);
    const int error = errno;
    ::close(descriptor);
    if (error != EWOULDBLOCK && error != EINTR)
      throw ToolError(fmt::format(
          "cannot lock {}: {}; set SMARTDEAL_CACHE to a folder on a disk that knows locks",
          file.string(), std::strerror(error)));
    return std::nullopt;
  }
  CacheLock(CacheLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  CacheLock& operator=(CacheLock&&) = delete;
  ~CacheLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  explicit CacheLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace sd::tb
