#include "rtl/accelerator/compute/result_writer.hpp"

#include <string>
#include <vector>

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/output_stage.hpp"

namespace sd::rtl {

using namespace hcl;

ResultPlace::ResultPlace(Fields& f, const design::DesignPoint& point)
    : to_output(f.field<Bool>("to_output")),
      to_input(f.field<Bool>("to_input")),
      output_word(f.field<UInt>("output_word", output_bits(point))),
      local_word(f.field<UInt>("local_word", input_word_bits(point))),
      flag(f.field<UInt>("flag", flag_bits(point))),
      first_of_row(f.field<Bool>("first_of_row")),
      lanes(f.field<UInt>("lanes", lane_count_bits(point))),
      residual(f.field<Bool>("residual")),
      last(f.field<Bool>("last")) {}

ResultWriterIo::ResultWriterIo(Ports& p, const design::DesignPoint& point)
    : place(p.input<Valid<ResultPlace>>("place", point)),
      output_write(p.output<Valid<UInt>>("output_write", output_bits(point))),
      local_write(p.output<Valid<UInt>>("local_write", input_word_bits(point))),
      local_flag(p.output<UInt>("local_flag", flag_bits(point))),
      first_of_row(p.output<Bool>("first_of_row")),
      outputs(p.output<UInt>("outputs", lane_count_bits(point))),
      residual_outputs(p.output<UInt>("residual_outputs", lane_count_bits(point))),
      hold(p.output<Bool>("hold")),
      done(p.output<Bool>("done")) {}

ResultWriter::ResultWriter(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("result_writer")
                 .about("Where the words in the output stage go when they leave it."),
             point) {
  constexpr int hold_stage = OutputStage::latency - 2;
  static_assert(hold_stage > 0, "hold comes from a register");
  std::vector<Bool> valid{io.place.valid};
  std::vector<ResultPlace> places{io.place.bits};
  for (int i = 1; i <= OutputStage::latency; ++i) {
    auto valid_now = reg<Bool>("valid" + std::to_string(i), Reset{0});
    auto place = reg<ResultPlace>("place" + std::to_string(i), no_reset, point);
    valid_now <<= valid.back();
    when(valid.back(), [&] { place <<= places.back(); });
    valid.push_back(valid_now);
    places.push_back(place);
    if (i == hold_stage) io.hold <<= valid_now & place.to_input;
  }
  const ResultPlace& out = places.back();
  const Bool leaves = valid.back();
  const UInt none = u(0, lane_count_bits(point));
  io.output_write.valid <<= leaves & out.to_output;
  io.output_write.bits <<= out.output_word;
  io.local_write.valid <<= leaves & out.to_input;
  io.local_write.bits <<= out.local_word;
  io.local_flag <<= out.flag;
  io.first_of_row <<= out.first_of_row;
  io.outputs <<= mux(leaves, out.lanes, none);
  io.residual_outputs <<= mux(leaves & out.residual, out.lanes, none);
  auto done = reg<Bool>("done", Reset{0});
  done <<= leaves & out.last;
  io.done <<= done;

  assert_("goes_somewhere", implies(leaves, out.to_output | out.to_input));
}

}  // namespace sd::rtl
