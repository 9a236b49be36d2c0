#include "mutation/choose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>

#include "netlist_mutants.hpp"
#include "random.hpp"

namespace sd::mutation {
namespace {

/// A block: everything that one generator makes.
struct Generator {
  std::string name;
  int design = 0;                    ///< the first that has it
  std::vector<std::string> modules;  ///< of that design
  std::vector<hcl::Fault> faults;    ///< of all modules, each once
};

void refuse_unknown(const std::vector<std::string>& wanted, const std::set<std::string>& known) {
  for (const std::string& name : wanted)
    if (!known.contains(name))
      throw std::invalid_argument(
          fmt::format("no block {} in the designs; they have: {}", name, fmt::join(known, ", ")));
}

std::vector<Generator> generators_of(const std::vector<hcl::Design>& designs,
                                     const std::vector<std::string>& wanted) {
  std::vector<Generator> all;
  std::map<std::string, std::size_t> index;
  std::set<std::string> known;
  std::set<hcl::Fault> seen;
  for (std::size_t d = 0; d < designs.size(); ++d) {
    for (const hcl::ModuleFaults& module : hcl::possible_faults(designs[d])) {
      known.insert(module.generator);
      if (!wanted.empty() &&
          std::find(wanted.begin(), wanted.end(), module.generator) == wanted.end())
        continue;
      const auto [at, is_new] = index.emplace(module.generator, all.size());
      if (is_new) all.push_back({module.generator, static_cast<int>(d), {}, {}});
      Generator& generator = all[at->second];
      if (generator.design != static_cast<int>(d)) continue;
      generator.modules.push_back(module.module);
      for (const hcl::Fault& fault : module.faults)
        if (seen.insert(fault).second) generator.faults.push_back(fault);
    }
  }
  refuse_unknown(wanted, known);
  return all;
}

/// One each, the rest by size (largest remainder).
std::vector<int> shares(const std::vector<std::size_t>& sizes, int count) {
  std::vector<int> share(sizes.size(), 0);
  for (std::size_t i = 0; i < sizes.size(); ++i) share[i] = sizes[i] > 0 ? 1 : 0;
  const double total =
      static_cast<double>(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}));
  const auto given = [&] { return std::accumulate(share.begin(), share.end(), 0); };
  while (given() < count) {
    std::size_t poorest = sizes.size();
    double most_missing = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (share[i] >= static_cast<int>(sizes[i])) continue;
      const double missing = static_cast<double>(sizes[i]) / total * count - share[i];
      if (poorest == sizes.size() || missing > most_missing) {
        poorest = i;
        most_missing = missing;
      }
    }
    if (poorest == sizes.size()) break;  // fewer places than mutants wanted
    ++share[poorest];
  }
  return share;
}

/// The kinds take turns, so that the many literals do not crowd out the rest.
std::vector<hcl::Fault> chosen_faults(const Generator& generator, int count, Random& random) {
  std::map<hcl::FaultKind, std::vector<hcl::Fault>> by_kind;
  for (const hcl::Fault& fault : generator.faults) by_kind[fault.kind].push_back(fault);
  std::vector<hcl::FaultKind> order;
  for (const auto& [kind, faults] : by_kind) order.push_back(kind);
  std::vector<hcl::FaultKind> turns;
  while (!order.empty()) turns.push_back(random.take(order));
  std::vector<hcl::Fault> chosen;
  for (std::size_t turn = 0; static_cast<int>(chosen.size()) < count && !turns.empty();) {
    auto& left = by_kind.at(turns[turn]);
    chosen.push_back(random.take(left));
    if (left.empty())
      turns.erase(turns.begin() + static_cast<std::ptrdiff_t>(turn));
    else
      ++turn;
    if (turn >= turns.size()) turn = 0;
  }
  return chosen;
}

std::string describe(const hcl::Fault& fault) {
  std::string text =
      fmt::format("{}: {}, {}:{}", fault.generator, fault.change, fault.file, fault.line);
  if (fault.place > 0) text += fmt::format(" ({})", fault.place + 1);
  return text;
}

MutantKind kind_of_fault(hcl::FaultKind kind) {
  return kind_of(hcl::fault_kind_name(kind));
}

void choose_own(const std::vector<Generator>& generators, const std::vector<int>& counts,
                Random& random, MutantSet& set) {
  for (std::size_t i = 0; i < generators.size(); ++i) {
    const Generator& generator = generators[i];
    for (hcl::Fault& fault : chosen_faults(generator, counts[i], random)) {
      const int number = static_cast<int>(set.mutants.size()) + 1;
      set.mutants.push_back({number, kind_of_fault(fault.kind), generator.name,
                             generator.modules.front(), describe(fault), generator.design});
      set.own.faults.push_back({number, std::move(fault)});
    }
  }
}

void choose_netlist(const std::vector<hcl::Design>& designs,
                    const std::vector<Generator>& generators, const std::vector<int>& counts,
                    Random& random, MutantSet& set) {
  int next = static_cast<int>(set.mutants.size()) + 1;
  for (std::size_t d = 0; d < designs.size(); ++d) {
    std::vector<NetlistRequest> requests;
    std::map<std::string, std::string> generator_of;
    for (std::size_t i = 0; i < generators.size(); ++i) {
      const Generator& generator = generators[i];
      if (generator.design != static_cast<int>(d)) continue;
      // A generator with many modules: some of them, by chance.
      std::vector<std::string> modules = generator.modules, order;
      while (!modules.empty()) order.push_back(random.take(modules));
      const int count = counts[i], of = static_cast<int>(order.size());
      for (int m = 0; m < of; ++m) {
        const int mine = count / of + (m < count % of ? 1 : 0);
        if (mine == 0) continue;
        const std::string& module = order[static_cast<std::size_t>(m)];
        generator_of[module] = generator.name;
        requests.push_back({module, next, mine});
        next += mine;
      }
    }
    if (requests.empty()) continue;
    NetlistMutants made = netlist_mutants(designs[d], requests, random.next());
    std::map<int, std::string> module_of;
    for (tb::NetlistFaults& netlist : made.netlists) {
      for (const int number : netlist.numbers) module_of[number] = netlist.module;
      if (!netlist.numbers.empty()) set.netlist.netlists.push_back(std::move(netlist));
    }
    for (auto& [number, description] : made.descriptions)
      set.mutants.push_back({number, MutantKind::netlist, generator_of.at(module_of.at(number)),
                             module_of.at(number), std::move(description), static_cast<int>(d)});
  }
}

}  // namespace

MutantSet choose_mutants(const std::vector<hcl::Design>& designs, const ChooseOptions& options) {
  const std::vector<Generator> generators = generators_of(designs, options.generators);
  std::vector<std::size_t> sizes;
  for (const Generator& generator : generators) sizes.push_back(generator.faults.size());
  Random random(options.seed);
  MutantSet set;
  choose_own(generators, shares(sizes, options.count - options.count / 2), random, set);
  // A block without a place for a fault of its own is wiring: its netlist has places all the same.
  for (std::size_t& size : sizes) size = std::max<std::size_t>(size, 1);
  choose_netlist(designs, generators, shares(sizes, options.count / 2), random, set);
  return set;
}

}  // namespace sd::mutation
