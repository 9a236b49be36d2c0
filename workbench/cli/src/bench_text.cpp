#include "bench_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "table.hpp"

namespace sd::cli {

std::string bench_text(const core::BenchReport& report) {
  using Align = Table::Align;
  Table table({{"case", Align::left},
               {"threads"},
               {"weights"},
               {"CPU s"},
               {"wall s"},
               {"reference CPU s"},
               {"faster"},
               {"peak MiB"},
               {"error"},
               {"settings", Align::left}});
  for (const core::BenchCase& c : report.cases)
    table.add({c.name, std::to_string(c.threads), grouped(static_cast<std::uint64_t>(c.weights)),
               fmt::format("{:.3f}", c.cpu_seconds), fmt::format("{:.3f}", c.wall_seconds),
               fmt::format("{}", c.reference_cpu_seconds),
               ratio(c.reference_cpu_seconds, c.cpu_seconds),
               std::to_string(c.peak_memory_bytes >> 20), percent(c.relative_error), c.settings});
  std::string text = table.text();
  text +=
      "\nreference: the paper's public Python code, measured once on another machine; random "
      "weights "
      "of the networks' shapes\n";
  text += report.peak_memory_per_case
              ? "peak memory: of each case, with the network's weights in it\n"
              : "peak memory: of the program so far, since this system cannot begin it anew\n";
  const bool several = std::any_of(report.cases.begin(), report.cases.end(), [&](const auto& c) {
    return c.name == report.cases.front().name && c.threads != report.cases.front().threads;
  });
  if (several)
    text += fmt::format("same results for all numbers of threads: {}\n",
                        report.same_for_all_threads ? "yes" : "no");
  return text;
}

}  // namespace sd::cli
