// What the lines must know of a block whose jobs they run. Two blocks can be in the array at a
// time, told apart by their tag; a tag's configuration is stable from the block's first job until
// every line has left the block.
#pragma once

#include <optional>

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct BlockConfig {
  hcl::UInt steps;                  ///< 4 bits
  hcl::UInt stride;                 ///< 4 bits: horizontal
  hcl::Bool gather;                 ///< a piece per step (all modes but window)
  std::optional<hcl::Bool> bypass;  ///< with rebuild: a weight word per step, not rebuilt
  hcl::UInt tail_segments;  ///< one bit a segment: only its first `tail_lanes` lanes are valid
  hcl::UInt tail_lanes;     ///< 1 .. macs
  BlockConfig(hcl::Fields& f, const design::DesignPoint& point);
};

/// A job as the issuer gives it to a line, and its operands as they come in later cycles.
struct JobIssue {
  hcl::UInt line;      ///< one bit a line; zero: no job in this cycle
  hcl::Bool tag;       ///< its block
  hcl::UInt segments;  ///< one bit a segment of the block: those that the job computes; not zero
  JobIssue(hcl::Fields& f, const design::DesignPoint& point);
};

/// In the cycle in which the weight buffer shows a word for a job.
struct WordLoad {
  hcl::UInt line;  ///< one bit a line
  hcl::UInt step;  ///< with bypass: the column that the word is; otherwise 0
  WordLoad(hcl::Fields& f, const design::DesignPoint& point);
};

/// In the cycle in which the input buffer shows activations for a job.
struct PieceLoad {
  hcl::UInt line;      ///< one bit a line
  hcl::UInt segments;  ///< one bit a segment: those whose slots hold data
  hcl::UInt step;      ///< with gather: the step that the piece is for; otherwise 0
  hcl::Bool last;      ///< the job's last piece
  PieceLoad(hcl::Fields& f, const design::DesignPoint& point);
};

}  // namespace sd::rtl
