#include "rtl/accelerator/control/packing.hpp"

namespace sd::rtl {

hcl::UInt BitReader::take(int width) {
  const int high = left_ - 1;
  left_ -= width;
  return bits_.bits(high, left_);
}

hcl::Bool any_of(const std::vector<hcl::Bool>& conditions) {
  return conditions.empty() ? hcl::b(false) : hcl::reduce_or(hcl::cat(conditions));
}

}  // namespace sd::rtl
