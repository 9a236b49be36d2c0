#include "compute/raster.hpp"

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

Raster::Raster(Fields& f)
    : x(f.field<UInt>("x", 16)),
      row(f.field<UInt>("row", 16)),
      position(f.field<UInt>("position", 16)),
      left(f.field<UInt>("left", 16)) {}

void Raster::restart(const UInt& columns) const {
  x <<= 0;
  row <<= 0;
  position <<= 0;
  left <<= columns;
}

RasterStep::RasterStep(ModuleBase& module, const std::string& prefix, const Raster& now,
                       const UInt& rows, const UInt& columns, const UInt& pitch, int macs)
    : ends_row(module.name(prefix + "_ends_row", now.x + 1 == pitch)),
      ends_map(module.name(prefix + "_ends_map", ends_row & (now.row + 1 == rows))),
      x(mux(ends_row, u(0, 16), wrap(now.x + 1))),
      row(wrap(now.row + ends_row.as_uint().extend(16))),
      position(wrap(now.position + 1)),
      left(mux(ends_row, columns, mux(now.left > macs, wrap(now.left - macs), u(0, 16)))) {}

void RasterStep::drive(const Raster& place) const {
  place.x <<= x;
  place.row <<= row;
  place.position <<= position;
  place.left <<= left;
}

UInt lanes_at(const Raster& place, const design::DesignPoint& point) {
  return mux(place.left < point.macs, place.left, u(point.macs, 16))
      .truncate(lane_count_bits(point));
}

}  // namespace sd::rtl
