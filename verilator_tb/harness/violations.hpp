// What protocol checkers and the memory model find: the rule's name, the cycle, one sentence.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

struct Violation {
  const char* rule;  // from a rule table, so that a test can compare it
  std::uint64_t cycle;
  std::string text;  // port, cycle, rule and what happened
};

// A list that stops growing: a rule broken in every cycle must not eat the memory.
class Violations {
 public:
  explicit Violations(const char* port) : port_(port) {}

  template <class... Values>
  void add(const char* rule, std::uint64_t cycle, const char* format, Values... values) {
    ++count_;
    constexpr std::size_t enough = 100;
    if (list_.size() >= enough) return;
    std::array<char, 320> text{};
    const auto start = static_cast<std::size_t>(
        std::snprintf(text.data(), text.size(), "%s, cycle %llu: %s: ", port_,
                      static_cast<unsigned long long>(cycle), rule));
    if constexpr (sizeof...(values) == 0)
      std::snprintf(text.data() + start, text.size() - start, "%s", format);
    else
      std::snprintf(text.data() + start, text.size() - start, format, argument(values)...);
    list_.push_back({rule, cycle, text.data()});
  }

  void clear() {
    list_.clear();
    count_ = 0;
  }
  bool any() const { return count_ != 0; }
  const std::vector<Violation>& list() const { return list_; }
  std::uint64_t count() const { return count_; }  // those beyond the list included

 private:
  // Formats say %u for what fits 32 bits and %llx for addresses and cycles.
  static const char* argument(const char* text) { return text; }
  static unsigned argument(unsigned value) { return value; }
  static unsigned argument(int value) { return static_cast<unsigned>(value); }
  static unsigned argument(bool value) { return value ? 1U : 0U; }
  static unsigned long long argument(std::uint64_t value) { return value; }

  const char* port_;
  std::vector<Violation> list_;
  std::uint64_t count_ = 0;
};
