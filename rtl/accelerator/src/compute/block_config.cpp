#include "rtl/accelerator/compute/block_config.hpp"

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

BlockConfig::BlockConfig(Fields& f, const design::DesignPoint& point)
    : steps(f.field<UInt>("steps", 4)),
      stride(f.field<UInt>("stride", 4)),
      gather(f.field<Bool>("gather")),
      bypass(field_if<Bool>(point.rebuild, f, "bypass")),
      tail_segments(f.field<UInt>("tail_segments", point.block_segments)),
      tail_lanes(f.field<UInt>("tail_lanes", lane_count_bits(point))) {}

JobIssue::JobIssue(Fields& f, const design::DesignPoint& point)
    : line(f.field<UInt>("line", point.lines)),
      tag(f.field<Bool>("tag")),
      segments(f.field<UInt>("segments", point.block_segments)) {}

WordLoad::WordLoad(Fields& f, const design::DesignPoint& point)
    : line(f.field<UInt>("line", point.lines)), step(f.field<UInt>("step", step_bits(point))) {}

PieceLoad::PieceLoad(Fields& f, const design::DesignPoint& point)
    : line(f.field<UInt>("line", point.lines)),
      segments(f.field<UInt>("segments", point.block_segments)),
      step(f.field<UInt>("step", step_bits(point))),
      last(f.field<Bool>("last")) {}

}  // namespace sd::rtl
