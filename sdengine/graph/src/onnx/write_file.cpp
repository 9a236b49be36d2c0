#include "write_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace sd::graph {
namespace {

/// True if all went to the disk; errno says why not.
bool write_all(const std::filesystem::path& file, const std::string& bytes) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return false;
  std::size_t done = 0;
  bool good = true;
  while (good && done < bytes.size()) {
    const ssize_t count = write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
    } else {
      good = errno == EINTR;
    }
  }
  good = good && fsync(descriptor) == 0;
  const int reason = errno;
  const bool closed = close(descriptor) == 0;
  if (!good) errno = reason;
  return good && closed;
}

}  // namespace

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::filesystem::path aside = file;
  aside += fmt::format(".{}.partial", getpid());
  std::error_code error;
  std::filesystem::remove(aside, error);
  if (!write_all(aside, bytes)) {
    const std::string reason = std::strerror(errno);
    std::filesystem::remove(aside, error);
    throw std::runtime_error(
        fmt::format("cannot write '{}': {}; check the folder, its permissions and the disk's space",
                    file.string(), reason));
  }
  std::filesystem::rename(aside, file, error);
  if (error) {
    const std::string reason = error.message();
    std::filesystem::remove(aside, error);
    throw std::runtime_error(fmt::format("cannot write '{}': {}", file.string(), reason));
  }
}

}  // namespace sd::graph
