// Every error that elaboration can report, as the designer reads it: golden/errors.txt. Lines are
// counted from the start of each case, so that the file stays as it is when cases move.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>

#include "rtl/hcl/problems.hpp"

namespace hcl::test {
namespace {

struct Case {
  std::string title;
  std::function<void()> run;
  int line;
};

class Gallery {
 public:
  /// A body in a module with a few ports, see problems.hpp.
  void sample(const std::string& title, Sample::Body body, Where where = Where::current()) {
    cases_.push_back(
        {title, [body] { (void)elaborate<Sample>(body); }, static_cast<int>(where.line())});
  }
  void top(const std::string& title, const TopModule::Body& body, Where where = Where::current()) {
    cases_.push_back({title, [body] { (void)elaborate(ModuleName("top"), body); },
                      static_cast<int>(where.line())});
  }
  void any(const std::string& title, std::function<void()> run, Where where = Where::current()) {
    cases_.push_back({title, std::move(run), static_cast<int>(where.line())});
  }

  /// Titles and what was said.
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const Case& each : cases_) {
      all += "# " + each.title + "\n";
      try {
        each.run();
        all += "(no error)\n\n";
      } catch (const ElaborationError& error) {
        all += relative(error.what(), each.line) + "\n\n";
      }
    }
    return all;
  }

 private:
  /// `/folder/gallery_test.cpp:123` becomes `gallery:+3`, a place outside of the case its file.
  static std::string relative(const std::string& text, int line) {
    static const std::regex place("[^ \n]*/([a-z_]+\\.[ch]pp):([0-9]+)");
    std::string all;
    auto rest = text.cbegin();
    for (std::sregex_iterator it(text.begin(), text.end(), place), end; it != end; ++it) {
      all.append(rest, text.cbegin() + it->position());
      const int offset = std::stoi((*it)[2]) - line;
      const std::string file = (*it)[1];
      all +=
          file == "gallery_test.cpp" && offset >= 0 ? "gallery:+" + std::to_string(offset) : file;
      rest = text.cbegin() + it->position() + it->length();
    }
    return all.append(rest, text.cend());
  }
  std::vector<Case> cases_;
};

enum class Two { first, second };

struct PassIo {
  UInt x, y;
  explicit PassIo(Ports& p) : x(p.input<UInt>("x", 4)), y(p.output<UInt>("y", 4)) {}
};
class Pass : public Module<PassIo> {
 public:
  explicit Pass(Context& at) : Module(at, ModuleName("pass")) { io.y <<= io.x; }
};
/// One name, two bodies.
class Changing : public Module<PassIo> {
 public:
  Changing(Context& at, int amount) : Module(at, ModuleName("changing")) {
    io.y <<= wrap(io.x + amount);
  }
};
struct TwoClockIo {
  Bool slow, fast;
  explicit TwoClockIo(Ports& p)
      : slow(p.input<Bool>("slow")), fast(p.of("fast").output<Bool>("fast")) {}
};
class TwoClocks : public Module<TwoClockIo> {
 public:
  explicit TwoClocks(Context& at) : Module(at, ModuleName("two_clocks")) {
    clocked_by(clock_domain("fast"), [&] { io.fast <<= synchronise("seen", io.slow); });
  }
};
struct BoxIo {
  Bool a;
  explicit BoxIo(Ports& p) : a(p.input<Bool>("A-B")) {}
};
class Box : public BlackBox<BoxIo> {
 public:
  explicit Box(Context& at) : BlackBox(at, ModuleName("BOX"), {}) {}
};

void widths_and_signs(Gallery& g) {
  g.sample("a value that is too wide", [](Sample& m) {
    m.rest();
    auto x = m.wire<UInt>("x", 4);
    x <<= m.io.a;
  });
  g.sample("an integer that does not fit", [](Sample& m) {
    m.rest();
    auto x = m.wire<UInt>("x", 4);
    x <<= 16;
  });
  g.sample("a literal that does not fit", [](Sample& m) {
    m.io.z <<= false;
    m.io.y <<= u(256, 8);
  });
  g.sample("a negative integer beside a UInt", [](Sample& m) {
    m.io.z <<= m.io.a < -1;
    m.io.y <<= 0;
  });
  g.sample("a comparison that is decided by the widths", [](Sample& m) {
    m.rest();
    (void)(m.io.a == 256);
  });
  g.sample("bits that are not there", [](Sample& m) {
    m.rest();
    (void)m.io.a.bits(8, 0);
    (void)m.io.a.bit(-1);
  });
  g.sample("truncation that widens, extension that narrows", [](Sample& m) {
    m.rest();
    (void)m.io.a.truncate(9);
    (void)m.io.a.extend(7);
  });
  g.sample("a wrap of no sum", [](Sample& m) {
    m.rest();
    (void)wrap(m.io.a & m.io.b);
  });
  g.sample("shifts the other way, or to nothing", [](Sample& m) {
    m.rest();
    (void)shl(m.io.a, -1);
    (void)dshl(m.io.a, m.io.b, 0);
  });
  g.sample("an index that is too wide", [](Sample& m) {
    m.rest();
    (void)m.io.a.bit_at(m.io.b);
    (void)m.io.a.part_at(0, 0);
  });
  g.sample("a number as a Bool", [](Sample& m) {
    m.rest();
    (void)m.io.a.as_bool();
  });
  g.sample("a signal without bits", [](Sample& m) {
    m.rest();
    auto none = m.wire<UInt>("none", 0);
    none <<= 0;
  });
  g.sample("bundles of different lengths", [](Sample& m) {
    m.rest();
    auto two = m.wire<Vec<UInt>>("two", 2, 8);
    auto three = m.wire<Vec<UInt>>("three", 3, 8);
    for (const UInt& x : three) x <<= 0;
    two <<= three;
  });
  g.sample("bits that do not make a bundle", [](Sample& m) {
    m.rest();
    (void)unpack<Valid<UInt>>(m.io.a, 8);
  });
  g.sample("a handle assigned with =", [](Sample& m) {
    m.rest();
    auto x = m.wire<UInt>("x", 8);
    x <<= 0;
    x = m.io.a & m.io.b;
  });
}

