#include "content_hash.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <fstream>
#include <stdexcept>
#include <vector>

#include "workbench/core/job.hpp"

namespace sd::core {

namespace {

void require(int result) {
  if (result != 1)
    throw std::runtime_error("libcrypto cannot compute SHA-256; reinstall Debian package libssl3");
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ ? EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) : 0);
}

void Sha256::add(std::span<const std::uint8_t> bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

Digest Sha256::finish() {
  Digest digest{};
  require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
  return digest;
}

Digest sha256(std::span<const std::uint8_t> bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.finish();
}

std::string to_string(const Digest& digest) {
  std::string text = "sha256:";
  for (const std::uint8_t byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

std::string hash_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  Sha256 hash;
  std::vector<char> part(1 << 16);
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
    hash.add({reinterpret_cast<const std::uint8_t*>(part.data()),
              static_cast<std::size_t>(in.gcount())});
  }
  if (in.bad())
    throw InputError(fmt::format("cannot read {} to its end; check the disk", file.string()));
  return to_string(hash.finish());
}

}  // namespace sd::core
