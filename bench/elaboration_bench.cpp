// How elaboration and emission of the construction library grow with the design: time per instance,
// or per register, from 10 to 10,000 of them. Linear growth is a last column that stays near 1.
//
//   elaboration_bench             the three shapes below
//   elaboration_bench 64 16 8     also the accelerator with so many slices, lines and MACs, where
//   the
//                                 program is built with it
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "rtl/hcl/hcl.hpp"
#ifdef SD_BENCH_ACCELERATOR
#include "rtl/accelerator/accelerator.hpp"
#endif

namespace {

using namespace hcl;

struct StageIo {
  Decoupled<UInt> in, out;
  StageIo(Ports& p, int width) : in(p.sink<UInt>("in", width)), out(p.source<UInt>("out", width)) {}
};

/// A pipeline register with some arithmetic; `number` makes each a module of its own.
class Stage : public Module<StageIo> {
 public:
  Stage(Context& at, int width, int number)
      : Module(at, ModuleName("stage").with("WIDTH", width).with("NUMBER", number), width) {
    auto held = reg<UInt>("held", no_reset, width);
    auto full = reg<Bool>("full", Reset{0});
    io.in.ready <<= !full | io.out.ready;
    io.out.valid <<= full;
    io.out.bits <<= held;
    when(io.in.fire(), [&] {
      full <<= true;
      held <<= wrap(io.in.bits + (number & 63)) ^ shr(io.in.bits, 1);
    }).elsewhen(io.out.fire(), [&] { full <<= false; });
    assert_("keeps_what_it_has", full | !io.out.valid);
  }
};

/// `count` stages in a row; equal ones share a module.
class Row : public Module<StageIo> {
 public:
  Row(Context& at, int width, int count, bool equal) : Module(at, ModuleName("row"), width) {
    std::vector<StageIo> stages;
    for (int i = 0; i < count; ++i) {
      stages.push_back(instance<Stage>("u_stage_" + std::to_string(i), width, equal ? 0 : i));
      stages.back().in <<= i == 0 ? io.in : stages[static_cast<std::size_t>(i - 1)].out;
    }
    io.out <<= stages.back().out;
  }
};

/// `count` registers under conditions in one module.
class Wide : public Module<StageIo> {
 public:
  Wide(Context& at, int width, int count) : Module(at, ModuleName("wide"), width) {
    io.in.ready <<= true;
    io.out.valid <<= io.in.valid;
    std::vector<UInt> values = {io.in.bits};
    for (int i = 0; i < count; ++i) {
      auto kept = reg<UInt>("kept_" + std::to_string(i), Reset{0}, width);
      when(io.in.valid & values.back().bit(i % width), [&] {
        kept <<= mux(io.out.ready, wrap(values.back() + 1), values.back() ^ io.in.bits);
      });
      values.push_back(kept);
    }
    io.out.bits <<= values.back();
  }
};

/// Processor time, the best of three runs: other programs on the machine do not count.
double seconds_of(const auto& work) {
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const std::clock_t start = std::clock();
    work();
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    if (best > 1) break;
  }
  return best;
}

template <class Elaborate>
void table(const std::string& title, const Elaborate& elaborate_with) {
  fmt::print(
      "## {}\n\n| count | elaborate, s | emit, s | lines | us each | against ten times fewer |\n"
      "|---|---|---|---|---|---|\n",
      title);
  double before = 0;
  for (const int count : {10, 100, 1000, 10000}) {
    const double elaboration = seconds_of([&] { (void)elaborate_with(count); });
    const Design design = elaborate_with(count);
    std::vector<EmittedFile> files;
    const double emission = seconds_of([&] { files = emit(design); });
    std::ptrdiff_t lines = 0;
    for (const EmittedFile& file : files)
      lines += std::count(file.text.begin(), file.text.end(), '\n');
    const double each = (elaboration + emission) / count * 1e6;
    fmt::print("| {} | {:.4f} | {:.4f} | {} | {:.1f} | {} |\n", count, elaboration, emission, lines,
               each, before == 0 ? std::string("-") : fmt::format("{:.2f}", each / before));
    before = each;
  }
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  table("Instances of one module", [](int count) { return elaborate<Row>(16, count, true); });
  table("Instances, each of a module of its own",
        [](int count) { return elaborate<Row>(16, count, false); });
  table("Registers in one module", [](int count) { return elaborate<Wide>(16, count); });
#ifdef SD_BENCH_ACCELERATOR
  if (argc == 4) {
    sd::design::DesignPoint point;
    point.slices = std::atoi(argv[1]);
    point.lines = std::atoi(argv[2]);
    point.macs = std::atoi(argv[3]);
    const double elaboration = seconds_of([&] { (void)sd::rtl::elaborate_accelerator(point); });
    const Design design = sd::rtl::elaborate_accelerator(point);
    const double emission = seconds_of([&] { (void)emit(design); });
    const DesignFacts facts = inspect(design);
    fmt::print(
        "accelerator {}x{}x{}: elaborate {:.3f} s, emit {:.3f} s, {} modules, {} instances, "
        "{} register bits\n",
        point.slices, point.lines, point.macs, elaboration, emission, facts.modules.size(),
        facts.instances(), facts.register_bits());
  }
#else
  (void)argc;
  (void)argv;
#endif
  return 0;
}
