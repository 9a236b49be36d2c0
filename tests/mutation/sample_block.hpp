// A little block with a place for each verdict: see campaign_test.cpp.
#pragma once

#include "rtl/hcl/hcl.hpp"

namespace sd::mutation::test {

struct SampleIo {
  hcl::UInt a, b;
  hcl::Bool start;
  hcl::UInt sum, same, unseen;
  explicit SampleIo(hcl::Ports& p)
      : a(p.input<hcl::UInt>("a", 4)),
        b(p.input<hcl::UInt>("b", 4)),
        start(p.input<hcl::Bool>("start")),
        sum(p.output<hcl::UInt>("sum", 5)),
        same(p.output<hcl::UInt>("same", 4)),
        unseen(p.output<hcl::UInt>("unseen", 4)) {}
};

class SampleBlock : public hcl::Module<SampleIo> {
 public:
  explicit SampleBlock(hcl::Context& at, int width = 4)
      : Module(at, hcl::ModuleName("sample_block").with("WIDTH", width)) {
    auto sum = reg<hcl::UInt>("sum", hcl::Reset{0}, 5);
    when(io.start, [&] { sum <<= io.a + io.b; });  // tested
    io.sum <<= sum;
    io.same <<= io.a & io.a;    // | does the same
    io.unseen <<= io.a ^ io.b;  // no test reads it
  }
};

}  // namespace sd::mutation::test
