// Modules: what a designer derives from.
#pragma once

#include <any>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

#include "rtl/hcl/bundle.hpp"
#include "rtl/hcl/design.hpp"
#include "rtl/hcl/memory.hpp"
#include "rtl/hcl/state.hpp"

namespace hcl {

namespace graph {
struct Module;
struct When;
struct Switch;
struct Block;
class Elaboration;
}  // namespace graph

/// The name of a module in the text: a base name and the parameters that make it differ from its
/// sisters. `ModuleName("queue").with("DEPTH", 4)` is `queue_depth4`.
class ModuleName {
 public:
  explicit ModuleName(std::string base, Where where = Where::current())
      : base_(std::move(base)), where_(where) {}
  template <std::integral I>
  ModuleName& with(const std::string& parameter, I value) {
    return with(parameter, std::to_string(value));
  }
  ModuleName& with(const std::string& parameter, const std::string& value);
  /// One line that says what the module does, at the head of its file.
  ModuleName& about(std::string text);

  [[nodiscard]] std::string text() const;
  [[nodiscard]] const std::string& base() const { return base_; }
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& parameters() const {
    return parameters_;
  }
  [[nodiscard]] const std::string& description() const { return description_; }
  [[nodiscard]] Where where() const { return where_; }

 private:
  std::string base_, description_;
  std::vector<std::pair<std::string, std::string>> parameters_;
  Where where_;
};

/// Value after reset, for each leaf of a register.
struct Reset {
  bool negative;
  std::uint64_t bits;
  template <std::integral I>
  constexpr Reset(I value) : negative(value < I{0}), bits(static_cast<std::uint64_t>(value)) {}
};
/// A register that starts with an unknown value.
struct NoReset {};
inline constexpr NoReset no_reset{};

/// Where a module is being built: handed from `elaborate` and `instance` to the constructor of a
/// module, used once.
class Context {
 public:
  Context(graph::Elaboration& elaboration, std::string path)
      : elaboration_(&elaboration), path_(std::move(path)) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

 private:
  friend class ModuleBase;
  friend struct Builder;
  graph::Elaboration* elaboration_;
  std::string path_;
  graph::Module* module_ = nullptr;
  std::any face_;  ///< std::function<Io(Ports&)>: the ports as a parent sees them
};

/// The open `when` that `elsewhen` and `otherwise` continue.
class WhenChain {
 public:
  WhenChain(graph::Module& module, graph::When& when) : module_(&module), when_(&when) {}
  WhenChain elsewhen(const Arg<Bool>& condition, const std::function<void()>& body) const;
  void otherwise(const std::function<void()>& body) const;

 private:
  graph::Module* module_;
  graph::When* when_;
};

/// The arms of a `switch_`.
class Switch {
 public:
  Switch(graph::Module& module, graph::Switch& node) : module_(&module), node_(&node) {}
  template <Integer I>
  void is(I value, const std::function<void()>& body, Where where = Where::current()) {
    arm({Label{value < I{0}, static_cast<std::uint64_t>(value)}}, body, where);
  }
  template <Enumeration E>
  void is(E value, const std::function<void()>& body, Where where = Where::current()) {
    arm({Label{false, static_cast<std::uint64_t>(value)}}, body, where);
  }
  template <class V>
  void is(std::initializer_list<V> values, const std::function<void()>& body,
          Where where = Where::current()) {
    std::vector<Label> labels;
    for (const V& value : values) labels.push_back(Label{false, static_cast<std::uint64_t>(value)});
    arm(labels, body, where);
  }
  void otherwise(const std::function<void()>& body);

  struct Label {
    bool negative;
    std::uint64_t bits;
  };

 private:
  void arm(const std::vector<Label>& labels, const std::function<void()>& body, Where where);
  graph::Module* module_;
  graph::Switch* node_;
};

namespace detail {
/// Arguments of a module as the key of de-duplication: by value, C strings as std::string.
template <class A>
using KeyOf =
    std::conditional_t<std::is_convertible_v<A, const char*> && !std::is_null_pointer_v<A>,
                       std::string, std::decay_t<A>>;

/// Of a key, so that one among thousands is found at once; what has no hash counts as zero.
template <class... A>
std::size_t hash_of(const std::tuple<A...>& key) {
  std::size_t all = 0;
  const auto add = [&]<class T>(const T& value) {
    if constexpr (requires { std::hash<T>{}(value); }) all = all * 31 + std::hash<T>{}(value);
  };
  std::apply([&](const A&... each) { (add(each), ...); }, key);
  return all;
}

/// A module that has been elaborated, and how a parent makes its face.
struct Built {
  graph::Module* module = nullptr;
  std::any face;
};
/// The elaboration's memory of (generator type, arguments) pairs.
const Built* find_built(graph::Module& parent, std::type_index type, std::size_t hash,
                        const std::function<bool(const std::any&)>& same);
void remember_built(graph::Module& parent, std::type_index type, std::size_t hash, std::any key,
                    const Built& built);
Ports add_instance(graph::Module& parent, const Name& name, graph::Module& child);
}  // namespace detail

struct BlackBoxText;

/// A clock of a module besides its own, with a reset of its own.
class ClockDomain {
 public:
  explicit ClockDomain(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
};

/// What every module has, whatever its ports.
class ModuleBase {
 public:
  ModuleBase(const ModuleBase&) = delete;
  ModuleBase& operator=(const ModuleBase&) = delete;

