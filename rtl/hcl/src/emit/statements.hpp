// The tree of conditions as `if` and `case`.
#pragma once

#include <functional>

#include "emit/expression.hpp"
#include "emit/layout.hpp"
#include "emit/printed.hpp"
#include "graph/module.hpp"

namespace hcl::emitter {

class StatementWriter {
 public:
  /// `wanted` picks the drives, writes and checks to print, `print` prints one: the conditions
  /// around them come by themselves.
  using Print = std::function<void(const graph::Statement&)>;
  StatementWriter(ExpressionWriter& expressions, Lines& lines, Wanted wanted, Print print)
      : expressions_(expressions),
        lines_(lines),
        wanted_(std::move(wanted)),
        print_(std::move(print)) {}

  void write(const graph::Statement& statement);

 private:
  void write_block(const graph::Block& block);
  void write_when(const graph::When& when);
  /// The branches from `first` on; `continues` an open `if`.
  void write_chain(const graph::When& when, std::size_t first, bool continues);
  [[nodiscard]] bool rest_holds_wanted(const graph::When& when, std::size_t first) const;
  void write_switch(const graph::Switch& node);
  void write_arm(const std::string& label, const graph::Block* block);

  ExpressionWriter& expressions_;
  Lines& lines_;
  Wanted wanted_;
  Print print_;
};

}  // namespace hcl::emitter
