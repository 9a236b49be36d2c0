// Its lines stand in two of the golden files: it is a file of its own so that they seldom move.
#include "rtl/hcl/golden_designs.hpp"

namespace hcl::test {

Design properties() {
  return elaborate(ModuleName("properties"), [](TopModule& m) {
    auto request = m.input<Bool>("request");
    auto grant = m.output<Bool>("grant");
    auto waiting = m.reg<Bool>("waiting", Reset{0});
    waiting <<= request & !waiting;
    grant <<= waiting;
    const Bool asked = m.past("asked", request);
    m.assume_("asks_twice_at_most", !(request & asked & waiting));
    m.assert_("grants_what_was_asked", !waiting | asked);
    m.when(waiting, [&] { m.cover_("grants", request); });
  });
}

}  // namespace hcl::test
