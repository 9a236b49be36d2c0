#include "write_aside.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sdengine/pack/sd_file.hpp"

namespace sd::pack {

namespace {

/// 0, or errno of what failed.
int write_all(const std::filesystem::path& file, std::string_view bytes) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return errno;
  int problem = 0;
  while (problem == 0 && !bytes.empty()) {
    const ssize_t count = write(descriptor, bytes.data(), bytes.size());
    if (count >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      problem = errno;
  }
  if (problem == 0 && fsync(descriptor) != 0) problem = errno;
  if (close(descriptor) != 0 && problem == 0) problem = errno;
  return problem;
}

}  // namespace

void write_aside(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::path aside = file;
  aside += fmt::format(".{}.partial", getpid());
  std::error_code ignored;
  std::filesystem::remove(aside, ignored);  // a leftover of a process of the same number
  std::error_code error;
  if (const int problem = write_all(aside, bytes); problem != 0)
    error = {problem, std::generic_category()};
  else
    std::filesystem::rename(aside, file, error);
  if (!error) return;
  std::filesystem::remove(aside, ignored);
  throw FileError(
      fmt::format("cannot write '{}': {}; check the folder, its permissions and the disk's space",
                  file.string(), error.message()));
}

}  // namespace sd::pack
