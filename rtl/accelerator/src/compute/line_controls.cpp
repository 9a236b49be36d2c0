#include "rtl/accelerator/compute/line_controls.hpp"

#include <algorithm>

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

bool is_booth(const design::DesignPoint& point) {
  return point.mac_kind == design::MacKind::booth_serial;
}

}  // namespace

LineControls::LineControls(Fields& f, const design::DesignPoint& point)
    : load(f.field<Bool>("load")),
      load_bank(field_if<Bool>(!point.rebuild, f, "load_bank")),
      fill(field_if<Bool>(point.rebuild, f, "fill")),
      fill_bypass(field_if<Bool>(point.rebuild, f, "fill_bypass")),
      fill_column(field_if<UInt>(point.rebuild, f, "fill_column", step_bits(point))),
      fill_index(field_if<UInt>(point.rebuild, f, "fill_index", run_index_bits(point))),
      run_index(f.field<UInt>("run_index", run_index_bits(point))),
      enable(f.field<Bool>("enable")),
      replace(f.field<Bool>("replace")),
      segment(f.field<UInt>("segment", segment_bits(point))),
      activations(field_if<UInt>(!is_booth(point), f, "activations", point.macs * 8)),
      digit(field_if<UInt>(is_booth(point), f, "digit", point.macs)),
      negate(field_if<UInt>(is_booth(point), f, "negate", point.macs)),
      shift(field_if<UInt>(is_booth(point), f, "shift", point.macs * 3)) {}

int merge_width(const design::DesignPoint& point) {
  return std::min(point.block_segments, 2);
}

MergeControls::MergeControls(Fields& f, const design::DesignPoint& point)
    : valid(f.field<Bool>("valid")),
      line(f.field<UInt>("line", line_number_bits(point))),
      group(f.field<UInt>("group", bits_for(point.block_segments / merge_width(point) - 1))),
      bank(f.field<Bool>("bank")),
      take(f.field<UInt>("take", merge_width(point))),
      replace(f.field<UInt>("replace", merge_width(point))) {}

UInt segment_of_group(const design::DesignPoint& point, const UInt& group, int member) {
  // One group at most: its number has a bit that means nothing.
  if (point.block_segments <= 2) return u(member, 1);
  return cat(group, u(member, 1));
}

}  // namespace sd::rtl