void drives(Gallery& g) {
  g.sample("never driven", [](Sample& m) {
    auto x = m.wire<UInt>("x", 8);
    m.io.y <<= x;
  });
  g.sample("not driven on every path", [](Sample& m) {
    m.io.z <<= false;
    m.when(m.io.c, [&] { m.io.y <<= 1; });
  });
  g.sample("driven twice", [](Sample& m) {
    m.rest();
    m.io.y <<= 1;
  });
  g.sample("an input, a name, an expression driven", [](Sample& m) {
    m.rest();
    m.io.a <<= 0;
    auto named = m.name("named", m.io.a & m.io.b);
    named <<= 0;
    (m.io.a & m.io.b) <<= 0;
  });
  g.sample("a register that is never assigned", [](Sample& m) {
    m.rest();
    (void)m.reg<UInt>("kept", Reset{0}, 4);
  });
  g.sample("a reset value that does not fit", [](Sample& m) {
    m.rest();
    m.reg<UInt>("kept", Reset{16}, 4) <<= 0;
    m.reg<UInt>("negative", Reset{-1}, 4) <<= 0;
  });
  g.sample("a combinational loop", [](Sample& m) {
    m.rest();
    auto x = m.wire<UInt>("x", 8);
    auto y = m.wire<UInt>("y", 8);
    x <<= y & m.io.a;
    y <<= ~x;
  });
  g.top("a combinational loop through a child", [](TopModule& m) {
    auto child = m.instance<Pass>("u_pass");
    child.x <<= child.y;
  });
  g.top("a child whose input is forgotten", [](TopModule& m) { (void)m.instance<Pass>("u_pass"); });
  g.top("an output of a child driven", [](TopModule& m) {
    auto child = m.instance<Pass>("u_pass");
    child.x <<= 0;
    child.y <<= 0;
  });
}

void statements(Gallery& g) {
  g.sample("a switch_ that forgets values", [](Sample& m) {
    m.rest();
    auto kept = m.reg<UInt>("kept", Reset{0}, 4);
    m.switch_(m.io.a.bits(1, 0), [&](Switch& s) { s.is(0, [&] { kept <<= 1; }); });
  });
  g.sample("a switch_ that forgets a state", [](Sample& m) {
    m.rest();
    auto state = m.state_reg<Two>("state", {"first", "second"}, Two::first);
    m.switch_(state, [&](Switch& s) { s.is(Two::first, [&] { state <<= Two::second; }); });
  });
  g.sample("two arms for one value, and a value that cannot be", [](Sample& m) {
    m.rest();
    m.switch_(m.io.a.bits(1, 0), [&](Switch& s) {
      s.is({0, 1}, [] {});
      s.is(1, [] {});
      s.is(4, [] {});
      s.otherwise([] {});
    });
  });
  g.sample("a switch_ over a literal", [](Sample& m) {
    m.rest();
    m.switch_(u(0, 2), [](Switch& s) { s.otherwise([] {}); });
  });
  g.sample("a state that has no name", [](Sample& m) {
    m.rest();
    auto state = m.state_reg<Two>("state", {"first"}, Two::second);
    state <<= Two::second;
  });
}

