#include <fmt/format.h>

#include "rtl/design/design_point.hpp"

namespace sd::design {

std::string content_hash(const DesignPoint& point) {
  // 64-bit FNV-1a (Fowler, Noll, Vo) over to_toml(): every field by name, in one order, so that
  // neither a file's layout nor the machine matters.
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : to_toml(point))
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("{:016x}", hash);
}

}  // namespace sd::design
