#include "control_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "control_reset.hpp"
#include "rtl/accelerator/control/control_side.hpp"

namespace sd::rtl::test {

ControlBench::ControlBench(const design::DesignPoint& design, std::uint32_t seed)
    : point(design),
      block(hcl::elaborate<ControlSide>(design)),
      memory("m_axi", "rw", design.axi_bytes(), design.axi_burst_beats, memory_bytes, seed),
      bus(
          block, "s_axil", [this] { tick(); }, seed + 1),
      random_(seed + 2) {
  buffers.input.resize(static_cast<std::size_t>(point.input_buffer_bytes));
  buffers.output.resize(static_cast<std::size_t>(point.output_buffer_bytes));
  buffers.flags.assign(static_cast<std::size_t>(point.zero_flags()), -1);
  buffers.weights.resize(static_cast<std::size_t>(point.weight_words()));
  buffers.index.resize(static_cast<std::size_t>(point.index_buffer_entries));
  buffers.parameters.resize(static_cast<std::size_t>(point.parameter_records()));
  output_data_.resize(std::max<std::size_t>(1, static_cast<std::size_t>(point.macs) / 4));
  // Stretches of zeros, so that whole rows are zero, and some stretches with a single byte that is
  // not.
  for (std::size_t at = 0; at < memory.bytes.size();) {
    const std::size_t length = 8 + random_.below(120);
    const int density = static_cast<int>(random_.below(3)) * 50;
    for (std::size_t i = at; i < std::min(at + length, memory.bytes.size()); ++i)
      memory.bytes[i] = random_.chance(density) ? static_cast<std::uint8_t>(random_()) : 0;
    if (density == 0 && random_.chance(30))
      memory.bytes[std::min(at + random_.below(8), memory.bytes.size() - 1)] = 1;
    at += length;
  }
  const auto fields_of = [&](const std::string& prefix) {
    std::vector<Pin> pins;
    for (const auto& port : block.ports())
      if (port.name.starts_with(prefix))
        pins.push_back(
            {port.name.substr(prefix.size(), port.name.size() - prefix.size() - 2), port.name});
    return pins;
  };
  command_fields_ = fields_of("command_bits_");
  vector_fields_ = fields_of("vector_bits_");
  reset(block);
}

void ControlBench::drive_compute() {
  const bool room = running_.size() < static_cast<std::size_t>(in_flight);
  ready_ = room && random_.chance(accept_percent);
  vector_ready_ = room && random_.chance(accept_percent);
  block.poke("command_ready_i", ready_);
  block.poke("vector_ready_i", vector_ready_);
  const bool done = !running_.empty() && running_.front() == 1;
  if (done && on_done) on_done();
  block.poke("done_i", done);
  block.poke("output_data_i", std::span<const std::uint32_t>(output_data_));
  held_ = hold_;
  if (hold_left_ > 0) --hold_left_;
  if (hold_left_ == 0 && random_.chance(hold_percent))
    hold_left_ = 1 + static_cast<int>(random_.below(static_cast<std::uint32_t>(longest_hold)));
  hold_ = hold_left_ > 0;
  block.poke("load_hold_i", hold_);
}

void ControlBench::sample_compute() {
  if (!running_.empty() && --running_.front() == 0) running_.pop_front();
  const bool compute = block.peek("command_valid_o") != 0,
             vector = block.peek("vector_valid_o") != 0;
  EXPECT_FALSE(compute && vector) << "COMPUTE and VECTOR offered at once";
  if ((compute && ready_) || (vector && vector_ready_)) {
    std::map<std::string, std::uint64_t> fields;
    for (const auto& pin : compute ? command_fields_ : vector_fields_)
      fields[pin.name] = block.peek(pin.port);
    ++(compute ? computes : vectors);
    running_.push_back(compute_cycles + static_cast<int>(random_.below(
                                            static_cast<std::uint32_t>(extra_cycles + 1))));
    if (on_accept) on_accept(fields, vector);
  }
  if (held_) {
    ++held_cycles;
    EXPECT_EQ(block.peek("input_write_valid_o"), 0U) << "a load wrote behind load_hold";
    EXPECT_EQ(block.peek("flag_write_valid_o"), 0U) << "a flag was written behind load_hold";
    held_weights += block.peek("weight_write_valid_o");
  }
  if (block.peek("input_write_valid_o") != 0) {
    const std::size_t at = block.peek("input_write_bits_byte_address_o");
    const auto data = block.peek_words("input_write_bits_data_o");
    ASSERT_LE(at + 4 * data.size(), buffers.input.size());
    std::memcpy(&buffers.input[at], data.data(), 4 * data.size());
    ++counted[9];
  }
  if (block.peek("flag_write_valid_o") != 0)
    buffers.flags.at(block.peek("flag_write_bits_number_o")) =
        static_cast<int>(block.peek("flag_write_bits_nonzero_o"));
  if (block.peek("weight_write_valid_o") != 0) {
    buffers.weights.at(block.peek("weight_write_bits_word_o")) =
        block.peek_words("weight_write_bits_data_o");
    ++counted[11];
  }
  if (block.peek("index_write_valid_o") != 0) {
    const auto field = [&](const char* name) {
      return static_cast<std::uint32_t>(block.peek(std::string("index_write_bits_") + name + "_o"));
    };
    buffers.index.at(field("entry")) = {field("marker"), field("c_row"), field("r")};
    ++counted[13];
  }
  if (block.peek("parameter_write_valid_o") != 0)
    buffers.parameters.at(block.peek("parameter_write_bits_record_o")) =
        block.peek("parameter_write_bits_data_o");
  if (block.peek("output_read_valid_o") != 0) {
    const std::size_t word = block.peek("output_read_bits_word_o");
    const auto bytes = static_cast<std::size_t>(point.macs);
    ASSERT_LE((word + 1) * bytes, buffers.output.size());
    std::fill(output_data_.begin(), output_data_.end(), 0);
    std::memcpy(output_data_.data(), &buffers.output[word * bytes], bytes);
    ++counted[14];
  }
}

void ControlBench::tick() {
  memory.drive(block);
  drive_compute();
  block.eval();
  const std::uint64_t reads = memory.read_beats, writes = memory.write_beats;
  const bool computing = !running_.empty();
  memory.sample(block);
  sample_compute();
  counted[6] += memory.read_beats - reads;
  counted[7] += memory.write_beats - writes;
  if (computing) overlapped_beats += memory.read_beats - reads;
  block.step();
  ++cycles;
}

void ControlBench::hard_reset() {
  memory.reset();
  running_.clear();
  reset(block);
}

void ControlBench::start(const std::vector<CommandWords>& program, std::uint32_t count_off) {
  write_program(memory.bytes, program_address, program);
  counted = {};
  EXPECT_EQ(bus.write(0x10, program_address), 0U);
  EXPECT_EQ(bus.write(0x14, static_cast<std::uint32_t>(program.size()) + count_off), 0U);
  EXPECT_EQ(bus.write(0x08, 0b101), 0U);
}

bool ControlBench::wait(std::uint64_t limit) {
  for (std::uint64_t i = 0; i < limit; ++i) {
    if (block.peek("irq_o") != 0) return true;
    tick();
  }
  return false;
}

bool ControlBench::wait_done(std::uint64_t limit) {
  const std::uint64_t end = cycles + limit;
  while (cycles < end)
    if (status().done) return true;
  return false;
}

Status ControlBench::run(const std::vector<CommandWords>& program, std::uint64_t limit,
                         std::uint32_t count_off) {
  start(program, count_off);
  EXPECT_TRUE(wait(limit)) << "no interrupt, status " << bus.read(0x0c).data;
  EXPECT_TRUE(wait_done(limit)) << "not done, status " << bus.read(0x0c).data;
  EXPECT_TRUE(memory.idle()) << "a transaction is still open at the end of the run";
  EXPECT_TRUE(compute_idle());
  return status();
}

Status ControlBench::status() {
  const std::uint32_t word = bus.read(0x0c).data;
  return {(word & 1) != 0, (word & 2) != 0, (word & 4) != 0, word >> 8 & 0xff, word >> 16};
}

std::uint64_t ControlBench::counter(std::uint32_t number) {
  const std::uint64_t low = bus.read(0x40 + 8 * number).data;
  return low | std::uint64_t{bus.read(0x44 + 8 * number).data} << 32;
}

}  // namespace sd::rtl::test
