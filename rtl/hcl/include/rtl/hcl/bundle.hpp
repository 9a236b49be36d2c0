// Aggregates: any struct whose constructor takes `(Fields&, args...)` and declares its fields
// there.
//
//   struct Request {
//     UInt address;
//     Bool write;
//     Request(Fields& f, int bits) : address(f.field<UInt>("address", bits)),
//     write(f.field<Bool>("write")) {}
//   };
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "rtl/hcl/operators.hpp"

namespace hcl {

namespace graph {
class LeafDeclarer;
}

/// What a leaf is, as its declaration says.
struct LeafShape {
  int width = 1;
  bool is_signed = false;
  bool is_bool = false;
};

/// Declares the fields of an aggregate. Names join by `_`.
class Fields {
 public:
  /// `where`: the line that declares the whole aggregate; errors about any of its fields point
  /// there.
  Fields(graph::LeafDeclarer& declarer, std::string prefix, bool flipped, Where where)
      : declarer_(&declarer), prefix_(std::move(prefix)), flipped_(flipped), where_(where) {}

  /// A field: `field<UInt>("address", 12)`, `field<Bool>("write")`, `field<Request>("request",
  /// args...)`.
  template <class T, class... A>
  [[nodiscard]] T field(const Name& name, A&&... args) {
    return make<T>(name, flipped_, std::forward<A>(args)...);
  }
  /// A field that runs against the bundle's direction, such as `ready`.
  template <class T, class... A>
  [[nodiscard]] T flipped(const Name& name, A&&... args) {
    return make<T>(name, !flipped_, std::forward<A>(args)...);
  }

 private:
  template <class T, class... A>
  T make(const Name& name, bool flipped, A&&... args) {
    std::string full = prefix_.empty()     ? name.text
                       : name.text.empty() ? prefix_
                                           : prefix_ + "_" + name.text;
    if constexpr (Leaf<T>) {
      return T(declare(full, shape_of<T>(std::forward<A>(args)...), flipped, where_), true,
               flipped);
    } else {
      Fields inner(*declarer_, std::move(full), flipped, where_);
      return T(inner, std::forward<A>(args)...);
    }
  }
  template <Leaf T>
  static LeafShape shape_of() requires(std::same_as<T, Bool>) {
    return LeafShape{1, false, true};
  }
  template <Leaf T>
  static LeafShape shape_of(int width) requires(!std::same_as<T, Bool>) {
    return LeafShape{width, std::same_as<T, SInt>, false};
  }
  ExprPtr declare(const std::string& name, const LeafShape& shape, bool flipped, Where where);

  graph::LeafDeclarer* declarer_;
  std::string prefix_;
  bool flipped_;
  Where where_;
};

/// A class that is not a leaf: a bundle.
template <class T>
concept Aggregate = std::is_class_v<T> && std::copy_constructible<T> && !Leaf<T>;

namespace detail {
/// What one leaf of a bundle is, seen while the bundle is copied.
struct LeafView {
  ExprPtr expr;
  bool flipped;
};
/// Copying a bundle copies each of its leaves in the order of declaration; while one of these
/// lives, every copied leaf passes through it. That is how the library sees the fields of a struct
/// that it knows nothing about.
class LeafVisit {
 public:
  using Function = std::function<ExprPtr(const ExprPtr& leaf, bool flipped)>;
  explicit LeafVisit(Function function);
  LeafVisit(const LeafVisit&) = delete;
  LeafVisit& operator=(const LeafVisit&) = delete;
  ~LeafVisit();
  ExprPtr apply(const ExprPtr& leaf, bool flipped) const { return function_(leaf, flipped); }
  static LeafVisit* running();

