// The activation tile: banks of `macs` bytes each, written by bus beats, read as segments that
// start at any byte.
//
// Word a lies in bank a mod banks. A read takes one word of every bank, rotates them so that the
// wanted byte comes first, and clears the bytes whose column is not in 0 .. columns-1. A window
// segment is `window_bytes()` consecutive bytes; with `pointwise` its first `macs` bytes are every
// stride-th byte instead. A read with `zero` touches no memory and gives zeros. Latency: `segment`
// comes one cycle after `read`, and stays until the next one. Throughput: a read and a beat a
// cycle.
#pragma once

#include "rtl/accelerator/seam.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct InputRead {
  hcl::UInt byte_address;  ///< of the first byte, which may lie before or past its row
  hcl::SInt column;        ///< column of the first byte
  hcl::Bool zero;
  InputRead(hcl::Fields& f, const design::DesignPoint& point);
};

struct InputBufferIo {
  hcl::Valid<InputWrite> write;
  hcl::Valid<InputRead> read;
  hcl::UInt columns, stride;
  hcl::Bool pointwise;
  hcl::UInt segment;
  InputBufferIo(hcl::Ports& p, const design::DesignPoint& point);
};

class InputBuffer : public hcl::Module<InputBufferIo> {
 public:
  InputBuffer(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
