// A file that is read in pieces, at given places.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace sd::data {

/// Keeps the file open; may be read from several threads. Throws DataError naming the file.
class BinaryFile {
 public:
  explicit BinaryFile(std::filesystem::path file);
  ~BinaryFile();
  BinaryFile(const BinaryFile&) = delete;
  BinaryFile& operator=(const BinaryFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Bytes when it was opened.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Fills `bytes` from the place `offset` on; an error if the file ends before.
  void read(std::uint64_t offset, std::span<std::uint8_t> bytes) const;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace sd::data
