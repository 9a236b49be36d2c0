#include "rtl/accelerator/compute/merge_control.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

MergeControlIo::MergeControlIo(Ports& p, const design::DesignPoint& point)
    : tag(p.input<Bool>("tag")),
      request(p.input<UInt>("request", point.lines)),
      touched(p.input<Vec<UInt>>("touched", point.lines, point.block_segments)),
      bank_free(p.input<UInt>("bank_free", 2)),
      grant(p.output<UInt>("grant", point.lines)),
      merge(p.output<MergeControls>("merge", point)),
      line(p.output<UInt>("line", point.lines)),
      unmerged(p.output<UInt>("unmerged", point.block_segments)),
      wanted(p.output<Bool>("wanted")),
      release(p.input<Valid<Bool>>("release")),
      drain_bank(p.input<Bool>("drain_bank")),
      drain_segment(p.input<UInt>("drain_segment", segment_bits(point))),
      drain_zero(p.output<Bool>("drain_zero")) {}

MergeControl::MergeControl(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("merge_control")
                 .about("Whose turn it is to merge its sums into the drain registers."),
             point) {
  const int segments = point.block_segments;
  auto busy = reg<Bool>("busy", Reset{0});
  auto line = reg<UInt>("line", Reset{0}, point.lines);
  auto line_number = reg<UInt>("line_number", no_reset, line_number_bits(point));
  auto bank = reg<Bool>("bank", no_reset);
  auto remaining = reg<UInt>("remaining", Reset{0}, segments);
  // By bank and segment: no sums yet.
  auto fresh = reg<UInt>("fresh", Reset{(1LL << (2 * segments)) - 1}, 2 * segments);
  const auto fresh_at = [&](const Bool& of_bank, const UInt& segment) {
    return fresh.bit_at(segments == 1 ? of_bank.as_uint() : cat(of_bank, segment));
  };

  // The lowest group that has a segment left, one bit a group and one bit a segment.
  const int width = merge_width(point), groups = segments / width;
  std::vector<UInt> any;
  for (int p = 0; p < groups; ++p)
    any.push_back(reduce_or(remaining.bits((p + 1) * width - 1, p * width)).as_uint());
  const UInt group = name("group", lowest_set(pack_low_first(any)));
  std::vector<UInt> members;
  for (int t = 0; t < segments; ++t) members.push_back(group.bit(t / width).as_uint());
  const UInt chosen = name("chosen", remaining & pack_low_first(members));
  const UInt after = name("after", remaining & ~chosen);
  const Bool is_free = name("is_free", mux(io.tag, io.bank_free.bit(0), io.bank_free.bit(1)));
  const Bool can_grant = name("can_grant", is_free & (~busy | (after == 0)));
  const UInt grant = name("grant", mux(can_grant, lowest_set(io.request), u(0, point.lines)));
  const UInt grant_number =
      name("grant_number", one_hot_number(grant).truncate(line_number_bits(point)));
  when(grant != 0, [&] {
    busy <<= true;
    line <<= grant;
    line_number <<= grant_number;
    bank <<= ~io.tag;
    remaining <<= io.touched.at(grant_number);
  }).elsewhen(busy, [&] {
    busy <<= after != 0;
    remaining <<= after;
    when(after == 0, [&] { line <<= 0; });
  });
  io.grant <<= grant;
  io.line <<= line;
  io.unmerged <<= after;
  io.wanted <<= (io.request != 0) & ~is_free;

  const UInt group_number =
      name("group_number", one_hot_number(group).truncate(bits_for(groups - 1)));
  io.merge.valid <<= busy;
  io.merge.line <<= line_number;
  io.merge.group <<= group_number;
  io.merge.bank <<= bank;
  std::vector<UInt> take, replace;
  for (int g = 0; g < width; ++g) {
    std::vector<Bool> mine;
    for (int p = 0; p < groups; ++p) mine.push_back(chosen.bit(p * width + g));
    take.push_back(reduce_or(cat(mine)).as_uint());
    replace.push_back(fresh_at(bank, segment_of_group(point, group_number, g)).as_uint());
  }
  io.merge.take <<= pack_low_first(take);
  io.merge.replace <<= pack_low_first(replace);
  io.drain_zero <<= fresh_at(io.drain_bank, io.drain_segment);

  const UInt none = u(0, segments);
  const UInt ones = u((1 << segments) - 1, segments);
  const auto in_bank = [&](const Bool& which, const UInt& bits) {
    return mux(which, cat(bits, none), cat(none, bits));
  };
  const UInt taken = name("taken", mux(busy, in_bank(bank, chosen), cat(none, none)));
  const UInt emptied =
      name("emptied", mux(io.release.valid, in_bank(io.release.bits, ones), cat(none, none)));
  fresh <<= (fresh & ~taken) | emptied;

  assert_("granted_with_sums", implies(grant != 0, io.touched.at(grant_number) != 0));
  assert_("merges_into_a_free_bank",
          implies(busy, mux(bank, io.bank_free.bit(1), io.bank_free.bit(0))));
  assert_("no_release_while_merging", implies(busy & io.release.valid, io.release.bits != bank));
}

}  // namespace sd::rtl
