// A folder of finished things, each under the hash of what it was made from.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace sd::tb {

struct CacheEntry {
  std::filesystem::path folder;
  bool found = false;  ///< it was there already
};

/// The entry `key` of `cache`, made by `make(folder)` if it is not there. `make` works in a folder
/// that nobody else looks at, which is renamed when it returns: an entry is whole or absent. Of
/// several processes that want one key, one works and the others wait for it (a lock that the
/// kernel drops when its holder dies). Half-made folders of processes that died are removed. Throws
/// what `make` throws, ToolError if the cache cannot be written, Cancelled.
[[nodiscard]] CacheEntry cached(const std::filesystem::path& cache, const std::string& key,
                                const std::function<void(const std::filesystem::path&)>& make,
                                std::stop_token stop);

}  // namespace sd::tb
