#include "checksum.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

namespace sd::pack {

namespace {

void require(int result) {
  if (result != 1)
    throw std::runtime_error("libcrypto cannot compute SHA-256; reinstall Debian package libssl3");
}

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

std::string unset_checksum() {
  return std::string(checksum_digits, '0');
}

std::string checksum_of(std::string_view bytes, std::size_t position) {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  require(context ? EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) : 0);
  const std::string zeros = unset_checksum();
  for (const std::string_view part : {bytes.substr(0, position), std::string_view(zeros),
                                      bytes.substr(position + checksum_digits)})
    require(EVP_DigestUpdate(context.get(), part.data(), part.size()));
  std::array<unsigned char, checksum_digits / 2> digest{};
  require(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr));
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

bool is_sha256(std::string_view text) {
  return text.size() == checksum_digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace sd::pack