  /// To be driven on every path, or given a default drive first.
  template <class T, class... A>
  [[nodiscard]] T wire(const Name& name, A&&... args) {
    return Fields(wires(), "", false, name.where).field<T>(name, std::forward<A>(args)...);
  }
  /// `<<=` sets the next value, reading gives the current one; holds where nothing is assigned.
  template <class T, class... A>
  [[nodiscard]] T reg(const Name& name, Reset reset, A&&... args) {
    return Fields(registers(reset), "", false, name.where).field<T>(name, std::forward<A>(args)...);
  }
  template <class T, class... A>
  [[nodiscard]] T reg(const Name& name, NoReset, A&&... args) {
    return Fields(registers(std::nullopt), "", false, name.where)
        .field<T>(name, std::forward<A>(args)...);
  }
  /// `names` are those of the enumerators 0, 1, 2, ...
  template <Enumeration E>
  [[nodiscard]] State<E> state_reg(const Name& name, const std::vector<std::string>& names,
                                   E reset) {
    return State<E>(state_register(name, names, static_cast<std::int64_t>(reset)));
  }
  [[nodiscard]] Memory memory(const Name& name, int depth, int width);
  /// A small memory of any type: `mem<Request>("requests", 16, args of Request...)`.
  template <class T, class... A>
  [[nodiscard]] Mem<T> mem(const Name& name, int depth, const A&... args) {
    T shape = shape_of<T>(args...);
    const int width = width_of(shape);
    return Mem<T>(memory(name, depth, width), std::move(shape));
  }
  /// Without `mask_bits` (or with 1) a write covers the whole word.
  [[nodiscard]] Sram sram(const Name& name, int depth, int width, int mask_bits = 1);

  /// A child module of generator M; returns its ports as this module sees them. Equal arguments
  /// share one module.
  template <class M, class... A>
  typename M::Io instance(const Name& name, A&&... args) {
    using Key = std::tuple<detail::KeyOf<A>...>;
    using Face = std::function<typename M::Io(Ports&)>;
    Key key(args...);
    detail::Built built;
    const detail::Built* known = nullptr;
    if constexpr (std::equality_comparable<Key>) {
      known =
          detail::find_built(*module_, typeid(M), detail::hash_of(key), [&](const std::any& other) {
            const auto* other_key = std::any_cast<Key>(&other);
            return other_key != nullptr && *other_key == key;
          });
    }
    if (known != nullptr) {
      built = *known;
    } else {
      built = build(name, [&](Context& at) { M module(at, std::forward<A>(args)...); });
      if constexpr (std::equality_comparable<Key>)
        detail::remember_built(*module_, typeid(M), detail::hash_of(key), std::any(key), built);
    }
    Ports ports = detail::add_instance(*module_, name, *built.module);
    return std::any_cast<const Face&>(built.face)(ports);
  }

  /// A number that keeps its name in the text, where it stands as a `localparam` if it is used.
  [[nodiscard]] UInt constant(const Name& name, std::int64_t value);
  /// The parameter of that name of this module (ModuleName::with) as such a number.
  [[nodiscard]] UInt parameter(const Name& name);

  /// A named counter of `width` bits, at most 64: zero after reset and in a cycle with `clear`,
  /// else one more in a cycle with `enable`, both under the current condition. Asserts
  /// `<name>_counts`.
  UInt counter(const Name& name, int width, Overflow overflow, const Arg<Bool>& enable,
               const Arg<Bool>& clear = false);
  /// The same, `amount` more in every cycle.
  UInt counter(const Name& name, int width, Overflow overflow, const Arg<UInt>& amount,
               const Arg<Bool>& clear = false);

  WhenChain when(const Arg<Bool>& condition, const std::function<void()>& body);
  template <class F>
  void switch_(const Arg<UInt>& subject, F&& arms) {
    Switch node = open_switch(subject.expr(), subject.where());
    arms(node);
  }
  template <Enumeration E, class F>
  void switch_(const Enum<E>& subject, F&& arms, Where where = Where::current()) {
    Switch node = open_switch(subject.code.expr(), where);
    arms(node);
  }
  template <Enumeration E, class F>
  void switch_(const State<E>& subject, F&& arms, Where where = Where::current()) {
    Switch node = open_switch(subject.expr(), where);
    arms(node);
  }

