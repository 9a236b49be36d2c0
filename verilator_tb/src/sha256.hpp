// Content hashes of cache entries and manifests: SHA-256, by libcrypto.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace sd::tb {

class Sha256 {
 public:
  Sha256();
  Sha256& add(std::string_view bytes);
  /// Adds the length too, so that ("ab", "c") and ("a", "bc") differ.
  Sha256& add_field(std::string_view bytes);
  /// 64 hex digits; the object is used up.
  [[nodiscard]] std::string hex();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace sd::tb
