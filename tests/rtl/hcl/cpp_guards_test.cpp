// What must not compile does not.
#include <gtest/gtest.h>

#include <type_traits>

#include "rtl/hcl/hcl.hpp"

namespace hcl {
namespace {

template <class A, class B>
concept Assignable = requires(A a, B b) {
  a = b;
};
template <class T>
concept Condition = std::is_constructible_v<bool, T>;
template <class A, class B>
concept And = requires(const A& a, const B& b) {
  a&& b;
};
template <class A, class B>
concept Or = requires(const A& a, const B& b) {
  a || b;
};
template <class A, class B>
concept Sum = requires(const A& a, const B& b) {
  a + b;
};
template <class A, class B>
concept Equal = requires(const A& a, const B& b) {
  a == b;
};
template <class A, class B>
concept Drives = requires(const A& a, const B& b) {
  a <<= b;
};
template <class T>
concept Width = requires(const UInt& x, const T& width) {
  x.extend(width);
};

static_assert(!Assignable<UInt&, UInt&> && !Assignable<Bool&, const Bool&>,
              "a = b between signals");
static_assert(!Condition<Bool> && !Condition<UInt>, "if (signal)");
static_assert(!And<Bool, Bool> && !And<Bool, bool> && !Or<Bool, Bool> && !Or<UInt, UInt>, "a && b");
static_assert(!Width<UInt> && Width<int>, "a signal as a width");
static_assert(!Sum<UInt, SInt> && !Sum<SInt, UInt> && !Sum<Bool, Bool> && Sum<UInt, int>,
              "mixed signs");
static_assert(!Equal<UInt, SInt> && !Equal<Bool, UInt> && !Equal<Bool, int> && Equal<SInt, int> &&
              Equal<Bool, bool>);
static_assert(!Drives<UInt, SInt> && !Drives<SInt, UInt> && !Drives<Bool, UInt> &&
              !Drives<UInt, Bool> && Drives<UInt, int>);

enum class Phase { idle, run };
enum class Other { idle, run };
static_assert(!Drives<State<Phase>, Other> && Drives<State<Phase>, Phase> &&
              !Drives<State<Phase>, int> && !Equal<State<Phase>, Other>);

TEST(CppGuards, HoldAtCompileTime) {
  SUCCEED() << "the assertions above";
}

}  // namespace
}  // namespace hcl
