#include "mapped_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sdengine/pack/sd_file.hpp"

namespace sd::pack {

namespace {

/// Closes a descriptor; a map does not need it any more.
class Descriptor {
 public:
  // Without O_NONBLOCK, opening a pipe would wait for someone to write into it.
  explicit Descriptor(const char* file) : value_(open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  [[nodiscard]] int value() const { return value_; }

 private:
  int value_;
};

[[noreturn]] void fail(const std::filesystem::path& file, const char* reason) {
  throw FileError(fmt::format("cannot read '{}': {}", file.string(), reason));
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& file) {
  const Descriptor descriptor(file.c_str());
  struct stat status {};
  if (descriptor.value() < 0 || fstat(descriptor.value(), &status) != 0)
    fail(file, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) fail(file, "it is not a file");
  if (status.st_size == 0) fail(file, "it is empty");
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.value(), 0);
  if (start == MAP_FAILED) fail(file, std::strerror(errno));
  bytes_ = {static_cast<const char*>(start), size};
}

MappedFile::~MappedFile() {
  // munmap takes what mmap gave, without const.
  munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

}  // namespace sd::pack
