// The write ports into the compute side's buffers and the read port out of them
// (docs/accelerator.md, "The seam").
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// A beat into the input buffer; `byte_address` is a multiple of `axi_bytes()`.
struct InputWrite {
  hcl::UInt byte_address, data;
  InputWrite(hcl::Fields& f, const design::DesignPoint& point);
};

/// The zero flag of one activation row.
struct FlagWrite {
  hcl::UInt number;
  hcl::Bool nonzero;
  FlagWrite(hcl::Fields& f, const design::DesignPoint& point);
};

/// One word of `weight_word_bits()`.
struct WeightWrite {
  hcl::UInt word, data;
  WeightWrite(hcl::Fields& f, const design::DesignPoint& point);
};

/// One index buffer entry: a stored row, or the marker at the head of a matrix slice.
struct IndexWrite {
  hcl::UInt entry;
  hcl::Bool marker;
  hcl::UInt c_row;  ///< 16 bits
  hcl::UInt r;      ///< 8 bits
  IndexWrite(hcl::Fields& f, const design::DesignPoint& point);
};

/// One 64-bit parameter record.
struct ParameterWrite {
  hcl::UInt record, data;
  ParameterWrite(hcl::Fields& f, const design::DesignPoint& point);
};

/// A word to read from the output buffer; its `macs` bytes come one cycle later.
struct OutputRead {
  hcl::UInt word;
  OutputRead(hcl::Fields& f, const design::DesignPoint& point);
};

}  // namespace sd::rtl
