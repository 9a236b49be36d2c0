// A module of the graph: its signals, memories, instances, and the tree of drives as the designer
// wrote it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "graph/expr.hpp"
#include "rtl/hcl/bundle.hpp"
#include "rtl/hcl/design.hpp"
#include "rtl/hcl/error.hpp"

namespace hcl::graph {

enum class SignalKind {
  input,   ///< port
  output,  ///< port
  wire,
  named,  ///< an expression with a name of its own
  reg,
  instance_input,   ///< of a child: this module drives it
  instance_output,  ///< of a child: this module reads it
};

/// The states of a state register.
struct EnumType {
  std::string name;                ///< of the register; the type is `<name>_e`
  std::vector<std::string> names;  ///< snake_case, by value
};

/// A number that keeps its name in the text.
struct Constant {
  std::string name;
  std::uint64_t value;
  std::source_location where;
};

struct Instance;
class Elaboration;

/// Makes the signal behind a leaf of a port, wire or register declaration.
class LeafDeclarer {
 public:
  virtual ~LeafDeclarer() = default;
  virtual ExprPtr declare(const std::string& name, const LeafShape& shape, bool flipped,
                          std::source_location where) = 0;
  /// Ports declared from here on belong to this clock.
  virtual void enter(const std::string&) {}
};

struct Signal {
  SignalKind kind;
  std::string name;  ///< without the suffix
  int width;
  bool is_signed;
  bool is_bool;
  std::source_location where;
  Module* owner;
  int index;                           ///< in Module::signals
  std::optional<std::uint64_t> reset;  ///< registers: value after reset, none: unknown
  const EnumType* states = nullptr;
  const Instance* instance = nullptr;  ///< pins of a child
  const Signal* port = nullptr;        ///< pins of a child: the child's port
  std::string domain;    ///< clock of registers, ports and pins; empty: the module's own
  bool crosses = false;  ///< a synchroniser's first register, or a value declared stable
  ExprPtr handle;        ///< the node that reads it
  ExprPtr faulty_reset{};  ///< while faults are planted: stands in the place of `reset`

  [[nodiscard]] bool is_drivable() const {
    return kind == SignalKind::output || kind == SignalKind::wire || kind == SignalKind::reg ||
           kind == SignalKind::instance_input;
  }
  /// As an identifier of the text, reading side.
  [[nodiscard]] std::string text() const;
  /// As an identifier of the text, driven side: `_d` of a register.
  [[nodiscard]] std::string driven_text() const;
};

struct Memory {
  std::string name;
  int depth, width;
  std::source_location where;
  Module* owner;
  std::string domain{};
};

/// A clock of a module besides its own: ports `clk_<name>_i` and `rst_<name>_ni`.
struct Domain {
  std::string name;
  std::source_location where;
  bool needs_clock = false, needs_reset = false;  ///< (clocking pass)
};

struct When;
struct Switch;

/// Where in the program order something stands that is not a statement: before statement number
/// `statement` of the body.
struct Place {
  std::size_t statement = 0;
  std::size_t sequence = 0;  ///< signals declared before it
};

struct Drive {
  Signal* target;
  ExprPtr value;  ///< as wide as the target
  std::source_location where;
};
/// Writes bits low .. low + data's width - 1 of a word.
struct MemoryWrite {
  Memory* memory;
  ExprPtr address, data;
  std::source_location where;
  int low = 0;
  [[nodiscard]] bool is_whole() const { return data->width == memory->width; }
};
/// An assertion, an assumption or a cover point.
struct Check {
  CheckKind kind;
  std::string name;
  ExprPtr condition;
  std::source_location where;
  std::string domain{};
};

using Statement =
    std::variant<Drive, MemoryWrite, Check, std::unique_ptr<When>, std::unique_ptr<Switch>>;

struct Block {
  std::vector<Statement> statements;
};

struct When {
  struct Branch {
    ExprPtr condition;
    Block body;
    std::source_location where;
  };
  std::deque<Branch> branches;  ///< a deque: bodies stay where they are while the chain grows
  std::optional<Block> otherwise;
  std::source_location where;
  ExprPtr none_taken{};  ///< none of the branches so far (while it is being built)
};

struct Switch {
  struct Arm {
    std::vector<ExprPtr> labels;  ///< literals, as wide as the subject
    Block body;
    std::source_location where;
  };
  ExprPtr subject;
  std::deque<Arm> arms;
  std::optional<Block> otherwise;
  std::source_location where;
};

struct Instance {
  std::string name;
  Module* module;
  std::source_location where;
  std::vector<Signal*> pins;  ///< in the order of the child's ports
  Place place{};
  std::string domain{};  ///< the parent's clock that is the child's own

