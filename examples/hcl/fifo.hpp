// A first-in, first-out queue of any element, any depth of two or more.
#pragma once

#include <rtl/hcl/hcl.hpp>

namespace examples {

using namespace hcl;

struct FifoIo {
  Decoupled<UInt> in, out;
  FifoIo(Ports& p, int width) : in(p.sink<UInt>("in", width)), out(p.source<UInt>("out", width)) {}
};

class Fifo : public Module<FifoIo> {
 public:
  Fifo(Context& at, int width, int depth)
      : Module(at, ModuleName("fifo").with("WIDTH", width).with("DEPTH", depth), width) {
    auto store = memory("store", depth, width);
    auto head = reg<UInt>("head", Reset{0}, clog2(depth));
    auto tail = reg<UInt>("tail", Reset{0}, clog2(depth));
    auto count = reg<UInt>("count", Reset{0}, clog2(depth + 1));
    const auto after = [&](UInt place) { return mux(place == depth - 1, 0, wrap(place + 1)); };
    const Bool push = name("push", io.in.fire());
    const Bool pop = name("pop", io.out.fire());
    io.in.ready <<= count != parameter("DEPTH");
    io.out.valid <<= count != 0;
    io.out.bits <<= store.read(head);
    when(push, [&] {
      store.write(tail, io.in.bits);
      tail <<= after(tail);
    });
    when(pop, [&] { head <<= after(head); });
    when(push & !pop, [&] { count <<= wrap(count + 1); });
    when(pop & !push, [&] { count <<= wrap(count - 1); });
    assert_("never_over_full", count <= depth);
    cover_("full", count == depth);
  }
};

}  // namespace examples
