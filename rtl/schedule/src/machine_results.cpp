#include "machine_results.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sd::schedule {

void write_results(const Destination& d, const ResultShape& shape,
                   std::span<const std::uint8_t> results, const design::DesignPoint& design,
                   Buffers& buffers, Activity& activity) {
  const std::int64_t row_bytes = shape.pitch * design.macs;
  const auto channel_bytes = static_cast<std::size_t>(shape.rows * row_bytes);
  for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
    const auto bytes =
        results.subspan(static_cast<std::size_t>(channel) * channel_bytes, channel_bytes);
    if (d.to_output != 0)
      buffers.output.write((d.output_word + channel * d.output_channel_words) * design.macs, bytes);
    if (d.to_input == 0) continue;
    buffers.input.write((d.local_word + channel * d.local_channel_words) * design.macs, bytes);
    for (std::int64_t row = 0; row < shape.rows; ++row) {
      const auto values = bytes.subspan(static_cast<std::size_t>(row * row_bytes),
                                        static_cast<std::size_t>(row_bytes));
      buffers.flags.write(
          d.local_flag + channel * d.local_rows + row,
          std::any_of(values.begin(), values.end(), [](std::uint8_t v) { return v != 0; }) ? 1 : 0);
    }
  }
  const auto words = static_cast<std::uint64_t>(shape.words());
  if (d.to_output != 0) activity.output_buffer_writes += words;
  if (d.to_input != 0) activity.local_writes += words;
  activity.outputs += shape.pixels();
}

void require_apart(const Destination& d, const ResultShape& shape, const Ranges& reads,
                   const char* what, const design::DesignPoint& design, const Buffers& buffers) {
  if (d.to_input == 0) return;
  for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
    const std::int64_t first = (d.local_word + channel * d.local_channel_words) * design.macs,
                       last = first + shape.rows * shape.pitch * design.macs - 1;
    const std::int64_t common =
        reads.first_common(buffers.input.place_of(first), buffers.input.place_of(last));
    if (common >= 0)
      throw ProgramFault(fmt::format("writes {}, which it reads itself as its {}",
                                     buffers.input.name_of(common), what));
  }
}

void require_flags_apart(const Destination& d, const ResultShape& shape, const Ranges& reads) {
  if (d.to_input == 0) return;
  for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
    const std::int64_t first = d.local_flag + channel * d.local_rows;
    const std::int64_t common = reads.first_common(first, first + shape.rows - 1);
    if (common >= 0)
      throw ProgramFault(fmt::format("writes zero flag {}, which it reads itself", common));
  }
}

void require_apart_or_in_place(const Destination& d, const ResultShape& shape,
                               const CompanionMap& map, const design::DesignPoint& design,
                               const Buffers& buffers) {
  if (d.to_input == 0 || (map.word == d.local_word &&
                          (map.channel_words == d.local_channel_words || shape.channels == 1)))
    return;
  Ranges reads;
  for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
    const std::int64_t first = (map.word + channel * map.channel_words) * design.macs;
    reads.add(buffers.input.place_of(first),
              buffers.input.place_of(first + shape.rows * shape.pitch * design.macs - 1));
  }
  require_apart(d, shape, reads, map.name, design, buffers);
}

std::span<const std::uint8_t> read_companion(const CompanionMap& map, const ResultShape& shape,
                                             std::int64_t channel, std::int64_t row,
                                             const design::DesignPoint& design, Buffers& buffers) {
  return buffers.input.read(
      (map.word + channel * map.channel_words + row * shape.pitch) * design.macs, shape.columns);
}

}  // namespace sd::schedule
