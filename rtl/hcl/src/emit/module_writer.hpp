// One module as text: what stands where in its file.
#pragma once

#include <functional>
#include <source_location>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "emit/expression.hpp"
#include "emit/layout.hpp"
#include "emit/plan.hpp"
#include "rtl/hcl/emit.hpp"

namespace hcl::emitter {

class ModuleWriter {
 public:
  ModuleWriter(const graph::Module& module, const EmitOptions& options)
      : module_(module), options_(options), plan_(make_plan(module)), expressions_(plan_, usage_) {}

  [[nodiscard]] std::string write();

 private:
  [[nodiscard]] Lines lines() const;

  // Body: items in program order, then the registers, memories and checks.
  void write_body();
  /// Defines, in front of what uses them, the wires of the expressions below these roots.
  void define_wires(const ExprPtr& root, Lines& out);
  void define_statement_wires(const std::vector<const graph::Statement*>& statements, Lines& out,
                              const Wanted& wanted);
  [[nodiscard]] Lines assignment(const graph::Signal& target, const ExprPtr& value,
                                 std::source_location where);
  /// Says where the next statement comes from, if that is wanted.
  void locate(std::source_location where, Lines& out) const;
  [[nodiscard]] Lines group_text(const Group& group);

  // Clocked blocks.
  /// The module's own clock, which has no name, and the others.
  [[nodiscard]] std::vector<std::string> domains() const;
  void registers(const std::string& domain, Lines& out);
  [[nodiscard]] Lines storage();
  [[nodiscard]] Lines checks();
  /// A clocked block with the wanted statements of the body under their conditions.
  void clocked(Lines& out, const std::vector<std::string>& openings, const Wanted& wanted,
               const std::function<void(const graph::Statement&, Lines&)>& print);

  // Instances and declarations.
  void write_inputs(const graph::Instance& instance);
  [[nodiscard]] Lines instance_text(const graph::Instance& instance);
  /// The wire of an output pin; one that nobody reads says so.
  [[nodiscard]] std::string output_name(const graph::Signal& pin) const;
  [[nodiscard]] Lines declarations();
  void declare(const graph::Signal& signal, Lines& out) const;
  /// A sink for everything that nobody reads, so that the tools know that it is meant.
  [[nodiscard]] Lines unread();

  struct Wire {
    std::string name;
    int width;
    bool is_signed;
  };

  const graph::Module& module_;
  const EmitOptions& options_;
  Plan plan_;
  Usage usage_;
  ExpressionWriter expressions_;
  Lines body_{options_.line_length};
  std::unordered_set<const graph::Expr*> visited_;
  std::vector<Wire> wires_;
  std::unordered_map<const graph::Signal*, std::string> connections_;
};

}  // namespace hcl::emitter
