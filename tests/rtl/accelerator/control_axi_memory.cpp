#include "control_axi_memory.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace sd::rtl::test {

AxiMemory::AxiMemory(std::string prefix, std::string channels, int data_bytes, int longest_burst,
                     std::size_t size, std::uint32_t seed)
    : bytes(size),
      prefix_(std::move(prefix)),
      has_reads_(channels.find('r') != std::string::npos),
      has_writes_(channels.find('w') != std::string::npos),
      data_bytes_(data_bytes),
      longest_burst_(longest_burst),
      random_(seed) {}

std::uint64_t AxiMemory::due(int latency) {
  const int extra =
      timing.extra_latency == 0
          ? 0
          : static_cast<int>(random_() % static_cast<unsigned>(timing.extra_latency + 1));
  return now_ + static_cast<std::uint64_t>(latency + extra);
}

void AxiMemory::drive(tb::Block& block) {
  if (has_reads_) {
    ar_ready_ = chance(timing.ready_percent);
    block.poke(pin("arready_i"), ar_ready_);
    if (!r_valid_ && !reads_.empty() && reads_.front().due <= now_ && chance(timing.answer_percent))
      r_valid_ = true;
    block.poke(pin("rvalid_i"), r_valid_);
    std::vector<std::uint32_t> data(static_cast<std::size_t>(data_bytes_) / 4, 0xdeadbeefU);
    r_error_ = false;
    bool last = false;
    if (r_valid_) {
      const Read& read = reads_.front();
      const std::uint32_t at = read.address + static_cast<std::uint32_t>(read.done * data_bytes_);
      r_error_ = bad_reads && at >= bad_reads->first && at <= bad_reads->second;
      last = read.done == (wrong_last ? 0 : read.beats - 1);
      if (at + static_cast<std::uint32_t>(data_bytes_) <= bytes.size())
        std::memcpy(data.data(), &bytes[at], static_cast<std::size_t>(data_bytes_));
    }
    block.poke(pin("rdata_i"), std::span<const std::uint32_t>(data));
    block.poke(pin("rresp_i"), r_error_ ? 2 : 0);
    block.poke(pin("rlast_i"), last);
  }
  if (has_writes_) {
    aw_ready_ = chance(timing.ready_percent);
    w_ready_ = chance(timing.ready_percent);
    block.poke(pin("awready_i"), aw_ready_);
    block.poke(pin("wready_i"), w_ready_);
    if (!b_valid_ && !responses_.empty() && responses_.front().due <= now_ &&
        chance(timing.answer_percent))
      b_valid_ = true;
    block.poke(pin("bvalid_i"), b_valid_);
    block.poke(pin("bresp_i"), b_valid_ && responses_.front().error ? 2 : 0);
  }
}

void AxiMemory::sample(tb::Block& block) {
  if (has_reads_) sample_reads(block);
  if (has_writes_) sample_writes(block);
  ++now_;
}

void AxiMemory::check_address(tb::Block& block, const char* channel, Held& held, bool valid,
                              bool ready) {
  const std::string name = channel;
  std::vector<std::uint64_t> payload;
  if (valid)
    for (const char* part : {"addr_o", "len_o", "size_o", "burst_o"})
      payload.push_back(block.peek(pin((name + part).c_str())));
  if (held.waiting) {
    EXPECT_TRUE(valid) << name << "valid fell before it was taken, cycle " << now_;
    EXPECT_EQ(held.payload, payload) << name << " changed before it was taken, cycle " << now_;
  }
  held = {valid && !ready, payload};
  if (!valid || !ready) return;
  const std::uint64_t length = (payload[1] + 1) * static_cast<std::uint64_t>(data_bytes_);
  EXPECT_EQ(payload[0] % static_cast<std::uint64_t>(data_bytes_), 0U);
  EXPECT_LE(payload[1] + 1, static_cast<std::uint64_t>(longest_burst_));
  EXPECT_LE(payload[0] % 4096 + length, 4096U)
      << name << " burst over a 4 KiB boundary at " << payload[0];
  EXPECT_EQ(1 << payload[2], data_bytes_);
  EXPECT_EQ(payload[3], 1U) << "not INCR";
  EXPECT_LE(payload[0] + length, bytes.size()) << name << " past the memory";
}

