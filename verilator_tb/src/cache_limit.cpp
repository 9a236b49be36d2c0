#include "cache_limit.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "cache_lock.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;

struct Entry {
  fs::path path;
  fs::file_time_type used;
  std::uint64_t bytes = 0;
};

std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error))
    if (std::error_code ignored; at->is_regular_file(ignored)) bytes += at->file_size(ignored);
  return bytes;
}

}  // namespace

CacheLimit cache_limit() {
  CacheLimit limit;
  const char* given = std::getenv("SMARTDEAL_CACHE_LIMIT");
  if (given == nullptr || *given == '\0') return limit;
  char* end = nullptr;
  const double number = std::strtod(given, &end);
  const std::string unit = end;
  double factor = -1;
  if (unit.empty() || unit == "B") factor = 1;
  if (unit == "K") factor = 1024.0;
  if (unit == "M") factor = 1024.0 * 1024;
  if (unit == "G") factor = 1024.0 * 1024 * 1024;
  if (unit == "T") factor = 1024.0 * 1024 * 1024 * 1024;
  if (end == given || factor < 0 || !(number >= 0) || number * factor > 1e18)
    throw ToolError(
        fmt::format("SMARTDEAL_CACHE_LIMIT is \"{}\": give bytes, or a number with K, M, G or T, "
                    "such as 4G; 0 for no limit",
                    given));
  limit.bytes = static_cast<std::uint64_t>(number * factor);
  return limit;
}

void touch_entry(const fs::path& entry) {
  std::error_code ignored;
  fs::last_write_time(entry, fs::file_time_type::clock::now(), ignored);
}

std::vector<std::string> evict(const fs::path& cache, const CacheLimit& limit) {
  std::vector<std::string> removed;
  if (limit.bytes == 0) return removed;
  std::vector<Entry> entries;
  std::uint64_t total = 0;
  std::error_code error;
  for (fs::directory_iterator at(cache, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;  // another process may remove entries too
    // Only what cached() made has a lock; a cache may lie inside of another's folder.
    if (!at->is_directory(gone) || at->path().extension() == unfinished ||
        !fs::exists(at->path().string() + lock_suffix, gone))
      continue;
    Entry entry{at->path(), at->last_write_time(gone), bytes_in(at->path())};
    total += entry.bytes;
    if (!gone) entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.used < b.used; });
  const auto recent = fs::file_time_type::clock::now() - limit.keep;
  for (const Entry& entry : entries) {
    if (total <= limit.bytes || entry.used > recent) break;
    const auto lock = CacheLock::try_take(entry.path.string() + lock_suffix);
    if (!lock) continue;
    // It may have been used since the list was made.
    std::error_code gone;
    if (fs::last_write_time(entry.path, gone) != entry.used || gone) continue;
    const fs::path aside = entry.path.string() + unfinished;
    fs::rename(entry.path, aside, gone);
    if (gone) continue;
    fs::remove_all(aside, gone);
    total -= entry.bytes;
    removed.push_back(entry.path.filename().string());
  }
  return removed;
}

}  // namespace sd::tb
