// Energy = action counts x a technology's unit energies.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "rtl/design/design_point.hpp"

namespace sd::energy {

class TechnologyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A number with the place it comes from.
struct Sourced {
  double value = 0;
  std::string source;
};

/// Unit energies of one technology, read from a data file that names a source for every number.
struct Technology {
  std::string name;
  int node_nm = 0;
  Sourced dram_pj_per_bit;
  Sourced add8_pj, add32_pj, multiply8_pj, shift8_pj, register_pj_per_bit;
  /// SRAM read energy per bit = base + slope * sqrt(KiB of the macro); writes cost the same unless said otherwise.
  Sourced sram_base_pj_per_bit, sram_slope_pj_per_bit;
};

[[nodiscard]] Technology read_technology(const std::filesystem::path& file);
/// The committed 28 nm file (embedded in the program).
[[nodiscard]] const Technology& default_technology();

/// Counts of everything that costs energy, summed over the images.
struct ActionCounts {
  std::uint64_t cycles = 0;
  std::uint64_t mac_operations = 0;     ///< products (parallel) or non-zero Booth digits (booth_serial)
  std::uint64_t weights_rebuilt = 0;
  std::uint64_t outputs = 0;
  std::uint64_t dram_read_bytes = 0, dram_write_bytes = 0;
  std::uint64_t input_buffer_reads = 0, input_buffer_write_bytes = 0;   ///< reads: words of `macs` bytes
  std::uint64_t local_writes = 0;       ///< words of results written into the input buffer
  std::uint64_t vector_operations = 0;  ///< taps and second operands of pooling, addition, rescaling
  std::uint64_t residual_outputs = 0;   ///< outputs to which a residual is added on the way out
  std::uint64_t weight_buffer_reads = 0, weight_buffer_writes = 0;      ///< words
  std::uint64_t index_buffer_reads = 0, index_buffer_writes = 0;        ///< entries
  std::uint64_t output_buffer_reads = 0, output_buffer_writes = 0;      ///< words of `macs` bytes
};

struct EnergyBreakdown {
  std::vector<std::pair<std::string, double>> components;  ///< "dram", "input_buffer", "weight_buffer", "index_buffer", "output_buffer", "rebuild", "mac", "output_stage", "vector"; pJ
  [[nodiscard]] double total_pj() const;
};

[[nodiscard]] EnergyBreakdown energy_of(const ActionCounts& counts, const design::DesignPoint& design, const Technology& technology);

}  // namespace sd::energy
