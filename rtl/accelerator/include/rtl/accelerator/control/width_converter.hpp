// Bus beats to words of any width, low bits first and without gaps.
//
// `word` is always accepted. Throughput: a beat a cycle where words are as wide as beats or wider,
// else a word a cycle. `flush` forgets what is left of a stream.
#pragma once

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct WidthConverterIo {
  hcl::Decoupled<hcl::UInt> beat;
  hcl::Valid<hcl::UInt> word;
  hcl::Bool flush;
  WidthConverterIo(hcl::Ports& p, int beat_bits, int word_bits);
};

class WidthConverter : public hcl::Module<WidthConverterIo> {
 public:
  WidthConverter(hcl::Context& at, int beat_bits, int word_bits);
};

}  // namespace sd::rtl
