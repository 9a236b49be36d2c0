#include "rtl/accelerator/compute/line_controls.hpp"

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

MergeControls::MergeControls(Fields& f, const design::DesignPoint& point)
    : valid(f.field<Bool>("valid")),
      line(f.field<UInt>("line", line_number_bits(point))),
      segment(f.field<UInt>("segment", segment_bits(point))),
      bank(f.field<Bool>("bank")),
      replace(f.field<Bool>("replace")) {}

}  // namespace sd::rtl
