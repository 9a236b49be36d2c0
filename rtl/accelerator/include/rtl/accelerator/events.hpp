// What the compute side adds to the performance counters in a cycle. Each field carries the
// counter's name and is as wide as its largest increment. The counters of writes into the compute
// side's buffers by loads, of output buffer reads and of the other units are the control side's
// own.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct ComputeEvents {
  hcl::UInt macs;                     ///< counter 1
  hcl::UInt mac_active;               ///< counter 2
  hcl::Bool rows_executed;            ///< counter 3
  hcl::UInt rows_skipped_weight;      ///< counter 4, 16 bits
  hcl::Bool rows_skipped_activation;  ///< counter 5
  hcl::UInt input_buffer_reads;       ///< counter 8, words
  hcl::Bool weight_buffer_reads;      ///< counter 10
  hcl::Bool index_buffer_reads;       ///< counter 12
  hcl::Bool output_buffer_writes;     ///< counter 15
  hcl::UInt weights_rebuilt;          ///< counter 16
  hcl::UInt outputs;                  ///< counter 17
  hcl::Bool select_stall_cycles;      ///< counter 18
  hcl::Bool drain_stall_cycles;       ///< counter 19
  hcl::Bool compute_busy_cycles;      ///< counter 21: a command is in the unit
  hcl::Bool local_writes;             ///< counter 23
  hcl::UInt vector_operations;        ///< counter 24
  hcl::UInt residual_outputs;         ///< counter 25

  ComputeEvents(hcl::Fields& f, const design::DesignPoint& point);
};

}  // namespace sd::rtl
