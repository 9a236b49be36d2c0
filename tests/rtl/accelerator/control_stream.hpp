// Ends of a Decoupled port under random stalls: a source that offers items, a sink that takes them
// and checks that an offer stays as it is until it is taken.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "control_random.hpp"
#include "verilator_tb/block.hpp"

namespace sd::rtl::test {

/// One value per field of the payload, each as 32-bit words.
using Item = std::vector<std::vector<std::uint32_t>>;

inline std::vector<std::uint32_t> words_of(std::uint64_t value) {
  return {static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(value >> 32)};
}

class Source {
 public:
  /// `fields`: names behind `port` ("bits", or "bits_address", ...).
  Source(std::string port, const std::vector<std::string>& fields, std::uint32_t seed)
      : port_(std::move(port)), random_(seed) {
    for (const auto& field : fields) fields_.push_back(port_ + "_" + field + "_i");
  }
  std::deque<Item> items;
  int percent = 100;
  std::size_t taken = 0;

  void drive(tb::Block& block) {
    if (!offered_ && !items.empty() && random_.chance(percent)) offered_ = true;
    block.poke(port_ + "_valid_i", offered_);
    if (!offered_) return;  // what a payload is without `valid` must not matter: the last one stays
    for (std::size_t i = 0; i < fields_.size(); ++i) poke(block, fields_[i], items.front()[i]);
  }
  void sample(tb::Block& block) {
    if (!offered_ || block.peek(port_ + "_ready_o") == 0) return;
    items.pop_front();
    offered_ = false;
    ++taken;
  }
  static void poke(tb::Block& block, const std::string& port,
                   const std::vector<std::uint32_t>& words) {
    // Trailing zero words may be more than the port has.
    std::size_t used = words.size();
    while (used > 1 && words[used - 1] == 0) --used;
    block.poke(port, std::span<const std::uint32_t>(words.data(), used));
  }

 private:
  std::string port_;
  std::vector<std::string> fields_;
  Random random_;
  bool offered_ = false;
};

class Sink {
 public:
  Sink(std::string port, const std::vector<std::string>& fields, std::uint32_t seed)
      : port_(std::move(port)), random_(seed) {
    for (const auto& field : fields) fields_.push_back(port_ + "_" + field + "_o");
  }
  std::vector<Item> items;
  int percent = 100;

  void drive(tb::Block& block) {
    ready_ = random_.chance(percent);
    block.poke(port_ + "_ready_i", ready_);
  }
  void sample(tb::Block& block) {
    const bool valid = block.peek(port_ + "_valid_o") != 0;
    Item item;
    if (valid)
      for (const auto& field : fields_) item.push_back(block.peek_words(field));
    if (waiting_) {
      EXPECT_TRUE(valid) << port_ << " valid fell before it was taken";
      EXPECT_EQ(item, held_) << port_ << " changed before it was taken";
    }
    waiting_ = valid && !ready_;
    held_ = item;
    if (valid && ready_) items.push_back(item);
  }
  /// An offer may be withdrawn (after `stop`, `drop`, `flush`).
  void forget() { waiting_ = false; }

 private:
  std::string port_;
  std::vector<std::string> fields_;
  Random random_;
  bool ready_ = false, waiting_ = false;
  Item held_;
};

}  // namespace sd::rtl::test
