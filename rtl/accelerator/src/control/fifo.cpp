#include "rtl/accelerator/control/fifo.hpp"

#include <stdexcept>

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

FifoIo::FifoIo(Ports& p, int width)
    : in(p.sink<UInt>("in", width)),
      out(p.source<UInt>("out", width)),
      flush(p.input<Bool>("flush")),
      empty(p.output<Bool>("empty")) {}

Fifo::Fifo(Context& at, int width, int depth)
    : Module(at, ModuleName("fifo").with("WIDTH", width).with("DEPTH", depth), width) {
  if (depth < 2 || (depth & (depth - 1)) != 0)
    throw std::invalid_argument("fifo: the depth must be a power of two, 2 or more");
  auto store = memory("store", depth, width);
  auto head = reg<UInt>("head", Reset{0}, address_bits(depth));
  auto tail = reg<UInt>("tail", Reset{0}, address_bits(depth));
  auto count = reg<UInt>("count", Reset{0}, bits_for(depth));

  io.in.ready <<= count != depth;
  io.out.valid <<= count != 0;
  io.out.bits <<= store.read(head);
  io.empty <<= count == 0;

  const Bool push = name("push", io.in.fire());
  const Bool pop = name("pop", io.out.fire());
  when(push, [&] {
    store.write(tail, io.in.bits);
    tail <<= wrap(tail + 1);
  });
  when(pop, [&] { head <<= wrap(head + 1); });
  when(push & !pop, [&] { count <<= wrap(count + 1); }).elsewhen(pop & !push, [&] {
    count <<= wrap(count - 1);
  });
  when(io.flush, [&] {
    head <<= 0;
    tail <<= 0;
    count <<= 0;
  });
  assert_("count_in_range", count <= depth);
}

}  // namespace sd::rtl
