#include "workbench/core/write_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "workbench/core/job.hpp"

namespace sd::core {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, int error) {
  const char* advice = error == ENOSPC ? "free some space" : "choose another place";
  throw InputError(
      fmt::format("cannot write {}: {}; {}", file.string(), std::strerror(error), advice));
}

/// Returns 0, or the system's error number.
int write_all(int descriptor, std::string_view contents) {
  while (!contents.empty()) {
    const ssize_t written = ::write(descriptor, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

void write_directly(const fs::path& file, std::string_view contents) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) fail(file, errno);
  int error = write_all(descriptor, contents);
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error != 0) fail(file, error);
}

/// Where a chain of links ends, so that a link to a report stays a link.
fs::path resolved(const fs::path& file) {
  std::error_code failed;
  fs::path target = fs::weakly_canonical(file, failed);
  return failed ? file : target;
}

}  // namespace

void write_file(const fs::path& file, std::string_view contents) {
  std::error_code ignored;
  const fs::path target = resolved(file);
  if (fs::is_directory(target, ignored)) fail(file, EISDIR);
  if (fs::exists(target, ignored) && !fs::is_regular_file(target, ignored)) {
    write_directly(target, contents);
    return;
  }
  const std::string aside = fmt::format("{}.{}.part", target.string(), ::getpid());
  const int descriptor = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) fail(file, errno);
  int error = write_all(descriptor, contents);
  if (error == 0 && ::fsync(descriptor) != 0) error = errno;
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(aside.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(aside.c_str());
    fail(file, error);
  }
}

void check_writable(const fs::path& file) {
  std::error_code ignored;
  const fs::path target = resolved(file);
  if (fs::is_directory(target, ignored)) fail(file, EISDIR);
  if (fs::exists(target, ignored)) {
    if (::access(target.c_str(), W_OK) != 0) fail(file, errno);
    if (!fs::is_regular_file(target, ignored)) return;
  }
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (::access(folder.c_str(), W_OK | X_OK) != 0) fail(file, errno);
}

}  // namespace sd::core
