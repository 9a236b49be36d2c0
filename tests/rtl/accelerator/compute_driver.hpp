// Drives compute_side through the ports of the seam: fills the buffers, issues the command, sums
// the events, reads the words.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rtl/accelerator/compute_tile.hpp"
#include "verilator_tb/block.hpp"

namespace sd::test {

/// Sets the fields of a ComputeCommand port: `prefix` and `_i` around each field's name.
void poke_command(tb::Block& block, const std::string& prefix, const Tile& tile);

class ComputeDriver {
 public:
  explicit ComputeDriver(const design::DesignPoint& point);

  /// Writes the tile's data into the buffers, and junk where its outputs will be.
  void load(const Tile& tile);
  /// Issues the command and waits for `done`; the counters of the run are then in `counters()`.
  /// False after `limit` cycles.
  [[nodiscard]] bool run(const Tile& tile, std::uint64_t limit = 200000);
  [[nodiscard]] const std::map<std::string, std::uint64_t>& counters() const { return counters_; }
  [[nodiscard]] std::vector<std::vector<std::int8_t>> read_output(const Tile& tile);
  [[nodiscard]] const design::DesignPoint& point() const { return point_; }

 private:
  void tick();
  void write_valid(const std::string& port, const std::map<std::string, std::uint64_t>& fields);

  design::DesignPoint point_;
  tb::Block block_;
  std::map<std::string, std::uint64_t> counters_;
};

}  // namespace sd::test
