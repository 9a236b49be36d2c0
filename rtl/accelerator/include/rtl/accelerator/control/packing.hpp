// Taking apart what `hcl::pack` put together, for queues that hold a bundle.
#pragma once

#include <utility>
#include <vector>

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// Reads a packed bundle field by field, in the order of declaration (`hcl::pack` puts the first
/// into the high bits).
class BitReader {
 public:
  explicit BitReader(hcl::UInt bits) : bits_(std::move(bits)), left_(bits_.width()) {}
  [[nodiscard]] hcl::UInt take(int width);
  void read(const hcl::UInt& target) { target <<= take(target.width()); }
  void read(const hcl::SInt& target) { target <<= take(target.width()).as_sint(); }
  void read(const hcl::Bool& target) { target <<= take(1).as_bool(); }

 private:
  hcl::UInt bits_;
  int left_;
};

/// Or of all; false for none.
[[nodiscard]] hcl::Bool any_of(const std::vector<hcl::Bool>& conditions);

}  // namespace sd::rtl
