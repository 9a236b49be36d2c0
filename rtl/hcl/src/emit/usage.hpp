// Which bits of which signals the text reads: what nobody reads has to be said, or the tools warn.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "graph/module.hpp"

namespace hcl::emitter {

class Usage {
 public:
  void read_all(const std::string& name, int width) { read(name, width, width - 1, 0); }
  void read(const std::string& name, int width, int high, int low) {
    std::vector<bool>& bits = bits_[name];
    if (bits.empty()) bits.assign(static_cast<std::size_t>(width), false);
    for (int i = low; i <= high; ++i) bits[static_cast<std::size_t>(i)] = true;
  }
  [[nodiscard]] bool is_read(const std::string& name) const { return bits_.contains(name); }

  /// The unread bits as expressions: the name, or `name[high:low]` for each run.
  [[nodiscard]] std::vector<std::string> unread(const std::string& name, int width) const;

  void use(const graph::Constant& constant) { constants_.insert(&constant); }
  [[nodiscard]] bool is_used(const graph::Constant& constant) const {
    return constants_.contains(&constant);
  }

 private:
  std::unordered_set<const graph::Constant*> constants_;
  std::unordered_map<std::string, std::vector<bool>> bits_;
};

}  // namespace hcl::emitter
