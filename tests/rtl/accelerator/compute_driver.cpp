#include "rtl/accelerator/compute_driver.hpp"

#include "rtl/accelerator/compute/compute_side.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {

namespace {

const char* const event_names[] = {"macs",
                                   "mac_active",
                                   "rows_executed",
                                   "rows_skipped_weight",
                                   "rows_skipped_activation",
                                   "input_buffer_reads",
                                   "weight_buffer_reads",
                                   "index_buffer_reads",
                                   "output_buffer_writes",
                                   "weights_rebuilt",
                                   "outputs",
                                   "select_stall_cycles",
                                   "drain_stall_cycles",
                                   "compute_busy_cycles"};

}  // namespace

ComputeDriver::ComputeDriver(const design::DesignPoint& point)
    : point_(point), block_(fresh_block(hcl::elaborate<rtl::ComputeSide>(point))) {}

void ComputeDriver::tick() {
  for (const char* name : event_names)
    counters_[name] += block_.peek("events_" + std::string(name) + "_o");
  block_.step();
}

void ComputeDriver::write_valid(const std::string& port,
                                const std::map<std::string, std::uint64_t>& fields) {
  for (const auto& [name, value] : fields) block_.poke(port + "_bits_" + name + "_i", value);
  block_.poke(port + "_valid_i", 1);
  block_.step();
  block_.poke(port + "_valid_i", 0);
}

void ComputeDriver::load(const Tile& tile) {
  const int beat = point_.axi_bytes();
  for (std::size_t at = 0; at < tile.input.size(); at += static_cast<std::size_t>(beat)) {
    std::vector<std::uint32_t> data(static_cast<std::size_t>(beat / 4), 0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(beat); ++i)
      data[i / 4] |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(tile.input[at + i]))
                     << (i % 4 * 8);
    block_.poke("input_write_bits_data_i", data);
    write_valid("input_write",
                {{"byte_address", static_cast<std::uint64_t>(tile.input_word * point_.macs) + at}});
  }
  for (std::size_t row = 0; row < tile.row_nonzero.size(); ++row)
    write_valid("flag_write", {{"number", static_cast<std::uint64_t>(tile.flag_base) + row},
                               {"nonzero", tile.row_nonzero[row] ? 1U : 0U}});
  for (std::size_t i = 0; i < tile.weight_words.size(); ++i) {
    block_.poke("weight_write_bits_data_i", tile.weight_words[i]);
    write_valid("weight_write", {{"word", static_cast<std::uint64_t>(tile.weight_word) + i}});
  }
  for (std::size_t i = 0; i < tile.entries.size(); ++i)
    write_valid("index_write", {{"entry", static_cast<std::uint64_t>(tile.index_entry) + i},
                                {"marker", tile.entries[i].marker ? 1U : 0U},
                                {"c_row", static_cast<std::uint64_t>(tile.entries[i].c_row)},
                                {"r", static_cast<std::uint64_t>(tile.entries[i].r)}});
  for (std::size_t i = 0; i < tile.records.size(); ++i)
    write_valid("parameter_write", {{"record", static_cast<std::uint64_t>(tile.record) + i},
                                    {"data", tile.records[i]}});
}

void poke_command(tb::Block& block, const std::string& prefix, const Tile& tile) {
  const auto& s = tile.shape;
  const auto field = [&](const char* name, int value) {
    block.poke(prefix + name + "_i", static_cast<std::uint64_t>(value));
  };
  field("index_entry", tile.index_entry);
  field("index_entries", static_cast<int>(tile.entries.size()));
  field("weight_word", tile.weight_word);
  field("parameter_record", tile.record);
  field("input_word", tile.input_word);
  field("input_pitch", tile.input_pitch);
  field("tile_rows", s.tile_rows);
  block.poke_signed(prefix + "first_row_i", s.first_row);
  field("flag_base", tile.flag_base);
  field("output_rows", s.output_rows);
  field("output_columns", s.output_columns);
  field("input_columns", s.input_columns);
  field("pad_left", s.pad_left);
  field("stride", s.stride);
  field("steps", s.steps);
  field("output_word", tile.output_word);
  field("output_pitch", tile.output_pitch);
  field("output_channel_words", tile.output_channel_words);
  field("active_slices", tile.active_slices);
  field("relu", s.relu ? 1 : 0);
  field("mode", static_cast<int>(s.mode));
  field("bypass", s.bypass ? 1 : 0);
  field("keep_basis", tile.keep_basis ? 1 : 0);
  field("skip_zero_rows", s.skip ? 1 : 0);
  field("rows_not_stored", tile.rows_not_stored);
  field("total_tile_rows", s.channels * s.tile_rows);
}

bool ComputeDriver::run(const Tile& tile, std::uint64_t limit) {
  poke_command(block_, "command_bits_", tile);
  counters_.clear();
  block_.poke("command_valid_i", 1);
  const std::uint64_t start = block_.cycle();
  while (block_.peek("command_ready_o") == 0) {
    if (block_.cycle() - start > limit) return false;
    tick();
  }
  tick();
  block_.poke("command_valid_i", 0);
  while (block_.peek("done_o") == 0) {
    if (block_.cycle() - start > limit) return false;
    tick();
  }
  tick();
  return true;
}

std::vector<std::vector<std::int8_t>> ComputeDriver::read_output(const Tile& tile) {
  std::vector<std::vector<std::int8_t>> output;
  for (int m = 0; m < tile.active_slices; ++m) {
    std::vector<std::int8_t> bytes;
    for (int word = 0; word < tile.shape.output_rows * tile.output_pitch; ++word) {
      write_valid("output_read",
                  {{"word", static_cast<std::uint64_t>(tile.output_word +
                                                       m * tile.output_channel_words + word)}});
      const auto data = block_.peek_words("output_data_o");
      for (int i = 0; i < point_.macs; ++i)
        bytes.push_back(static_cast<std::int8_t>(tb::get_field(data, i * 8, 8)));
    }
    output.push_back(bytes);
  }
  return output;
}

}  // namespace sd::test
