// Simulated cycles and MACs a second of whole accelerators, and the time to build their simulators,
// as sections of a Markdown document.
//   simulation_bench [--output FILE.md] [--images N] [--model FILE.sd|FILE.onnx] [--large]
// A whole network (the file's, or ResNet-20 with random weights), one command list an image, what
// comes to DRAM compared with the integer reference. Each design once with one thread, once with
// two threads, and as two simulations side by side. --large: one layer on the paper's own size, 64
// x 16 x 8, blocks verilated by themselves; instead of the rest. Simulators are built anew, in a
// folder of their own.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "document_section.hpp"
#include "machine.hpp"
#include "simulated_networks.hpp"
#include "verilator_tb/simulate_each.hpp"

namespace {

using namespace sd;

/// Gone when the program ends.
class OwnCache {
 public:
  OwnCache()
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("simulation_bench-{}", ::getpid())) {}
  ~OwnCache() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  OwnCache(const OwnCache&) = delete;
  OwnCache& operator=(const OwnCache&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

design::DesignPoint array(const char* name, int size, design::MacKind kind) {
  design::DesignPoint d;
  d.name = name;
  d.slices = d.lines = d.macs = size;
  d.mac_kind = kind;
  return d;
}

std::vector<design::DesignPoint> designs() {
  auto tiling = array("small buffers 4x4x4", 4, design::MacKind::parallel);
  tiling.input_buffer_bytes = 16 * 1024;
  tiling.weight_buffer_bytes = 4 * 1024;
  tiling.index_buffer_entries = 400;
  tiling.output_buffer_bytes = 2 * 1024;
  const auto parallel = array("parallel 8x8x8", 8, design::MacKind::parallel);
  auto dense = parallel.dense_baseline();
  dense.name = "dense 8x8x8";
  return {array("booth 8x8x8", 8, design::MacKind::booth_serial),
          array("parallel 4x4x4", 4, design::MacKind::parallel), parallel, tiling, dense};
}

design::DesignPoint papers_size() {
  auto d = array("paper_size", 8, design::MacKind::parallel);
  d.slices = 64;
  d.lines = 16;
  d.block_segments = 8;
  d.input_buffer_bytes = 512 * 1024;
  d.weight_buffer_bytes = 256 * 1024;
  d.output_buffer_bytes = 256 * 1024;
  d.index_buffer_entries = 8192;
  return d;
}

/// One way to use the cores.
struct Way {
  int threads = 1;       ///< of a simulation
  std::size_t jobs = 1;  ///< simulations side by side
};

std::string name_of(const Way& way) {
  if (way.jobs > 1) return fmt::format("{} simulations", way.jobs);
  return way.threads == 1 ? "1 thread" : fmt::format("{} threads", way.threads);
}

constexpr const char* titles =
    "| design | MACs | run as | built in s | cycles an image | MAC utilisation | cycles/s | MAC/s "
    "| "
    "cores busy | bit-exact |\n|---|---|---|---|---|---|---|---|---|---|\n";

class Bench {
 public:
  explicit Bench(const std::filesystem::path& cache) : cache_(cache) {}
  [[nodiscard]] bool exact() const { return exact_; }

  /// A row of the table.
  std::string row(const design::DesignPoint& design,
                  const std::shared_ptr<const pack::PackedModel>& model, std::size_t count,
                  const Way& way, const tb::ModelOptions& how) {
    const integer::Executor reference(model);
    std::vector<tb::NumberedImage> images;
    // Each of the simulations side by side has as many.
    for (const auto& image : benchmark::noise(model->network.input_shape(), count * way.jobs))
      images.push_back({images.size(), reference.quantise_input(image)});
    const schedule::Program program = schedule::build_program(*model, design);
    const tb::BuiltModel built = tb::build_model(design, cache_, {}, {}, how);
    const auto begin = std::chrono::steady_clock::now();
    const double processor = benchmark::processor_seconds();
    const auto results =
        tb::simulate_each(built, program, reference, images, {}, way.jobs, {}, {}, {});
    const double wall =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const double busy = (benchmark::processor_seconds() - processor) / wall;
    tb::Counters total;
    for (const tb::SimulationResult& result : results) total += result.total;
    const bool exact = results.size() == images.size() && results.back().bit_exact();
    exact_ = exact_ && exact;
    const double cycles = static_cast<double>(total.cycles);
    std::string text = fmt::format(
        "| {} | {} | {} | {} | {:.0f} | {:.1f} % | {:.0f} | {:.3g} | {:.2f} | {} |\n", design.name,
        design.total_macs(), name_of(way),
        built.from_cache ? "" : fmt::format("{:.1f}", built.build_seconds),
        cycles / static_cast<double>(results.size()),
        100 * static_cast<double>(total.mac_active) / (cycles * design.total_macs()), cycles / wall,
        static_cast<double>(total.macs) / wall, busy, exact ? "yes" : "NO");
    fmt::print(stderr, "{}", text);
    return text;
  }

 private:
  std::filesystem::path cache_;
  bool exact_ = true;
};

std::string whole_networks(Bench& bench, const std::filesystem::path& file, std::size_t images) {
  const auto model = benchmark::network_of(file);
  std::string text = fmt::format(
      "`bench/simulation_bench.cpp` on {}: network {}, {} image{} of noise a simulation, one "
      "command "
      "list each, compared with the integer reference. Wall time, the\nreference and the making of "
      "each model included; where other work ran beside it, cores busy is below the number of "
      "threads. "
      "Built in: elaboration, Verilator and compiler,\non all cores. The harness with its AXI "
      "checkers "
      "is part of it.\n\n",
      benchmark::machine(), model->network.name, images, images == 1 ? "" : "s");
  text += titles;
  for (const design::DesignPoint& design : designs())
    for (const Way& way : {Way{1, 1}, Way{1, 2}, Way{2, 1}}) {
      tb::ModelOptions how;
      how.threads = way.threads;
      text += bench.row(design, model, images, way, how);
    }
  return text;
}

std::string papers_array(Bench& bench) {
  const design::DesignPoint design = papers_size();
  tb::ModelOptions how;
  how.hierarchical_blocks = tb::hierarchical_blocks(design);
  const graph::Network network = benchmark::one_layer();
  const auto model = benchmark::packed(network, benchmark::noise(network.input_shape(), 8));
  std::string blocks;
  for (const std::string& block : how.hierarchical_blocks)
    blocks += (blocks.empty() ? "`" : ", `") + block + "`";
  const auto& shape = network.operators.back().output;
  return fmt::format(
             "The paper's own size, 64 x 16 x 8, by hierarchical verilation (blocks verilated "
             "once: {}), "
             "on {}: a 3x3 layer of {} channels on {} x {} pixels.\n\n",
             blocks, benchmark::machine(), shape.channels, shape.height, shape.width) +
         titles + bench.row(design, model, 1, {}, how);
}

struct Options {
  std::filesystem::path output, model;
  std::size_t images = 10;
  bool large = false;
};

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--large") == 0)
      options.large = true;
    else if (i + 1 < argc && std::strcmp(argv[i], "--output") == 0)
      options.output = argv[++i];
    else if (i + 1 < argc && std::strcmp(argv[i], "--model") == 0)
      options.model = argv[++i];
    else if (i + 1 < argc && std::strcmp(argv[i], "--images") == 0)
      options.images = static_cast<std::size_t>(std::max(0, std::atoi(argv[++i])));
    else
      return false;
  }
  return options.images > 0;
}

void write(const Options& options, const std::string& name, const std::string& heading,
           const std::string& text) {
  if (options.output.empty())
    fmt::print("{}", text);
  else
    benchmark::write_section(options.output, name, heading, text);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    fmt::print(
        stderr,
        "usage: simulation_bench [--output FILE.md] [--images N] [--model FILE.sd|FILE.onnx] "
        "[--large]\n");
    return 2;
  }
  try {
    const OwnCache cache;
    Bench bench(cache.path());
    if (options.large)
      write(options, "large", "## The paper's array", papers_array(bench));
    else
      write(options, "designs", "# Simulation speed",
            whole_networks(bench, options.model, options.images));
    return bench.exact() ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "simulation_bench: {}\n", error.what());
    return 1;
  }
}