  /// A clock besides the module's own: ports `clk_<name>_i` and `rst_<name>_ni`. A parent of this
  /// module has a clock of the same name, and connects it.
  [[nodiscard]] ClockDomain clock_domain(const Name& name);
  /// Registers, memories, properties and instances declared in `body` belong to that clock. What
  /// passes from one clock to another without one of the two functions below is an error.
  void clocked_by(const ClockDomain& domain, const std::function<void()>& body);
  /// A bit of another clock, two registers later: `<name>_meta` and `<name>`, of the current clock.
  /// It comes straight from a register or port. (Bits of a Gray code may pass one by one.)
  [[nodiscard]] Bool synchronise(const Name& name, const Bool& value);
  /// A value of another clock that a protocol holds still while the current clock reads it: a name
  /// for it, and no register. Nothing checks the protocol.
  template <Leaf T>
  [[nodiscard]] T held_stable(const Name& name, const T& value) {
    return T(stable(name, value.expr()));
  }

  /// Checked at every clock edge outside reset, under the current condition.
  void assert_(const Name& name, const Arg<Bool>& condition);
  /// What the surroundings promise: a prover takes it for granted, a simulator checks it like an
  /// assertion.
  void assume_(const Name& name, const Arg<Bool>& condition);
  /// Seen at least once: counted by simulators, reached by provers.
  void cover_(const Name& name, const Arg<Bool>& condition);

  /// Gives an expression a wire of its own with this name.
  template <Leaf T>
  [[nodiscard]] T name(const Name& name, const T& value) {
    return T(named(name, value.expr()));
  }
  /// `value` one clock earlier: a register of this name that is driven under no condition and reads
  /// zero after reset.
  template <Leaf T>
  [[nodiscard]] T past(const Name& name, const T& value) {
    return T(delayed(name, value.expr()));
  }

 protected:
  ModuleBase(Context& at, const ModuleName& name);
  ~ModuleBase() = default;
  [[nodiscard]] Ports& ports() { return ports_; }
  void set_face(Context& at, std::any face);
  void set_black_box(const BlackBoxText& text);

 private:
  graph::LeafDeclarer& wires();
  graph::LeafDeclarer& registers(const std::optional<Reset>& reset);
  ExprPtr state_register(const Name& name, const std::vector<std::string>& names,
                         std::int64_t reset);
  ExprPtr named(const Name& name, const ExprPtr& value);
  ExprPtr delayed(const Name& name, const ExprPtr& value);
  ExprPtr stable(const Name& name, const ExprPtr& value);
  ExprPtr count(const Name& name, int width, Overflow overflow, const ExprPtr& step,
                const ExprPtr& clear);
  void check(CheckKind kind, const Name& name, const Arg<Bool>& condition);
  Switch open_switch(const ExprPtr& subject, Where where);
  detail::Built build(const Name& name, const std::function<void(Context&)>& construct);

  graph::Module* module_;
  Ports ports_;
};

/// A module with the ports `PortsOfIt`, whose constructor takes `(Ports&, args...)`: the trailing
/// arguments of this one.
template <class PortsOfIt>
class Module : public ModuleBase {
 public:
  using Io = PortsOfIt;
  Io io;

 protected:
  template <class... A>
  Module(Context& at, const ModuleName& name, const A&... args)
      : ModuleBase(at, name), io(ports(), args...) {
    set_face(at, std::function<Io(Ports&)>([kept = std::tuple<detail::KeyOf<const A&>...>(args...)](
                                               Ports& face) {
               return std::apply([&](const auto&... each) { return Io(face, each...); }, kept);
             }));
  }
};

/// A top whose ports and body are one function: for test benches, properties and experiments that
/// need no class of their own (see `elaborate(ModuleName, body)`).
class TopModule : public ModuleBase {
 public:
  using Body = std::function<void(TopModule&)>;
  TopModule(Context& at, const ModuleName& name, const Body& body) : ModuleBase(at, name) {
    body(*this);
  }
  template <class T, class... A>
  [[nodiscard]] T input(const Name& name, A&&... args) {
    return ports().template input<T>(name, std::forward<A>(args)...);
  }
  template <class T, class... A>
  [[nodiscard]] T output(const Name& name, A&&... args) {
    return ports().template output<T>(name, std::forward<A>(args)...);
  }
  /// A handshake that this module consumes.
  template <class T, class... A>
  [[nodiscard]] Decoupled<T> sink(const Name& name, A&&... args) {
    return ports().template sink<T>(name, std::forward<A>(args)...);
  }
  /// A handshake that this module produces.
  template <class T, class... A>
  [[nodiscard]] Decoupled<T> source(const Name& name, A&&... args) {
    return ports().template source<T>(name, std::forward<A>(args)...);
  }
};

}  // namespace hcl
