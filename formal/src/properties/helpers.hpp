// Words that properties are written with.
#pragma once

#include <string>
#include <vector>

#include "formal/task.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::formal {

using rtl::address_bits;
using rtl::bits_for;
using rtl::implies;

/// Declares the inputs of a top through which it sees signals of the block, and keeps the list.
class ProbeList {
 public:
  explicit ProbeList(hcl::TopModule& top) : top_(&top) {}
  [[nodiscard]] hcl::UInt word(const std::string& name, const std::string& signal, int width) {
    probes_.push_back({"seen_" + name + "_i", signal});
    return top_->input<hcl::UInt>("seen_" + name, width);
  }
  [[nodiscard]] hcl::Bool flag(const std::string& name, const std::string& signal) {
    probes_.push_back({"seen_" + name + "_i", signal});
    return top_->input<hcl::Bool>("seen_" + name);
  }
  [[nodiscard]] const std::vector<Probe>& probes() const { return probes_; }

 private:
  hcl::TopModule* top_;
  std::vector<Probe> probes_;
};

/// The inside of an rtl::Fifo, and what has to hold of it in every state that can be reached.
struct FifoInside {
  hcl::UInt head, tail, count;
  std::vector<hcl::UInt> words;
  int depth;
  FifoInside(ProbeList& probes, const std::string& name, const std::string& instance, int width,
             int depth_of_it);
  /// The word that `ahead` others have to leave before.
  [[nodiscard]] hcl::UInt word_behind(const hcl::UInt& ahead) const;
  /// `tail` is `count` words behind `head`, and `count` is in range.
  [[nodiscard]] hcl::Bool consistent() const;
  /// Whether the word in slot `slot` waits in the queue.
  [[nodiscard]] hcl::Bool holds_slot(int slot) const;
};

/// An input that every cycle of a run has the same value of: for the choice of one thing among
/// many.
[[nodiscard]] hcl::UInt constant_input(hcl::TopModule& m, const std::string& name, int width);

/// Claims the rule of a handshake's source: what is offered stays, unchanged, until it is taken,
/// except in the cycle after `withdrawn`.
void assert_offer_stays(hcl::TopModule& m, const std::string& name, const hcl::Bool& valid,
                        const hcl::Bool& ready, const hcl::UInt& payload,
                        const hcl::Bool& withdrawn);

/// As `assert_offer_stays`, of the surroundings.
void assume_offer_stays(hcl::TopModule& m, const std::string& name, const hcl::Bool& valid,
                        const hcl::Bool& ready, const hcl::UInt& payload);

}  // namespace sd::formal
