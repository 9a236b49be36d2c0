// What an elaborated design consists of, for programs that count and draw it: cost models, viewers.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "rtl/hcl/design.hpp"

namespace hcl {

/// Operators that become gates. Selections by constants, concatenations, extensions, shifts by
/// constants and changes of type are wiring and are not among them.
enum class Operator {
  add,
  subtract,
  multiply,
  bit_and,
  bit_or,
  bit_xor,
  bit_not,
  compare_equal,  ///< `==`, `!=`, and each label of a switch
  compare_order,  ///< `<`, `<=`, `>`, `>=`
  shift,          ///< by a signal
  mux,
  select,  ///< a bit or part chosen by a signal
  reduce,
  popcount,
  conditional_drive,  ///< a drive under a condition: a choice between it and the drives before it
};
/// `compare_equal`, as in the enumeration.
[[nodiscard]] std::string_view operator_name(Operator op);

/// Equal operators of one module.
struct OperatorFact {
  Operator op;
  int width;                        ///< bits computed; of a comparison or reduction the bits read
  std::vector<int> operand_widths;  ///< in the order of writing; of a mux condition, then, else
  bool is_signed = false;
  std::int64_t count = 0;
  bool operator==(const OperatorFact&) const = default;
};

struct RegisterFact {
  std::string name;
  int width = 1;
  bool is_signed = false;
  std::optional<std::uint64_t> reset;  ///< none: unknown after reset
  std::vector<std::string> states;     ///< of a state register, by value; else empty
  std::source_location where;
};

struct MemoryFact {
  std::string name;
  int depth = 0, width = 0;
  int mask_bits = 1;      ///< parts of a word that are written separately
  int read_ports = 0;     ///< places of reading
  int write_ports = 0;    ///< places of writing
  bool is_macro = false;  ///< an SRAM wrapper; else flip-flops or latches with combinational read
  [[nodiscard]] std::int64_t bits() const { return std::int64_t{depth} * width; }
};

struct CheckFact {
  CheckKind kind;
  std::string name;
  std::source_location where;
};

/// One module, counted once, with the number of its instances in the whole design.
struct ModuleFacts {
  std::string name;
  std::int64_t instances = 0;
  std::vector<RegisterFact> registers;
  std::vector<MemoryFact> memories;
  std::vector<OperatorFact> operators;  ///< sorted by operator, width, operands
  std::vector<CheckFact> checks;
  std::vector<CounterInfo> counters;

  [[nodiscard]] std::int64_t register_bits() const;
  [[nodiscard]] std::int64_t memory_bits() const;
};

struct DesignFacts {
  std::vector<ModuleFacts> modules;  ///< in compile order, the top last

  /// By name; throws std::out_of_range naming the module.
  [[nodiscard]] const ModuleFacts& module(const std::string& name) const;
  /// Of the whole design, each module as often as it is instantiated.
  [[nodiscard]] std::int64_t instances() const;
  [[nodiscard]] std::int64_t register_bits() const;
  [[nodiscard]] std::int64_t memory_bits() const;
  [[nodiscard]] std::vector<OperatorFact> operators() const;
};

[[nodiscard]] DesignFacts inspect(const Design& design);

/// An instance on its way down from the top.
struct HierarchyNode {
  std::string path;          ///< `top.u_load.u_queue`
  std::string instance;      ///< `u_queue`; of the top its module's name
  const ModuleInfo& module;  ///< belongs to the design
  int depth;                 ///< 0 for the top
};
/// Visits every instance, parents before children, in the order of the text. `visit` returns
/// whether to go on below.
void visit_hierarchy(const Design& design, const std::function<bool(const HierarchyNode&)>& visit);

}  // namespace hcl
