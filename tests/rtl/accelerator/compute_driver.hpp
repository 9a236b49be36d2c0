// Drives compute_side through the ports of the seam: fills the buffers, offers commands as fast as
// they are taken, sums the events, reads the words.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "rtl/accelerator/compute_reference.hpp"
#include "verilator_tb/block.hpp"

namespace sd::test {

using TestCommand = std::variant<Tile, VectorShape>;

class ComputeDriver {
 public:
  explicit ComputeDriver(const design::DesignPoint& point);

  /// Writes the whole input buffer and its flags.
  void load_input(const Memory& memory);
  /// Writes a tile's weights, entries and records.
  void load_group(const Tile& tile);
  /// Offers the commands one after the other, with `pause` cycles between them, and waits for as
  /// many `done`; the counters of the run are then in `counters()`. Meanwhile the last beat of the
  /// input buffer and its last flag are loaded again and again, as they are, in every cycle in
  /// which `load_hold` allows it. False after `limit` cycles.
  [[nodiscard]] bool run(const std::vector<TestCommand>& commands, int pause = 0,
                         std::uint64_t limit = 200000);
  [[nodiscard]] const Counters& counters() const { return counters_; }
  /// Of the last run: cycles without a job before each job.
  [[nodiscard]] const std::vector<int>& gaps() const { return gaps_; }
  /// `words` words of the output buffer.
  [[nodiscard]] std::vector<std::int8_t> read_output(int word, int words);
  /// The whole input buffer, copied through the output buffer by VECTOR commands.
  [[nodiscard]] std::vector<std::int8_t> read_input();
  [[nodiscard]] const design::DesignPoint& point() const { return point_; }

 private:
  void tick();
  void write_valid(const std::string& port, const std::map<std::string, std::uint64_t>& fields);

  design::DesignPoint point_;
  tb::Block block_;
  Counters counters_;
  std::vector<int> gaps_;
  int since_job_ = 0;
  std::vector<std::uint32_t> last_beat_;
  bool last_flag_ = false;
};

}  // namespace sd::test
