// A buffer of words with one read and one write port: weight_buffer, index_buffer, output_buffer
// and parameter_buffer are this generator under their own names.
//
// Latency: `data` shows the word one cycle after `read`, and keeps it until the next one.
// Throughput: a read and a write a cycle; a read of the word being written gives the old one.
#pragma once

#include <string>

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct WordBufferIo {
  hcl::Bool write;
  hcl::UInt write_word, write_data;
  hcl::Bool read;
  hcl::UInt read_word;
  hcl::UInt data;
  WordBufferIo(hcl::Ports& p, int depth, int width);
};

class WordBuffer : public hcl::Module<WordBufferIo> {
 public:
  WordBuffer(hcl::Context& at, const std::string& module_name, int depth, int width);
};

}  // namespace sd::rtl