 private:
  Function function_;
  LeafVisit* outer_;
};

template <class T>
std::vector<LeafView> leaves(const T& bundle) {
  std::vector<LeafView> found;
  LeafVisit visit([&](const ExprPtr& leaf, bool flipped) {
    found.push_back({leaf, flipped});
    return leaf;
  });
  [[maybe_unused]] const T copy(bundle);
  return found;
}

void connect_leaves(const std::vector<LeafView>& targets, const std::vector<LeafView>& sources,
                    Where where);
std::vector<ExprPtr> mux_leaves(const ExprPtr& condition, const std::vector<LeafView>& a,
                                const std::vector<LeafView>& b, Where where);

/// A copy of `bundle` whose leaves are `replacements`.
template <class T>
T with_leaves(const T& bundle, const std::vector<ExprPtr>& replacements) {
  std::size_t next = 0;
  LeafVisit visit([&](const ExprPtr& leaf, bool) {
    return next < replacements.size() ? replacements[next++] : leaf;
  });
  return T(bundle);
}

template <class T>
struct Located {
  const T& value;
  Where where;
  Located(const T& v, Where at = Where::current()) : value(v), where(at) {}
};
}  // namespace detail

/// Connects every field; flipped fields (`ready`) run from right to left.
template <Aggregate T>
void operator<<=(const T& target, const detail::Located<std::type_identity_t<T>>& source) {
  detail::connect_leaves(detail::leaves(target), detail::leaves(source.value), source.where);
}

/// Choice between two bundles, field by field.
template <Aggregate T>
[[nodiscard]] T mux(const Arg<Bool>& condition, const T& a, const T& b) {
  return detail::with_leaves(a, detail::mux_leaves(condition.expr(), detail::leaves(a),
                                                   detail::leaves(b), condition.where()));
}

/// All fields of a bundle side by side, the first in the high bits.
template <Aggregate T>
[[nodiscard]] UInt pack(const T& bundle, Where where = Where::current()) {
  std::vector<UInt> parts;
  for (const auto& leaf : detail::leaves(bundle))
    parts.push_back(cat(Part(UInt(leaf.expr), where)));
  return cat(parts, where);
}

/// A leaf as plain bits.
template <Leaf T>
[[nodiscard]] UInt pack(const T& leaf, Where where = Where::current()) {
  return cat(Part(leaf, where));
}

namespace detail {
/// Declares leaves that are zeros: what a type looks like, without a signal.
graph::LeafDeclarer& shape_declarer();
std::vector<ExprPtr> split(const UInt& bits, const std::vector<LeafView>& shape, Where where);
}  // namespace detail

/// A value of T that says its widths and is zero everywhere: `shape_of<Request>(6)`.
template <class T, class... A>
[[nodiscard]] T shape_of(const A&... args) {
  return Fields(detail::shape_declarer(), "", false, Where::current())
      .template field<T>(Name(std::string()), args...);
}
/// Bits of all leaves together.
template <class T>
[[nodiscard]] int width_of(const T& shape) {
  int width = 0;
  for (const auto& leaf : detail::leaves(shape)) width += UInt(leaf.expr).width();
  return width;
}
/// `pack` backwards: the fields of a value like `shape` from its bits, the first from the high
/// ones.
template <class T>
[[nodiscard]] T unpack(const T& shape, const UInt& bits, Where where = Where::current()) {
  return detail::with_leaves(shape, detail::split(bits, detail::leaves(shape), where));
}
/// `unpack<Request>(bits, args of Request...)`.
template <class T, class... A>
[[nodiscard]] T unpack(const Arg<UInt>& bits, const A&... args) {
  return unpack(shape_of<T>(args...), UInt(bits.expr()), bits.where());
}

/// A run of equal elements; as a field: `f.field<Vec<UInt>>("lanes", count, width)`.
template <class T>
class Vec {
 public:
  template <class... A>
  Vec(Fields& f, int count, const A&... args) {
    elements_.reserve(static_cast<std::size_t>(count > 0 ? count : 0));
    for (int i = 0; i < count; ++i)
      elements_.push_back(f.field<T>(Name(std::to_string(i)), args...));
  }
  /// A run of values that exist already.
  explicit Vec(std::vector<T> elements) : elements_(std::move(elements)) {}

