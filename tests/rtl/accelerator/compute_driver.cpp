#include "rtl/accelerator/compute_driver.hpp"

#include <algorithm>

#include "rtl/accelerator/compute/compute_side.hpp"
#include "rtl/accelerator/compute_block.hpp"
#include "rtl/accelerator/compute_poke.hpp"

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
                                   "compute_busy_cycles",
                                   "local_writes",
                                   "vector_operations",
                                   "residual_outputs"};

}  // namespace

ComputeDriver::ComputeDriver(const design::DesignPoint& point)
    : point_(point), block_(fresh_block(hcl::elaborate<rtl::ComputeSide>(point))) {}

void ComputeDriver::tick() {
  for (const char* name : event_names)
    counters_[name] += block_.peek("events_" + std::string(name) + "_o");
  if (block_.peek("events_rows_executed_o") != 0) {
    gaps_.push_back(since_job_);
    since_job_ = 0;
  } else {
    ++since_job_;
  }
  block_.step();
}

void ComputeDriver::write_valid(const std::string& port,
                                const std::map<std::string, std::uint64_t>& fields) {
  for (const auto& [name, value] : fields) block_.poke(port + "_bits_" + name + "_i", value);
  block_.poke(port + "_valid_i", 1);
  block_.step();
  block_.poke(port + "_valid_i", 0);
}

void ComputeDriver::load_input(const Memory& memory) {
  const auto beat = static_cast<std::size_t>(point_.axi_bytes());
  for (std::size_t at = 0; at < memory.input.size(); at += beat) {
    std::vector<std::uint32_t> data(beat / 4, 0);
    for (std::size_t i = 0; i < beat; ++i)
      data[i / 4] |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(memory.input[at + i]))
                     << (i % 4 * 8);
    block_.poke("input_write_bits_data_i", data);
    write_valid("input_write", {{"byte_address", at}});
    last_beat_ = data;
  }
  last_flag_ = memory.flags.back();
  for (std::size_t row = 0; row < memory.flags.size(); ++row)
    write_valid("flag_write", {{"number", row}, {"nonzero", memory.flags[row] ? 1U : 0U}});
}

void ComputeDriver::load_group(const Tile& tile) {
  const auto from = [](int start, std::size_t i) { return static_cast<std::uint64_t>(start) + i; };
  for (std::size_t i = 0; i < tile.weight_words.size(); ++i) {
    block_.poke("weight_write_bits_data_i", tile.weight_words[i]);
    write_valid("weight_write", {{"word", from(tile.at.weight_word, i)}});
  }
  for (std::size_t i = 0; i < tile.entries.size(); ++i)
    write_valid("index_write", {{"entry", from(tile.at.index_entry, i)},
                                {"marker", tile.entries[i].marker ? 1U : 0U},
                                {"c_row", static_cast<std::uint64_t>(tile.entries[i].c_row)},
                                {"r", static_cast<std::uint64_t>(tile.entries[i].r)}});
  for (std::size_t i = 0; i < tile.records.size(); ++i)
    write_valid("parameter_write",
                {{"record", from(tile.at.record, i)}, {"data", tile.records[i]}});
}

bool ComputeDriver::run(const std::vector<TestCommand>& commands, int pause, std::uint64_t limit) {
  counters_.clear();
  gaps_.clear();
  since_job_ = 0;
  std::size_t next = 0, done = 0, shown = commands.size();
  int wait = 0;
  bool may_load = false;
  if (!last_beat_.empty()) block_.poke("input_write_bits_data_i", last_beat_);
  block_.poke("input_write_bits_byte_address_i",
              static_cast<std::uint64_t>(point_.input_buffer_bytes - point_.axi_bytes()));
  block_.poke("flag_write_bits_number_i", static_cast<std::uint64_t>(point_.zero_flags() - 1));
  block_.poke("flag_write_bits_nonzero_i", last_flag_);
  const std::uint64_t start = block_.cycle();
  while (done < commands.size()) {
    if (block_.cycle() - start > limit) return false;
    const bool offered = next < commands.size() && wait == 0;
    const bool vector = offered && std::holds_alternative<VectorShape>(commands[next]);
    block_.poke("command_valid_i", offered && !vector);
    block_.poke("vector_valid_i", vector);
    if (offered && next != shown) {
      shown = next;
      if (vector)
        poke_vector(block_, "vector_bits_", std::get<VectorShape>(commands[next]));
      else
        poke_command(block_, "command_bits_", std::get<Tile>(commands[next]));
    }
    const bool taken = offered && block_.peek(vector ? "vector_ready_o" : "command_ready_o") != 0;
    block_.poke("input_write_valid_i", may_load);
    block_.poke("flag_write_valid_i", may_load);
    may_load = block_.peek("load_hold_o") == 0 && !last_beat_.empty();
    if (block_.peek("done_o") != 0) ++done;
    tick();
    if (wait > 0) --wait;
    if (taken) ++next, wait = pause;
  }
  block_.poke("command_valid_i", 0);
  for (const char* port : {"vector_valid_i", "input_write_valid_i", "flag_write_valid_i"})
    block_.poke(port, 0);
  return next == commands.size();
}

std::vector<std::int8_t> ComputeDriver::read_output(int word, int words) {
  std::vector<std::int8_t> bytes;
  for (int i = 0; i < words; ++i) {
    write_valid("output_read", {{"word", static_cast<std::uint64_t>(word + i)}});
    const auto data = block_.peek_words("output_data_o");
    for (int b = 0; b < point_.macs; ++b)
      bytes.push_back(static_cast<std::int8_t>(tb::get_field(data, b * 8, 8)));
  }
  return bytes;
}

std::vector<std::int8_t> ComputeDriver::read_input() {
  std::vector<std::int8_t> bytes;
  for (int word = 0; word < point_.input_words(); word += point_.output_words()) {
    VectorShape copy;
    const int words = std::min(point_.output_words(), point_.input_words() - word);
    copy.input_word = word;
    copy.channels = copy.tile_rows = copy.output_rows = copy.window_rows = copy.window_columns = 1;
    copy.stride_x = copy.stride_y = 1;
    copy.input_pitch = copy.input_channel_words = copy.output_pitch = words;
    copy.input_columns = copy.output_columns = words * point_.macs;
    copy.maximum = true;
    copy.target.output_channel_words = words;
    if (!run({copy})) return {};
    const auto part = read_output(0, words);
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  return bytes;
}

}  // namespace sd::test
