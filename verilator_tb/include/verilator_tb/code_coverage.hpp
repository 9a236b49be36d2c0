// What Verilator counted of the emitted SystemVerilog, merged over runs, design points and blocks.
//
//   CodeCoverage all;
//   chip.write_coverage("run.dat");
//   all.add("run.dat", model.source_folder);
//   const CoverageReport report = make_report(all, Exclusions::read("coverage_exclusions.txt"));
//   report.total.line.percent();
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "verilator_tb/errors.hpp"

namespace sd::tb {

/// A line counts as covered if every basic block that it belongs to was run; a branch if the
/// condition went that way (an `if` without `else` has a second one all the same); a toggle point
/// is one bit of a signal or memory that changed at least once; user is a cover statement.
enum class CoverageKind { line, branch, toggle, user };
[[nodiscard]] const char* name_of(CoverageKind kind);

/// One point of Verilator's data file, all instances of the module together.
struct CoveragePoint {
  bool is_block = false;  ///< of lines; `lines` says which
  CoverageKind kind = CoverageKind::line;
  int line = 0, column = 0;
  std::string what;        ///< `out_o[3]`, `if`, the label of a cover statement
  std::vector<int> lines;  ///< that run with it
  std::uint64_t count = 0;
};

/// One module text. Modules of one name from different designs are kept apart by their text.
struct ModuleCoverage {
  std::string module;
  std::string text_hash;              ///< 8 hexadecimal digits
  std::vector<std::string> source;    ///< lines, the first is number 1
  std::vector<CoveragePoint> points;  ///< by kind, line, column, name
};

class CodeCoverage {
 public:
  /// Adds the counts of a file of Verilator 5.006 (Accelerator::write_coverage,
  /// Block::write_coverage). `source_folder` holds the files it speaks of. Throws ToolError naming
  /// the file and line that it does not understand.
  void add(const std::filesystem::path& data, const std::filesystem::path& source_folder);
  void merge(const CodeCoverage& other);

  /// Everything in one text file, so that an interrupted regression keeps what it has.
  void save(const std::filesystem::path& file) const;
  [[nodiscard]] static CodeCoverage load(const std::filesystem::path& file);

  [[nodiscard]] std::vector<ModuleCoverage> modules() const;  ///< by name

  friend bool operator==(const CodeCoverage&, const CodeCoverage&) = default;

 private:
  using PointKey = std::tuple<CoverageKind, bool, int, int, std::string, std::vector<int>>;
  struct Module {
    std::vector<std::string> source;
    std::map<PointKey, std::uint64_t> points;
    friend bool operator==(const Module&, const Module&) = default;
  };
  std::map<std::pair<std::string, std::string>, Module> modules_;  ///< by name and text_hash
};

/// What need not be covered, each with its reason. A text file; `#` starts a comment line:
///
///   line    dma_*     "default:*"       the state register has no other value (proof dma_states)
///   toggle  *         "*_addr_o[31:24]" memory is 16 MiB
///   branch  fifo_d4   "@17"             cannot be full here
///
/// kind, module, what, reason. Module and what are patterns with * and ?. `what` is, for lines and
/// branches, the text of the source line without its indentation, or @ and its number; for toggles
/// the signal, whose last [high:low] stands for all these bits; for user the label.
class Exclusions {
 public:
  struct Entry {
    CoverageKind kind = CoverageKind::line;
    std::string module, what, reason;
    int line = 0;  ///< in the file
  };
  Exclusions() = default;
  /// Throws ToolError naming file, line and what is wrong.
  [[nodiscard]] static Exclusions read(const std::filesystem::path& file);
  [[nodiscard]] static Exclusions parse(const std::string& text, const std::string& name);
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_ = "exclusions";
  std::vector<Entry> entries_;
};

struct CoverageCount {
  std::uint64_t total = 0, covered = 0, excluded = 0;  ///< total: excluded ones included
  /// Covered of what is not excluded; 100 if nothing is left.
  [[nodiscard]] double percent() const;
  CoverageCount& operator+=(const CoverageCount& other);
};

struct CoverageTotals {
  CoverageCount line, branch, toggle, user;
  [[nodiscard]] const CoverageCount& of(CoverageKind kind) const;
  [[nodiscard]] CoverageCount& of(CoverageKind kind);
};

struct UncoveredPoint {
  CoverageKind kind = CoverageKind::line;
  int line = 0;
  std::string what;  ///< the line's text, the signal (bits that follow each other as a range), ...
};

struct ModuleReport {
  std::string module, text_hash;
  CoverageTotals totals;
  std::vector<UncoveredPoint> uncovered;
};

struct ExclusionUse {
  Exclusions::Entry entry;
  std::uint64_t points = 0;   ///< that it takes out
  std::uint64_t covered = 0;  ///< of these: covered all the same
};

struct CoverageReport {
  std::vector<ModuleReport> modules;
  CoverageTotals total;
  std::vector<ExclusionUse> exclusions;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string json() const;
};

/// What becomes of an exclusion that takes nothing out. It is a mistake where all that the list was
/// written for was counted; a part of it leaves some without a point.
enum class UnusedExclusions { refused, allowed };

/// Throws ToolError if an exclusion takes nothing out and that is refused, naming its file and
/// line.
[[nodiscard]] CoverageReport make_report(const CodeCoverage& coverage,
                                         const Exclusions& exclusions = {},
                                         UnusedExclusions unused = UnusedExclusions::refused);

}  // namespace sd::tb
