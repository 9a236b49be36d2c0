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
      bank(field_if<Bool>(!point.rebuild, f, "bank")),
      fill(field_if<Bool>(point.rebuild, f, "fill")),
      column(field_if<UInt>(point.rebuild, f, "column", step_bits(point))),
      fill_mask(field_if<UInt>(point.rebuild, f, "fill_mask", 2 * point.columns * 8)),
      run_index(f.field<UInt>("run_index", run_index_bits(point))),
      enable(f.field<UInt>("enable", point.macs)),
      clear(f.field<Bool>("clear")),
      activation(field_if<Vec<SInt>>(!is_booth(point), f, "activation", point.macs, 8)),
      negate(field_if<UInt>(is_booth(point), f, "negate", point.macs)),
      shift(field_if<Vec<UInt>>(is_booth(point), f, "shift", point.macs, 3)) {}

}  // namespace sd::rtl
