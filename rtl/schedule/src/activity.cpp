#include "rtl/schedule/interpreter.hpp"

namespace sd::schedule {

namespace {

constexpr std::pair<const char*, std::uint64_t Activity::*> counters[] = {
    {"macs", &Activity::macs},
    {"mac_active", &Activity::mac_active},
    {"rows_executed", &Activity::rows_executed},
    {"rows_skipped_weight", &Activity::rows_skipped_weight},
    {"rows_skipped_activation", &Activity::rows_skipped_activation},
    {"dram_read_beats", &Activity::dram_read_beats},
    {"dram_write_beats", &Activity::dram_write_beats},
    {"input_buffer_reads", &Activity::input_buffer_reads},
    {"input_buffer_writes", &Activity::input_buffer_writes},
    {"weight_buffer_reads", &Activity::weight_buffer_reads},
    {"weight_buffer_writes", &Activity::weight_buffer_writes},
    {"index_buffer_reads", &Activity::index_buffer_reads},
    {"index_buffer_writes", &Activity::index_buffer_writes},
    {"output_buffer_reads", &Activity::output_buffer_reads},
    {"output_buffer_writes", &Activity::output_buffer_writes},
    {"weights_rebuilt", &Activity::weights_rebuilt},
    {"outputs", &Activity::outputs},
    {"local_writes", &Activity::local_writes},
    {"vector_operations", &Activity::vector_operations},
    {"residual_outputs", &Activity::residual_outputs},
};

}  // namespace

Activity& Activity::operator+=(const Activity& other) {
  for (const auto& [name, counter] : counters) this->*counter += other.*counter;
  return *this;
}

std::vector<std::pair<std::string, std::uint64_t>> Activity::by_name() const {
  std::vector<std::pair<std::string, std::uint64_t>> result;
  for (const auto& [name, counter] : counters) result.emplace_back(name, this->*counter);
  return result;
}

}  // namespace sd::schedule
