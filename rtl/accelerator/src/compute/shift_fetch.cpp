#include "rtl/accelerator/compute/shift_fetch.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

ShiftFetchIo::ShiftFetchIo(Ports& p, const design::DesignPoint& point)
    : start(p.input<Bool>("start")),
      needed(p.input<Bool>("needed")),
      record(p.input<UInt>("record", record_bits(point))),
      slices(p.input<UInt>("slices", slice_count_bits(point))),
      allowed(p.input<Bool>("allowed")),
      read(p.output<Valid<UInt>>("read", record_bits(point))),
      load(p.output<Valid<UInt>>("load", slice_number_bits(point))),
      ready(p.output<Bool>("ready")) {}

ShiftFetch::ShiftFetch(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("shift_fetch").about("Every slice's shift, from the parameter buffer."),
             point) {
  auto active = reg<Bool>("active", Reset{0});
  auto record = reg<UInt>("record", no_reset, record_bits(point));
  auto slice = reg<UInt>("slice", no_reset, slice_number_bits(point));
  auto left = reg<UInt>("left", no_reset, slice_count_bits(point));
  auto loading = reg<Bool>("loading", Reset{0});
  auto loaded_slice = reg<UInt>("loaded_slice", no_reset, slice_number_bits(point));

  const Bool go = name("go", active & io.allowed);
  when(io.start, [&] {
    active <<= io.needed;
    record <<= io.record;
    slice <<= 0;
    left <<= io.slices;
  }).elsewhen(go, [&] {
    active <<= left != 1;
    record <<= wrap(record + 1);
    slice <<= wrap(slice + 1);
    left <<= wrap(left - 1);
  });
  io.read.valid <<= go;
  io.read.bits <<= record;
  loading <<= go;
  when(go, [&] { loaded_slice <<= slice; });
  io.load.valid <<= loading;
  io.load.bits <<= loaded_slice;
  io.ready <<= ~active;

  assert_("slices_left", implies(active, left != 0));
}

}  // namespace sd::rtl
