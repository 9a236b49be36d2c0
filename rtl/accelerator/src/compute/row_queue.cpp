#include "rtl/accelerator/compute/row_queue.hpp"

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

RowQueueIo::RowQueueIo(Ports& p, const design::DesignPoint& point)
    : in(p.sink<SelectedRow>("in", point)), out(p.source<SelectedRow>("out", point)) {}

RowQueue::RowQueue(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("row_queue").about("Selected rows on their way to the job issuer."),
             point) {
  // Slot 0 is the head; a row that leaves moves the others up.
  std::vector<SelectedRow> slots;
  for (int i = 0; i < depth; ++i)
    slots.push_back(reg<SelectedRow>("slot" + std::to_string(i), no_reset, point));
  auto count = reg<UInt>("count", Reset{0}, bits_for(depth));

  io.in.ready <<= count != depth;
  io.out.valid <<= count != 0;
  io.out.bits <<= slots[0];
  const Bool push = name("push", io.in.fire());
  const Bool pop = name("pop", io.out.fire());
  const UInt left = name("left", wrap(count - pop.as_uint()));
  count <<= wrap(left + push.as_uint());
  for (int i = 0; i < depth; ++i) {
    const auto slot = static_cast<std::size_t>(i);
    if (i + 1 < depth) when(pop, [&] { slots[slot] <<= slots[slot + 1]; });
    when(push & (left == i), [&] { slots[slot] <<= io.in.bits; });
  }
  assert_("count_in_range", count <= depth);
}

}  // namespace sd::rtl
