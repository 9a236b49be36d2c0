// A file's bytes, read through a memory map.
#pragma once

#include <filesystem>
#include <string_view>

namespace sd::pack {

class MappedFile {
 public:
  /// Throws FileError saying why `file` cannot be read: it must be a regular file that is not
  /// empty.
  explicit MappedFile(const std::filesystem::path& file);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

}  // namespace sd::pack
