#include "files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "regression/store.hpp"

namespace sd::regression {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw StoreError(fmt::format("cannot read {}: {}", file.string(), std::strerror(errno)));
  return text;
}

void write_file(const fs::path& file, std::string_view text) {
  const std::string aside = file.string() + ".part";
  const int descriptor = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  int error = descriptor < 0 ? errno : 0;
  while (error == 0 && !text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      error = errno;
  }
  // Without this a power failure may leave the name with nothing behind it.
  if (error == 0 && ::fsync(descriptor) != 0) error = errno;
  if (descriptor >= 0 && ::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(aside.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(aside.c_str());
  throw StoreError(fmt::format("cannot write {}: {}; {}", file.string(), std::strerror(error),
                               error == ENOSPC ? "free some space" : "choose another folder"));
}

}  // namespace sd::regression
