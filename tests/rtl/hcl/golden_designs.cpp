#include "rtl/hcl/golden_designs.hpp"

#include "rtl/hcl/samples.hpp"

namespace hcl::test {

namespace {

Design unsigned_operators() {
  return elaborate(ModuleName("unsigned_operators"), [](TopModule& m) {
    auto a = m.input<UInt>("a", 8);
    auto c = m.input<UInt>("c", 5);
    auto sum = m.output<UInt>("sum", 9);
    auto difference = m.output<UInt>("difference", 9);
    auto wrapped = m.output<UInt>("wrapped", 8);
    auto product = m.output<UInt>("product", 13);
    auto logic = m.output<UInt>("logic", 8);
    auto shifted = m.output<UInt>("shifted", 24);
    auto chosen = m.output<UInt>("chosen", 8);
    auto parts = m.output<UInt>("parts", 16);
    auto counted = m.output<UInt>("counted", 4);
    auto order = m.output<UInt>("order", 6);
    auto folded = m.output<UInt>("folded", 3);
    auto total = m.output<UInt>("total", 10);
    sum <<= a + c;
    difference <<= a - c;
    wrapped <<= wrap(a + c);
    product <<= a * c;
    logic <<= (a & c) | (~a ^ u(0x5a, 8));
    shifted <<= cat(dshl(a, c.bits(1, 0), 11), dshr(a, c), shl(c.bits(1, 0), 2), shr(c, 4));
    chosen <<= mux(c == 3, a, c);
    parts <<=
        cat(a.bits(6, 2), a.bit(0), a.part_at(c.bit(0).as_uint(), 4), a.bit_at(c.bits(2, 0)), c);
    counted <<= popcount(a);
    order <<= cat(std::vector<Bool>{a == c, a != c, a<c, a <= c, a> c, a >= c});
    folded <<= cat(reduce_or(a), reduce_and(a), reduce_xor(c));
    total <<= tree_sum(std::vector<UInt>{a, a.bits(3, 0).extend(8), c.extend(8)}).extend(10);
  });
}

Design signed_operators() {
  return elaborate(ModuleName("signed_operators"), [](TopModule& m) {
    auto s = m.input<SInt>("s", 8);
    auto t = m.input<SInt>("t", 6);
    auto n = m.input<UInt>("n", 3);
    auto flag = m.input<Bool>("flag");
    auto sum = m.output<SInt>("sum", 9);
    auto negated = m.output<SInt>("negated", 9);
    auto product = m.output<SInt>("product", 14);
    auto shifted = m.output<SInt>("shifted", 8);
    auto cut = m.output<SInt>("cut", 4);
    auto chosen = m.output<SInt>("chosen", 8);
    auto logic = m.output<SInt>("logic", 8);
    auto order = m.output<UInt>("order", 4);
    auto is_small = m.output<Bool>("is_small");
    sum <<= s + t;
    negated <<= -s;
    product <<= s * t;
    shifted <<= dshr(s, n) ^ shr(s, 2);
    cut <<= s.truncate(4);
    chosen <<= mux(flag, s, t);
    logic <<= (s & t) | ~t;
    order <<= cat(s < t, s >= t, s == t, s.bit(7));
    is_small <<= (s > -5) & (s < 5) | !flag;
  });
}

struct Point {
  SInt x, y;
  Bool seen;
  Point(Fields& f, int bits)
      : x(f.field<SInt>("x", bits)), y(f.field<SInt>("y", bits)), seen(f.field<Bool>("seen")) {}
};

Design memories() {
  return elaborate(ModuleName("memories"), [](TopModule& m) {
    auto write = m.input<Valid<Point>>("write", 5);
    auto at = m.input<UInt>("at", 3);
    auto mask = m.input<UInt>("mask", 4);
    auto first = m.output<Point>("first", 5);
    auto second = m.output<UInt>("second", 11);
    auto third = m.output<UInt>("third", 16);
    // A memory of a bundle, read at two places in the same cycle and at one in the next.
    auto points = m.mem<Point>("points", 8, 5);
    m.when(write.valid, [&] { points.write(at, write.bits); });
    first <<= points.read(at);
    second <<= pack(points.read_sync("late_point", write.bits.seen, wrap(at + 1)));
    // A memory with a mask, and a depth that is no power of two.
    auto words = m.memory("words", 6, 16);
    m.when(write.valid, [&] { words.write(at, pack(write.bits).extend(16), mask); });
    third <<= words.read_sync("late_word", true, at);
  });
}

enum class Light { red, green, yellow };

Design kinds() {
  return elaborate(ModuleName("kinds"), [](TopModule& m) {
    auto lanes = m.input<Vec<Valid<SInt>>>("lanes", 3, 6);
    auto which = m.input<UInt>("which", 2);
    auto wanted = m.input<Enum<Light>>("wanted", 3);
    auto shown = m.output<Enum<Light>>("shown", 3);
    auto lane = m.output<Valid<SInt>>("lane", 6);
    auto go = m.output<Bool>("go");
    auto light = m.state_reg<Light>("light", {"red", "green", "yellow"}, Light::red);
    m.switch_(light, [&](Switch& s) {
      s.is(Light::red, [&] { m.when(wanted == Light::green, [&] { light <<= Light::green; }); });
      s.is(Light::green, [&] { m.when(wanted != Light::green, [&] { light <<= Light::yellow; }); });
      s.is(Light::yellow, [&] { light <<= mux(wanted == Light::red, Light::red, Light::yellow); });
    });
    shown <<= light;
    go <<= false;
    m.switch_(wanted, [&](Switch& s) {
      s.is({Light::green, Light::yellow}, [&] { go <<= light == Light::green; });
      s.otherwise([&] { go <<= b(false); });
    });
    lane <<= lanes.at(which);
  });
}

Design named_numbers() {
  return elaborate(
      ModuleName("named_numbers").with("DEPTH", 5).with("KIND", "plain"), [](TopModule& m) {
        const UInt depth = m.parameter("DEPTH");
        const UInt last = m.constant("Last", 4);
        const UInt magic = m.constant("Magic", 0x1234567890);
        (void)m.constant("NeverUsed", 7);
        auto push = m.input<Bool>("push");
        auto clear = m.input<Bool>("clear");
        auto amount = m.input<UInt>("amount", 2);
        auto full = m.output<Bool>("full");
        auto at_last = m.output<Bool>("at_last");
        auto key = m.output<UInt>("key", 40);
        auto events = m.output<UInt>("events", 4);
        auto beats = m.output<UInt>("beats", 3);
        auto total = m.output<UInt>("total", 6);
        auto level = m.reg<UInt>("level", Reset{0}, 3);
        m.when(clear, [&] { level <<= 0; }).elsewhen(push & (level != depth), [&] {
          level <<= wrap(level + 1);
        });
        full <<= level == depth;
        at_last <<= mux(push, level, u(0, 3)) == last;
        key <<= mux(push, magic, depth);
        events <<= 0;
        m.when(push, [&] { events <<= m.counter("events", 4, Overflow::saturate, full); });
        beats <<= m.counter("beats", 3, Overflow::wrap, push, clear);
        total <<= m.counter("total", 6, Overflow::saturate, amount, clear);
      });
}

struct MajorityIo {
  UInt inputs;
  Bool majority;
  MajorityIo(Ports& p, int width)
      : inputs(p.input<UInt>("A", width)), majority(p.output<Bool>("Z")) {}
};

/// A primitive as a library of cells has it.
class Majority : public BlackBox<MajorityIo> {
 public:
  explicit Majority(Context& at, int width)
      : BlackBox(at, ModuleName("MAJORITY").with("WIDTH", width).about("A cell of a library."),
                 {.body = "  assign Z = (A[0] & A[1]) | (A[1] & A[2]) | (A[0] & A[2]);\n"}, width) {
  }
};

Design black_boxes() {
  return elaborate(ModuleName("black_boxes"), [](TopModule& m) {
    auto a = m.input<UInt>("a", 3);
    auto held = m.output<Bool>("held");
    auto now = m.output<Bool>("now");
    auto majority = m.instance<Majority>("u_majority", 3);
    majority.inputs <<= a;
    auto kept = m.reg<Bool>("kept", Reset{0});
    kept <<= majority.majority;
    held <<= kept;
    now <<= majority.majority;
  });
}

struct HandOverIo {
  UInt data;
  Bool send;
  UInt received;
  Bool arrives;
  explicit HandOverIo(Ports& p)
      : data(p.input<UInt>("data", 4)),
        send(p.input<Bool>("send")),
        received(p.of("fast").output<UInt>("received", 4)),
        arrives(p.of("fast").output<Bool>("arrives")) {}
};

/// A word goes from the module's own clock to another: it is held still, and a toggle says so.
class HandOver : public Module<HandOverIo> {
 public:
  explicit HandOver(Context& at) : Module(at, ModuleName("hand_over")) {
    auto held = reg<UInt>("held", Reset{0}, 4);
    auto toggle = reg<Bool>("toggle", Reset{0});
    when(io.send, [&] {
      held <<= io.data;
      toggle <<= !toggle;
    });
    clocked_by(clock_domain("fast"), [&] {
      const Bool seen = synchronise("seen", toggle);
      const Bool before = past("before", seen);
      auto received = reg<UInt>("received", Reset{0}, 4);
      auto arrives = reg<Bool>("arrives", Reset{0});
      arrives <<= seen ^ before;
      when(seen ^ before, [&] { received <<= held_stable("word", held); });
      io.received <<= received;
      io.arrives <<= arrives;
      const Bool changed = past("changed", seen ^ before);
      assert_("arrives_after_a_change", arrives == changed);
    });
  }
};

Design two_clocks() {
  return elaborate(ModuleName("two_clocks"), [](TopModule& m) {
    auto data = m.input<UInt>("data", 4);
    auto send = m.input<Bool>("send");
    auto out = m.output<UInt>("out", 4);
    const ClockDomain fast = m.clock_domain("fast");
    auto hand_over = m.instance<HandOver>("u_hand_over");
    hand_over.data <<= data;
    hand_over.send <<= send;
    m.clocked_by(fast, [&] {
      auto kept = m.reg<UInt>("kept", Reset{0}, 4);
      m.when(hand_over.arrives, [&] { kept <<= hand_over.received; });
      // Back again: every bit of a word that changes by one bit at a time.
      auto gray = m.reg<UInt>("gray", Reset{0}, 2);
      gray <<= cat(gray.bit(0), !gray.bit(1));
      std::vector<UInt> bits;
      m.clocked_by(ClockDomain(""), [&] {
        for (int i = 1; i >= 0; --i)
          bits.push_back(m.synchronise("gray_" + std::to_string(i), gray.bit(i)).as_uint());
        out <<= cat(cat(bits), m.held_stable("kept_low", kept.bits(1, 0)));
      });
    });
  });
}

}  // namespace

RegisterMap timer_registers() {
  RegisterMap map("timer", "A timer that interrupts.");
  map.reg(0x0, "CONTROL", "Starts and stops.")
      .field("ENABLE", 0, 0, Access::read_write, "Counts while set.")
      .field("RESTART", 1, 1, Access::write_one_to_act, "Starts from zero.")
      .field("PERIOD", 15, 8, Access::read_write, "Cycles | ticks.", 9)
      .reg(0x4, "EVENTS", "What has happened.")
      .field("DONE", 1, 0, Access::write_one_to_clear, "Set at the end of a period.")
      .reg(0xc, "COUNT", "Where it stands.")
      .field("VALUE", 31, 0, Access::read_only, "Cycles of this period.");
  return map;
}

std::vector<GoldenDesign> golden_designs() {
  return {
      {"samples", [] { return elaborate<Top>(); }},
      {"unsigned_operators", unsigned_operators},
      {"signed_operators", signed_operators},
      {"memories", memories},
      {"kinds", kinds},
      {"named_numbers", named_numbers},
      {"black_boxes", black_boxes},
      {"properties", properties},
      {"properties_with_comments", properties, {"Design point: none.", 100, Locations::comments}},
      {"properties_with_lines",
       properties,
       {"", 100, Locations::directives, std::string(SD_SOURCE_DIR) + "/tests"}},
      {"two_clocks", two_clocks},
      {"register_file", [] { return elaborate<RegisterFile>(timer_registers()); }}};
}

}  // namespace hcl::test
