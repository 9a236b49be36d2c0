// Yosys' own mutants: bits of the netlist inverted, stuck or mixed with another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rtl/hcl/design.hpp"
#include "verilator_tb/fault_plan.hpp"

namespace sd::mutation {

struct NetlistRequest {
  std::string module;
  int first = 1, count = 0;  ///< numbers first .. first + count - 1
};

struct NetlistMutants {
  std::vector<tb::NetlistFaults>
      netlists;  ///< one a request; fewer numbers where a module has fewer places
  std::vector<std::pair<int, std::string>> descriptions;  ///< by number
};

/// `yosys mutate -list -ctrl` on each module of the request, all in one run.
[[nodiscard]] NetlistMutants netlist_mutants(const hcl::Design& design,
                                             const std::vector<NetlistRequest>& requests,
                                             std::uint64_t seed);

/// "const0 of D[8] of row_c_ahead, index_decoder.sv:74" from a line of `mutate -list`.
[[nodiscard]] std::string describe_netlist_mutant(const std::string& line);

}  // namespace sd::mutation
