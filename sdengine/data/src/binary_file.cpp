#include "binary_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "sdengine/data/dataset.hpp"

namespace sd::data {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& reason) {
  throw DataError(fmt::format("cannot read data file '{}': {}", file.string(), reason));
}

std::string reason() {
  return std::generic_category().message(errno);
}

}  // namespace

BinaryFile::BinaryFile(std::filesystem::path file) : path_(std::move(file)) {
  // Without O_NONBLOCK, a pipe of that name would wait for a writer.
  descriptor_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) fail(path_, reason());
  struct stat status {};
  const bool known = fstat(descriptor_, &status) == 0;
  if (!known || !S_ISREG(status.st_mode)) {
    const std::string why = known ? "it is not a file" : reason();
    close(descriptor_);
    fail(path_, why);
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

BinaryFile::~BinaryFile() {
  close(descriptor_);
}

void BinaryFile::read(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t count =
        pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path_, reason());
    if (count == 0) fail(path_, fmt::format("it ends at byte {}; copy it again", offset));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

}  // namespace sd::data
