// Reads chunks of the output buffer, word after word, and gives them as bus beats.
//
// A chunk begins at a word; the words of the next begin `words_between` later. Latency: three
// cycles. Throughput: a word a cycle, or a beat a cycle where words are wider than beats. `drop`
// forgets everything.
#pragma once

#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/seam.hpp"

namespace sd::rtl {

struct OutputChunks {
  hcl::UInt word, words_between, chunk_beats, chunks;
  OutputChunks(hcl::Fields& f, const design::DesignPoint& point);
};

struct OutputReaderIo {
  hcl::Decoupled<OutputChunks> chunks;
  hcl::Decoupled<hcl::UInt> beat;
  hcl::Valid<OutputRead> read;
  hcl::UInt data;  ///< of the word read in the cycle before
  hcl::Bool drop;
  OutputReaderIo(hcl::Ports& p, const design::DesignPoint& point);
};

class OutputReader : public hcl::Module<OutputReaderIo> {
 public:
  OutputReader(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
