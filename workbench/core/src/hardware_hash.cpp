#include "hardware_hash.hpp"

#include <algorithm>
#include <vector>

#include "content_hash.hpp"

namespace sd::core {

std::string hash_of_sources(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".sv") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Sha256 hash;
  for (const auto& file : files) {
    const std::string text = file.filename().string() + " " + hash_of_file(file) + "\n";
    hash.add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  return to_string(hash.finish());
}

}  // namespace sd::core
