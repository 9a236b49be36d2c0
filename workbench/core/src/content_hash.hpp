// SHA-256, so that a report's hashes can be checked with sha256sum.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st;

namespace sd::core {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  void add(std::span<const std::uint8_t> bytes);
  [[nodiscard]] Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

[[nodiscard]] Digest sha256(std::span<const std::uint8_t> bytes);

/// "sha256:" and 64 hex digits.
[[nodiscard]] std::string to_string(const Digest& digest);

/// to_string() of the SHA-256 of a file's bytes. Throws InputError if it cannot be read.
[[nodiscard]] std::string hash_of_file(const std::filesystem::path& file);

}  // namespace sd::core
