// A file without a disk, for readers that take a path.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>

/// Its content can be replaced as often as wanted.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
    if (descriptor_ < 0) std::abort();
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  void set(std::span<const std::uint8_t> bytes) {
    if (ftruncate(descriptor_, 0) != 0) std::abort();
    while (!bytes.empty()) {
      const off_t at = lseek(descriptor_, 0, SEEK_END);
      const ssize_t count = pwrite(descriptor_, bytes.data(), bytes.size(), at);
      if (count <= 0) std::abort();
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
  }

  [[nodiscard]] std::filesystem::path path() const {
    return "/proc/self/fd/" + std::to_string(descriptor_);
  }

 private:
  int descriptor_;
};
