#include "properties/helpers.hpp"

#include <fmt/format.h>

namespace sd::formal {

using namespace hcl;

FifoInside::FifoInside(ProbeList& probes, const std::string& name, const std::string& instance,
                       int width, int depth_of_it)
    : head(probes.word(name + "_head", instance + ".head_q", address_bits(depth_of_it))),
      tail(probes.word(name + "_tail", instance + ".tail_q", address_bits(depth_of_it))),
      count(probes.word(name + "_count", instance + ".count_q", bits_for(depth_of_it))),
      depth(depth_of_it) {
  for (int i = 0; i < depth; ++i)
    words.push_back(probes.word(fmt::format("{}_word{}", name, i),
                                fmt::format("{}.store[{}]", instance, i), width));
}

UInt FifoInside::word_behind(const UInt& ahead) const {
  const UInt slot = wrap(head + ahead.truncate(head.width()));
  return Vec<UInt>(words).at(slot);
}

Bool FifoInside::consistent() const {
  return (count <= depth) & (tail == wrap(head + count.truncate(head.width())));
}

Bool FifoInside::holds_slot(int slot) const {
  return wrap(u(slot, head.width()) - head).extend(count.width()) < count;
}

UInt constant_input(TopModule& m, const std::string& name, int width) {
  const UInt value = m.input<UInt>(name, width);
  auto known = m.reg<Bool>(name + "_known", Reset{0});
  known <<= true;
  const UInt before = m.past(name + "_before", value);
  m.assume_(name + "_is_constant", implies(known, value == before));
  return value;
}

namespace {

Bool stays(TopModule& m, const std::string& name, const Bool& valid, const Bool& ready,
           const UInt& payload, const Bool& withdrawn) {
  const Bool waited = m.past(name + "_waited", valid & !ready & !withdrawn);
  const UInt offered = m.past(name + "_offered", payload);
  return implies(waited, valid & (payload == offered));
}

}  // namespace

void assert_offer_stays(TopModule& m, const std::string& name, const Bool& valid, const Bool& ready,
                        const UInt& payload, const Bool& withdrawn) {
  m.assert_(name + "_stays_until_taken", stays(m, name, valid, ready, payload, withdrawn));
}

void assume_offer_stays(TopModule& m, const std::string& name, const Bool& valid, const Bool& ready,
                        const UInt& payload) {
  m.assume_(name + "_stays_until_taken", stays(m, name, valid, ready, payload, b(false)));
}

}  // namespace sd::formal
