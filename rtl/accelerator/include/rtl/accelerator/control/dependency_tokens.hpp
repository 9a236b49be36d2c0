// The five token counters that order the three units: load->compute, compute->load, compute->store,
// store->compute, store->load.
//
// A push counts in the next cycle. At most 255 tokens wait in a counter; a push into a full one is
// lost.
#pragma once

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct DependencyTokensIo {
  hcl::Bool clear;
  struct Counter {
    hcl::Bool push, pop, available;
    Counter(hcl::Ports& p, const std::string& name);
  };
  Counter load_to_compute, compute_to_load, compute_to_store, store_to_compute, store_to_load;
  explicit DependencyTokensIo(hcl::Ports& p);
};

class DependencyTokens : public hcl::Module<DependencyTokensIo> {
 public:
  explicit DependencyTokens(hcl::Context& at);
};

}  // namespace sd::rtl