  [[nodiscard]] int size() const { return static_cast<int>(elements_.size()); }
  template <Integer I>
  [[nodiscard]] const T& operator[](I index) const {
    return elements_.at(static_cast<std::size_t>(index));
  }
  /// Element number `index`; an index past the end gives the last element.
  [[nodiscard]] T at(const Arg<UInt>& index) const {
    return choose(index, 0, elements_.size(), index_bits());
  }
  [[nodiscard]] auto begin() const { return elements_.begin(); }
  [[nodiscard]] auto end() const { return elements_.end(); }
  [[nodiscard]] const std::vector<T>& elements() const { return elements_; }

 private:
  [[nodiscard]] int index_bits() const {
    return elements_.size() < 2 ? 0 : clog2(static_cast<std::int64_t>(elements_.size()));
  }
  [[nodiscard]] T choose(const Arg<UInt>& index, std::size_t first, std::size_t end,
                         int bit) const {
    const std::size_t half = std::size_t{1} << (bit > 0 ? bit - 1 : 0);
    if (bit == 0 || first + 1 >= end) return elements_[first < end ? first : end - 1];
    if (first + half >= end) return choose(index, first, end, bit - 1);
    const T low = choose(index, first, first + half, bit - 1);
    const T high = choose(index, first + half, end, bit - 1);
    return mux(Arg<Bool>(bit_of(index, bit - 1), index.where()), high, low);
  }
  [[nodiscard]] static Bool bit_of(const Arg<UInt>& index, int bit) {
    const UInt value(index.expr());
    return bit < value.width() ? value.bit(bit, index.where()) : b(false, index.where());
  }
  std::vector<T> elements_;
};

/// `bits` mean something while `valid`; always accepted.
template <class T>
struct Valid {
  Bool valid;
  T bits;
  template <class... A>
  explicit Valid(Fields& f, const A&... args)
      : valid(f.field<Bool>("valid")), bits(f.field<T>("bits", args...)) {}
  [[nodiscard]] Bool fire() const { return valid; }
};

/// Handshake: `bits` pass in a cycle with `valid` and `ready`.
template <class T>
struct Decoupled {
  Bool valid, ready;
  T bits;
  template <class... A>
  explicit Decoupled(Fields& f, const A&... args)
      : valid(f.field<Bool>("valid")),
        ready(f.flipped<Bool>("ready")),
        bits(f.field<T>("bits", args...)) {}
  [[nodiscard]] Bool fire(Where where = Where::current()) const {
    return Arg<Bool>(valid, where) & Arg<Bool>(ready, where);
  }
};

/// Declares the ports of a module, or of an instance as its parent sees it.
class Ports {
 public:
  Ports(graph::LeafDeclarer& inputs, graph::LeafDeclarer& outputs)
      : inputs_(&inputs), outputs_(&outputs) {}
  template <class T, class... A>
  [[nodiscard]] T input(const Name& name, A&&... args) {
    enter(domain_);
    return Fields(*inputs_, "", false, name.where).field<T>(name, std::forward<A>(args)...);
  }
  template <class T, class... A>
  [[nodiscard]] T output(const Name& name, A&&... args) {
    enter(domain_);
    return Fields(*outputs_, "", false, name.where).field<T>(name, std::forward<A>(args)...);
  }
  /// Ports that belong to another clock than the module's own: `p.of("fast").input<Bool>("go")`.
  /// The module then has that clock (see ModuleBase::clocked_by).
  [[nodiscard]] Ports of(const std::string& domain) const {
    Ports other(*inputs_, *outputs_);
    other.domain_ = domain;
    return other;
  }
  /// A handshake that this module consumes.
  template <class T, class... A>
  [[nodiscard]] Decoupled<T> sink(const Name& name, A&&... args) {
    return input<Decoupled<T>>(name, std::forward<A>(args)...);
  }
  /// A handshake that this module produces.
  template <class T, class... A>
  [[nodiscard]] Decoupled<T> source(const Name& name, A&&... args) {
    return output<Decoupled<T>>(name, std::forward<A>(args)...);
  }

 private:
  void enter(const std::string& domain);
  std::string domain_;
  graph::LeafDeclarer* inputs_;
  graph::LeafDeclarer* outputs_;
};

}  // namespace hcl