void storage(Gallery& g) {
  g.sample("a memory that is never written, never read", [](Sample& m) {
    m.rest();
    (void)m.memory("store", 4, 8);
  });
  g.sample("a memory of one word, of no word", [](Sample& m) {
    m.rest();
    (void)m.memory("one", 1, 8);
    (void)m.memory("none", 0, 8);
  });
  g.sample("an address, a word, a mask that does not fit", [](Sample& m) {
    m.rest();
    auto store = m.memory("store", 4, 4);
    store.write(m.io.a, m.io.b);
    store.write(0, 0, m.io.a.bits(2, 0));
    (void)store.read(0);
  });
  g.sample("a macro with two readers and two writers", [](Sample& m) {
    m.rest();
    auto store = m.sram("store", 16, 8);
    (void)store.read(true, m.io.a.bits(3, 0));
    (void)store.read(true, m.io.b.bits(3, 0));
    store.write(m.io.a.bits(3, 0), m.io.a);
    store.write(m.io.a.bits(3, 0), m.io.b);
  });
  g.sample("a counter that cannot be", [](Sample& m) {
    m.rest();
    (void)m.counter("beats", 65, Overflow::wrap, m.io.c);
    (void)m.counter("bytes", 4, Overflow::saturate, m.io.a);
  });
}

void names(Gallery& g) {
  g.sample("names that are not legal or not unique", [](Sample& m) {
    m.rest();
    m.wire<Bool>("Camel") <<= false;
    m.wire<Bool>("logic") <<= false;
    m.wire<Bool>("twice") <<= false;
    m.wire<Bool>("twice") <<= false;
    m.reg<Bool>("kept", Reset{0}) <<= false;
    m.wire<Bool>("kept_q") <<= false;
  });
  g.sample("a constant that cannot be", [](Sample& m) {
    m.rest();
    (void)m.constant("MINUS", -1);
    (void)m.constant("Not-A-Name", 1);
    (void)m.parameter("NOT_THERE");
  });
  g.any("one name for two bodies", [] {
    (void)elaborate(ModuleName("top"), [](TopModule& m) {
      auto first = m.instance<Changing>("u_first", 1);
      auto second = m.instance<Changing>("u_second", 2);
      first.x <<= 0;
      second.x <<= 0;
    });
  });
  g.top("a black box with a name that is none", [](TopModule& m) {
    auto box = m.instance<Box>("u_box");
    box.a <<= false;
  });
}

void clocks(Gallery& g) {
  g.top("a register that samples another clock", [](TopModule& m) {
    auto in = m.input<Bool>("in");
    m.clocked_by(m.clock_domain("fast"), [&] { m.reg<Bool>("kept", Reset{0}) <<= in; });
  });
  g.top("another clock through wires and conditions", [](TopModule& m) {
    auto out = m.output<Bool>("out");
    auto kept = m.reg<Bool>("kept", Reset{0});
    auto flag = m.wire<Bool>("flag");
    m.clocked_by(m.clock_domain("fast"), [&] {
      auto quick = m.reg<Bool>("quick", Reset{0});
      quick <<= !quick;
      flag <<= !quick;
    });
    m.when(flag, [&] { kept <<= true; });
    out <<= kept ^ flag;
  });
  g.top("a memory, an assertion and a child with the wrong clock", [](TopModule& m) {
    auto at = m.input<UInt>("at", 2);
    m.clocked_by(m.clock_domain("fast"), [&] {
      auto store = m.memory("store", 4, 2);
      store.write(at, at);
      (void)m.name("word", store.read(at));
      m.assert_("below_three", at < 3);
      auto child = m.instance<Pass>("u_pass");
      child.x <<= at;
    });
  });
  g.top("logic in front of a synchroniser", [](TopModule& m) {
    auto a = m.input<Bool>("a");
    auto c = m.input<Bool>("c");
    m.clocked_by(m.clock_domain("fast"), [&] { (void)m.synchronise("seen", a & c); });
  });
  g.top("a child with a clock that its parent has not", [](TopModule& m) {
    auto child = m.instance<TwoClocks>("u_child");
    child.slow <<= false;
  });
}

void registers(Gallery& g) {
  g.any("a register map that contradicts itself", [] {
    RegisterMap map("map");
    map.field("EARLY", 0, 0, Access::read_only, "");
    map.reg(0x2, "lower", "");
    map.reg(0x0, "A", "")
        .field("WIDE", 32, 0, Access::read_write, "")
        .field("ONE", 3, 0, Access::read_write, "", 16)
        .field("ONE", 4, 3, Access::read_only, "", 1);
    map.reg(0x0, "A", "");
    map.check();
  });
  g.any("a register map without registers", [] { (void)RegisterMap("map", "", 16).c_header(); });
}

TEST(Gallery, EveryErrorReadsAsItIsKept) {
  Gallery gallery;
  widths_and_signs(gallery);
  drives(gallery);
  statements(gallery);
  storage(gallery);
  names(gallery);
  clocks(gallery);
  registers(gallery);
  const std::string text = gallery.text();
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("(no error)")));
  const std::string file = std::string(SD_SOURCE_DIR) + "/tests/rtl/hcl/golden/errors.txt";
  if (const char* wanted = std::getenv("HCL_GOLDEN");
      wanted != nullptr && std::string(wanted) == "write") {
    std::ofstream(file) << text;
    return;
  }
  std::ifstream in(file);
  std::ostringstream kept;
  kept << in.rdbuf();
  EXPECT_EQ(text, kept.str()) << "HCL_GOLDEN=write keeps it";
}

}  // namespace
}  // namespace hcl::test
