// How large a cache may grow.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sd::tb {

struct CacheLimit {
  std::uint64_t bytes = std::uint64_t{4} << 30;  ///< 0: no limit
  std::chrono::seconds keep{3600};  ///< what was used within this time stays, whatever its size:
                                    ///< somebody may be about to load it
};

/// The default, or what $SMARTDEAL_CACHE_LIMIT says: bytes, or a number with K, M, G or T; 0 for no
/// limit. Throws ToolError for anything else.
[[nodiscard]] CacheLimit cache_limit();

/// Notes that an entry is used now.
void touch_entry(const std::filesystem::path& entry);

/// Removes the entries of `cache` that were not used for the longest time until the rest is within
/// the limit. An entry is renamed before it is removed: it is whole or absent. Returns the names of
/// what was removed.
std::vector<std::string> evict(const std::filesystem::path& cache, const CacheLimit& limit);

}  // namespace sd::tb