  /// The child's port behind a pin. Pins are declared one after the other.
  [[nodiscard]] std::size_t port_of(const Signal& pin) const {
    return static_cast<std::size_t>(pin.index - pins.front()->index);
  }
};

/// An expression that the designer gave a name.
struct Named {
  Signal* signal;
  ExprPtr value;
  Place place;
};

/// A memory macro: the pins are wires of the module, the wrapper is a module of its own.
struct Sram {
  std::string name;
  int depth, width, mask_bits;
  std::source_location where;
  Module* owner;
  const Instance* instance = nullptr;
  bool was_read = false, was_written = false;
};

/// A counter: its register, and what it promises.
struct CounterNode {
  const Signal* signal;
  Overflow overflow;
};

/// What stands in the place of a body that the library does not write.
struct BlackBox {
  std::string clock, reset;                                 ///< its pins for them; empty: none
  std::vector<std::pair<std::string, std::string>> values;  ///< `#(.NAME(VALUE))` of an instance
  std::string module;                                       ///< name in the text
  bool only_simulation = false;                             ///< synthesis sees a black box
  std::string body;         ///< SystemVerilog between the port list and endmodule; empty: no file
  bool registered = false;  ///< no output depends on an input within a cycle
};

/// What a memory wrapper module is.
struct SramShape {
  int depth, width, mask_bits;
};

struct Module {
  std::string name;
  std::string base_name;
  std::string description;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string path;  ///< of its first instance
  std::source_location where;
  std::optional<SramShape> sram;  ///< this module is a memory wrapper: it has ports and no body
  std::optional<BlackBox> black_box;

  std::deque<Signal> signals;
  std::vector<Signal*> ports;  ///< in the order of declaration
  std::deque<Memory> memories;
  std::deque<Sram> srams;
  std::deque<EnumType> enums;
  std::deque<Constant> constants;
  std::vector<CounterNode> counters;
  std::deque<Domain> domains;
  std::deque<Instance> instances;
  std::vector<Named> named;  ///< in the order of creation
  Block body;

  std::vector<Problem> problems;  ///< found while it was built, or by a pass

  // While the designer's constructor runs.
  std::vector<Block*> open;              ///< innermost last; empty before and after
  std::vector<ExprPtr> open_conditions;  ///< what must hold for each open block but the first
  std::string current_domain;            ///< of what is declared now
  std::vector<std::unique_ptr<LeafDeclarer>> declarers;
  Elaboration* elaboration = nullptr;

  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  Signal& add_signal(SignalKind kind, std::string name, const LeafShape& shape,
                     std::source_location at);
  /// The name in the text: of a black box it may be another than the design's.
  [[nodiscard]] const std::string& text_name() const {
    return black_box ? black_box->module : name;
  }
  /// Adds the clock if it is new.
  void add_domain(const std::string& domain, std::source_location at);
  [[nodiscard]] const Domain* find_domain(const std::string& domain) const;
  [[nodiscard]] Block& current() { return *open.back(); }
  [[nodiscard]] Place here() const { return {body.statements.size(), signals.size()}; }
  void report(std::string signal, std::string what, std::string remedy,
              std::vector<std::source_location> places);

  bool abandoned = false;  ///< built without an instance: reported once, not looked at again

  // Results of passes.
  bool needs_clock = false, needs_reset = false;  ///< has `clk_i` / `rst_ni` (clocking pass)
  std::vector<std::vector<int>>
      combinational_inputs;  ///< per port: of an output, the input ports it depends on (loop pass)
};

/// All modules of a design, children before parents.
class DesignGraph {
 public:
  std::vector<std::unique_ptr<Module>> modules;
};

}  // namespace hcl::graph
