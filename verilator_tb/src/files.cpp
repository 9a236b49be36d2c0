#include "files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

namespace sd::tb {

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in) throw ToolError(fmt::format("cannot read {}: {}", file.string(), std::strerror(errno)));
  return std::move(text).str();
}

void write_file(const std::filesystem::path& file, std::string_view text) {
  const auto fail = [&file](int error) {
    throw ToolError(fmt::format("cannot write {}: {}{}", file.string(), std::strerror(error),
                                error == ENOSPC ? "; free some space and run again" : ""));
  };
  const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (out < 0) fail(errno);
  int error = 0;
  while (!text.empty() && error == 0) {
    const ssize_t count = ::write(out, text.data(), text.size());
    if (count >= 0)
      text.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      error = errno;
  }
  if (::close(out) != 0 && error == 0) error = errno;
  if (error != 0) fail(error);
}

void create_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw ToolError(
        fmt::format("cannot create the folder {}: {}", folder.string(), error.message()));
}

}  // namespace sd::tb
