// What zero rows cost: cycles of one layer against the share of its rows that are zero, as a
// section of a Markdown document.
//   sparsity_bench [--output FILE.md] [--step PERCENT]
// About a minute on two cores, the builds of two simulators included. Exit status 1 if a value
// differs from the integer reference.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "document_section.hpp"
#include "sparse_layer.hpp"
#include "verilator_tb/profile.hpp"
#include "verilator_tb/simulate.hpp"

namespace {

using namespace sd;

design::DesignPoint array(const char* name, design::MacKind kind) {
  design::DesignPoint d;
  d.name = name;
  d.mac_kind = kind;
  // Room for the layer's whole input and for the weights of two groups of filters: only the rows
  // are to be seen.
  d.input_buffer_bytes = 128 * 1024;
  d.weight_buffer_bytes = 32 * 1024;
  d.index_buffer_entries = 4096;
  return d;
}

struct Point {
  int stored = 0;  ///< rows of each group
  tb::Counters counters;
};

class Sweep {
 public:
  explicit Sweep(design::DesignPoint design)
      : design_(std::move(design)),
        chip_(tb::build_model(design_, tb::default_cache(), {}, {}, {})) {}

  [[nodiscard]] int rows() const { return 3 * layer_.channels; }
  [[nodiscard]] bool exact() const { return exact_; }

  /// The layer with that many rows stored: bit for bit, then what it adds to the command list.
  Point measure(int stored) {
    const auto model = benchmark::sparse_network(layer_, design_, stored);
    const integer::Executor reference(model);
    const schedule::Program program = schedule::build_program(*model, design_);
    if (program.runs.size() != 1 || program.layers.size() != 2)
      throw std::runtime_error("the layer does not run as one command list");
    std::mt19937_64 random(3);
    integer::Tensor image(model->network.input_shape().elements());
    for (auto& value : image) value = static_cast<std::int8_t>(1 + random() % 126);
    exact_ = tb::simulate(chip_, program, reference, {image}, {}, {}, {}).bit_exact() && exact_;
    return {stored, tb::profile_layers(chip_, program, reference, image, {}).back().counters};
  }

  /// Markdown.
  std::string table(int step) {
    const Point dense = measure(rows()), half = measure(rows() / 2), none = measure(0);
    const auto cycles = [](const Point& p) { return static_cast<double>(p.counters.cycles); };
    // What is paid whatever the rows: where the line through all rows and half of them meets none.
    // With none at all more is to be seen (drains, bitmaps), which lies behind the rows otherwise.
    const double a_row = (cycles(dense) - cycles(half)) / (dense.stored - half.stored);
    const double fixed = cycles(dense) - a_row * dense.stored;
    std::string text = fmt::format(
        "Fixed cost: {:.0f} cycles ({} where no row is stored at all).\n\n"
        "| zero rows | rows stored | jobs | cycles | above the fixed cost | proportional | "
        "deviation | "
        "cycles against 0 % | MAC utilisation |\n|---|---|---|---|---|---|---|---|---|\n",
        fixed, none.counters.cycles);
    for (int percent = 0; percent <= 95; percent += step) {
      const int stored = rows() - static_cast<int>(std::lround(rows() * percent / 100.0));
      const Point p = percent == 0 ? dense : measure(stored);
      const double above = cycles(p) - fixed, right = a_row * stored;
      const double deviation = above / right - 1;
      worst_ = std::max(worst_, std::abs(deviation));
      text += fmt::format(
          "| {} % | {} | {} | {} | {:.0f} | {:.0f} | {:+.1f} % | {:.1f} % | {:.1f} % |\n", percent,
          groups() * stored, p.counters.rows_executed, p.counters.cycles, above, right,
          100 * deviation, 100 * cycles(p) / cycles(dense),
          100 * static_cast<double>(p.counters.mac_active) / (cycles(p) * design_.total_macs()));
    }
    return text + fmt::format("\nLargest deviation: {:.1f} %.\n", 100 * worst_);
  }

  [[nodiscard]] std::string title() const {
    return fmt::format(
        "3x3 convolution, {} channels -> {} filters, {} x {} pixels; {} groups of {} filters, {} "
        "rows "
        "each",
        layer_.channels, layer_.filters, layer_.height, layer_.width, groups(), design_.slices,
        rows());
  }

 private:
  [[nodiscard]] int groups() const { return layer_.filters / design_.slices; }

  benchmark::SparseLayer layer_;
  design::DesignPoint design_;
  tb::BuiltModel chip_;
  bool exact_ = true;
  double worst_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  std::filesystem::path output;
  int step = 5;
  for (int i = 1; i < argc; ++i) {
    if (i + 1 < argc && std::strcmp(argv[i], "--output") == 0)
      output = argv[++i];
    else if (i + 1 < argc && std::strcmp(argv[i], "--step") == 0)
      step = std::atoi(argv[++i]);
    else
      step = 0;
  }
  if (step < 1 || step > 95) {
    fmt::print(stderr, "usage: sparsity_bench [--output FILE.md] [--step PERCENT]\n");
    return 2;
  }
  try {
    std::string text =
        "Measured by `bench/sparsity_bench.cpp` (one command: `scripts/measure_simulation`): one "
        "layer in "
        "the middle of a command list, its input in the input buffer, weights and\nindices from a "
        "DRAM "
        "that moves a beat in every cycle; rows are zero in a whole group of filters, chosen by "
        "chance. A "
        "layer of many channels and one basis a filter:\nwhat does not depend on the rows is small "
        "beside "
        "them. (A basis takes rank x columns cycles of the issuer; with several matrix slices in "
        "every "
        "block, which shows\nwhere few rows are left: 384 cycles a group of this layer with four "
        "slices.) "
        "Cycles are those that the layer adds to the command list. Every value is compared "
        "with\nthe "
        "integer reference. Fixed cost: where the line through 0 % and 50 % meets no rows; "
        "proportional: "
        "that line above it.\n";
    bool exact = true;
    for (const auto kind : {design::MacKind::parallel, design::MacKind::booth_serial}) {
      const bool parallel = kind == design::MacKind::parallel;
      Sweep sweep(array(parallel ? "sparsity_parallel" : "sparsity_booth", kind));
      text += fmt::format("\n{}, 8 x 8 x 8: {}. ", parallel ? "Parallel" : "Booth-serial",
                          sweep.title());
      text += sweep.table(step);
      exact = exact && sweep.exact();
    }
    text += fmt::format("\nBit-exact: {}.\n", exact ? "yes" : "NO");
    if (output.empty())
      fmt::print("{}", text);
    else
      benchmark::write_section(output, "zero rows", "## Zero rows cost nothing", text);
    return exact ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "sparsity_bench: {}\n", error.what());
    return 1;
  }
}
