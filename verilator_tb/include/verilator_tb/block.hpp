// One module of a design, verilated and loaded into the calling process, for block tests.
//
//   tb::Block queue(hcl::elaborate<Queue>(8, 4));
//   queue.reset();
//   queue.poke("in_valid_i", 1);
//   queue.step();
//   EXPECT_EQ(queue.peek("out_valid_o"), 1U);
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rtl/hcl/hcl.hpp"
#include "verilator_tb/coverage_options.hpp"
#include "verilator_tb/errors.hpp"

namespace sd::tb {

struct BlockPort {
  std::string name;  ///< as emitted: in_valid_i
  int width = 1;
  bool is_input = true;
};

/// SystemVerilog text and what of it is to be simulated.
struct BlockSource {
  std::string top;
  std::vector<BlockPort> ports;  ///< of `top`; clk_i and rst_ni may be among them
  std::vector<std::pair<std::string, std::string>> files;  ///< name and text, in compile order
};

/// The module of that name (empty: the top) and all that it instantiates. Throws
/// std::invalid_argument naming the design's modules if there is none of that name.
[[nodiscard]] BlockSource block_source(const hcl::Design& design, std::string_view module = {});

struct BlockOptions {
  std::filesystem::path cache;   ///< empty: $SMARTDEAL_CACHE/blocks, else the folder
                                 ///< test-cache/blocks beside the program's own folder
  bool throw_on_failure = true;  ///< false: assertions that fail are only recorded
  std::uint32_t seed = 1;  ///< registers without reset and memories start with random contents
  /// Counted for write_coverage(). Where nothing is asked for and $SMARTDEAL_BLOCK_COVERAGE names a
  /// folder, everything is counted, and each Block leaves a CodeCoverage file there when it goes: a
  /// test program becomes a coverage run without a change.
  CoverageOptions coverage = {};
};

/// An emitted assertion failed.
class AssertionFailure : public std::runtime_error {
 public:
  AssertionFailure(std::string assertion, const std::string& message)
      : std::runtime_error(message), assertion_(std::move(assertion)) {}
  [[nodiscard]] const std::string& assertion() const {
    return assertion_;
  }  ///< queue.count_in_range

 private:
  std::string assertion_;
};

struct FailureRecord {
  std::string assertion;  ///< hierarchical name; empty if the model stopped for another reason
  std::string message;
  std::uint64_t cycle = 0;
};

class Block {
 public:
  /// Emits, verilates and compiles, unless the cache holds this content. Inputs start as zero,
  /// reset is inactive. Throws ToolError (with Verilator's or the compiler's words).
  explicit Block(const hcl::Design& design, std::string_view module = {},
                 const BlockOptions& options = {});
  explicit Block(const BlockSource& source, const BlockOptions& options = {});
  ~Block();
  Block(Block&&) noexcept;
  Block& operator=(Block&&) noexcept;

  [[nodiscard]] const std::vector<BlockPort>& ports() const;

  /// Sets an input; takes effect with the next eval(), step() or peek(). Throws
  /// std::invalid_argument for a port that is not there, is an output, or is too narrow for the
  /// value.
  void poke(std::string_view port, std::uint64_t value);
  /// Two's complement in the port's width.
  void poke_signed(std::string_view port, std::int64_t value);
  /// Ports of any width: 32-bit words, least significant first; missing words are zero.
  void poke(std::string_view port, std::span<const std::uint32_t> words);

  /// Any port's value (combinational paths settled). Throws std::invalid_argument if it is wider
  /// than 64 bits.
  [[nodiscard]] std::uint64_t peek(std::string_view port);
  [[nodiscard]] std::int64_t peek_signed(std::string_view port);
  [[nodiscard]] std::vector<std::uint32_t> peek_words(std::string_view port);

  /// Settles combinational paths.
  void eval();
  /// Rising and falling edge of clk_i, `cycles` times; outputs are settled afterwards.
  void step(int cycles = 1);
  /// rst_ni low for two cycles, then high.
  void reset();

  [[nodiscard]] std::uint64_t cycle() const;                         ///< rising edges so far
  [[nodiscard]] const std::vector<FailureRecord>& failures() const;  ///< since construction

  /// Verilator's counts since construction, for CodeCoverage::add with source_folder(). Throws
  /// ToolError if BlockOptions::coverage asked for none or the file cannot be written.
  void write_coverage(const std::filesystem::path& file);
  [[nodiscard]] const std::filesystem::path& source_folder() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Fields of wide ports: `width` (up to 64) bits from bit `lsb` on.
void set_field(std::span<std::uint32_t> words, int lsb, int width, std::uint64_t value);
[[nodiscard]] std::uint64_t get_field(std::span<const std::uint32_t> words, int lsb, int width);
[[nodiscard]] std::int64_t get_signed_field(std::span<const std::uint32_t> words, int lsb,
                                            int width);

}  // namespace sd::tb
