#include "embedded_model.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "sdengine/graph/onnx_import.hpp"

// SD_DEFAULT_MODEL is the file's path, from room.cmake. The assembler reads it: no C++ text of a
// hundred thousand numbers.
__asm__(
    ".pushsection .rodata\n"
    ".balign 16\n"
    "sd_default_model_begin:\n"
    ".incbin \"" SD_DEFAULT_MODEL
    "\"\n"
    "sd_default_model_end:\n"
    ".popsection\n");

extern "C" {
extern const std::uint8_t sd_default_model_begin[];
extern const std::uint8_t sd_default_model_end[];
}

namespace sd::core {

namespace {

/// A file in memory only: the importer takes a path, and the disk may be full or read-only.
class MemoryFile {
 public:
  explicit MemoryFile(std::span<const std::uint8_t> bytes)
      : descriptor_(::memfd_create("built-in.onnx", MFD_CLOEXEC)) {
    while (descriptor_ >= 0 && !bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) break;
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    if (!bytes.empty()) {
      const int error = errno;
      if (descriptor_ >= 0) ::close(descriptor_);
      throw std::runtime_error(
          fmt::format("cannot hold the built-in network in memory: {}", std::strerror(error)));
    }
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

std::span<const std::uint8_t> embedded_model() {
  return {sd_default_model_begin, sd_default_model_end};
}

graph::Network import_embedded_model() {
  const MemoryFile file(embedded_model());
  return graph::import_onnx(file.path());
}

}  // namespace sd::core