void AxiMemory::sample_reads(tb::Block& block) {
  const bool ar_valid = block.peek(pin("arvalid_o")) != 0;
  check_address(block, "ar", ar_, ar_valid, ar_ready_);
  if (r_valid_ && block.peek(pin("rready_o")) != 0) {
    ++read_beats;
    r_valid_ = false;
    if (++reads_.front().done == reads_.front().beats) reads_.pop_front();
  }
  if (ar_valid && ar_ready_) {
    ++read_bursts;
    reads_.push_back({static_cast<std::uint32_t>(ar_.payload[0]),
                      static_cast<int>(ar_.payload[1]) + 1, 0, due(timing.read_latency)});
  }
}

void AxiMemory::sample_writes(tb::Block& block) {
  const bool aw_valid = block.peek(pin("awvalid_o")) != 0;
  check_address(block, "aw", aw_, aw_valid, aw_ready_);
  if (aw_valid && aw_ready_) {
    ++write_bursts;
    writes_.push_back(
        {static_cast<std::uint32_t>(aw_.payload[0]), static_cast<int>(aw_.payload[1]) + 1});
  }

  const bool w_valid = block.peek(pin("wvalid_o")) != 0;
  std::vector<std::uint32_t> data;
  std::vector<std::uint64_t> payload;
  if (w_valid) {
    data = block.peek_words(pin("wdata_o"));
    payload.assign(data.begin(), data.end());
    payload.push_back(block.peek(pin("wlast_o")));
    EXPECT_EQ(block.peek(pin("wstrb_o")), (1ULL << data_bytes_) - 1);
  }
  if (w_.waiting) {
    EXPECT_TRUE(w_valid) << "wvalid fell before it was taken, cycle " << now_;
    EXPECT_EQ(w_.payload, payload) << "w changed before it was taken, cycle " << now_;
  }
  w_ = {w_valid && !w_ready_, payload};
  if (w_valid && w_ready_) {
    ++write_beats;
    w_open_ = true;
    w_burst_.push_back(data);
    if (payload.back() != 0) {
      data_.push_back(std::move(w_burst_));
      w_burst_.clear();
      w_open_ = false;
    }
  }
  if (b_valid_ && block.peek(pin("bready_o")) != 0) {
    b_valid_ = false;
    store(responses_.front());
    responses_.pop_front();
  }
  finish_write();
}

/// The oldest burst whose address and data are both there can be answered.
void AxiMemory::finish_write() {
  if (writes_.empty() || data_.empty()) return;
  const Write write = writes_.front();
  EXPECT_EQ(data_.front().size(), static_cast<std::size_t>(write.beats))
      << "WLAST at the wrong beat, burst at " << write.address;
  bool error = false;
  for (std::size_t i = 0; i < data_.front().size(); ++i) {
    const std::size_t at = write.address + i * static_cast<std::size_t>(data_bytes_);
    if (bad_writes && at >= bad_writes->first && at <= bad_writes->second) error = true;
  }
  responses_.push_back({write.address, std::move(data_.front()), error, due(timing.write_latency)});
  writes_.pop_front();
  data_.pop_front();
}

void AxiMemory::store(const Response& write) {
  if (write.error) return;
  for (std::size_t i = 0; i < write.data.size(); ++i) {
    const std::size_t at = write.address + i * static_cast<std::size_t>(data_bytes_);
    if (at + static_cast<std::size_t>(data_bytes_) <= bytes.size())
      std::memcpy(&bytes[at], write.data[i].data(), static_cast<std::size_t>(data_bytes_));
  }
}

void AxiMemory::reset() {
  r_valid_ = b_valid_ = w_open_ = false;
  ar_ = aw_ = w_ = {};
  reads_.clear();
  writes_.clear();
  data_.clear();
  w_burst_.clear();
  responses_.clear();
}

}  // namespace sd::rtl::test
