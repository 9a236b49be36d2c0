// command_checker against the rules as plain arithmetic: commands on, just inside and just outside
// every limit.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "control_command_rules.hpp"
#include "control_random.hpp"
#include "control_reset.hpp"
#include "rtl/accelerator/control/command_checker.hpp"
#include "verilator_tb/block.hpp"

namespace sd::rtl::test {
namespace {

class Checker {
 public:
  explicit Checker(const design::DesignPoint& point)
      : block_(hcl::elaborate<CommandChecker>(point)) {
    reset(block_);
  }
  struct Verdict {
    bool fault, illegal_opcode;
  };
  Verdict check(const CommandWords& command) {
    block_.poke("command_i", std::span<const std::uint32_t>(command));
    block_.poke("valid_i", 1);
    int cycles = 0;
    for (; block_.peek("checked_o") == 0 && cycles < 20; ++cycles) block_.step();
    const std::uint32_t opcode = command[0] & 0xff;
    EXPECT_EQ(cycles, opcode == 5 || opcode == 8 ? 8 : 3);
    const Verdict verdict{block_.peek("fault_o") != 0, block_.peek("illegal_opcode_o") != 0};
    block_.step(2);
    EXPECT_EQ(block_.peek("checked_o"), 1U);
    EXPECT_EQ(block_.peek("fault_o") != 0, verdict.fault);
    block_.poke("next_i", 1);
    block_.step();
    block_.poke("next_i", 0);
    block_.poke("valid_i", 0);
    block_.eval();
    EXPECT_EQ(block_.peek("checked_o"), 0U);
    return verdict;
  }

 private:
  tb::Block block_;
};

/// Two numbers whose sum is `limit` or less, and mostly just that.
std::uint32_t start_before(Random& random, long long limit, long long used) {
  const auto room = static_cast<std::uint32_t>(std::clamp(limit - used, 0LL, 65535LL));
  return random.chance(70) ? room : random.below(room + 1);
}

/// A place for `channels` channels of `used` words: distance between channels and first word.
struct Area {
  std::uint32_t channel_words, first;
};
Area area(Random& random, int limit, std::uint32_t channels, std::uint32_t used, bool whole) {
  const std::uint32_t most = static_cast<std::uint32_t>(limit) / channels;
  const std::uint32_t distance = std::min(
      65535U, used + (random.chance(50) ? 0 : random.below(most > used ? most - used + 1 : 1)));
  const long long taken =
      static_cast<long long>(distance) * (whole ? channels : channels - 1) + (whole ? 0 : used);
  return {distance, start_before(random, limit, taken)};
}

struct OutputShape {
  std::uint32_t rows, pitch, columns;
};
OutputShape output_shape(Random& random, std::uint32_t channels, const design::DesignPoint& p) {
  const int words =
      std::max(1, std::min(p.output_words(), p.input_words()) / static_cast<int>(channels));
  const std::uint32_t pitch = 1 + random.below(static_cast<std::uint32_t>(std::min(words, 6)));
  const std::uint32_t rows =
      1 + random.below(std::min(static_cast<std::uint32_t>(words) / pitch,
                                static_cast<std::uint32_t>(p.zero_flags()) / channels));
  const auto macs = static_cast<std::uint32_t>(p.macs);
  return {rows, pitch, random.chance(70) ? pitch * macs : 1 + random.below(pitch * macs)};
}

CommandWords compute_near_limits(Random& random, const design::DesignPoint& p) {
  const auto below = [&](auto count) { return random.below(static_cast<std::uint32_t>(count)); };
  CommandWords c = compute(below(16) << 8);
  const std::uint32_t entries = below(std::min(65536, p.index_buffer_entries)),
                      active = 1 + below(p.slices), mode = below(4);
  OutputShape out = output_shape(random, active, p);
  std::uint32_t block_words = 1 + below(p.block_segments),
                block_rows = 1 + below(p.block_segments / static_cast<int>(block_words));
  if (mode == 2 && random.chance(80)) block_words = block_rows = 1;
  std::uint32_t input_pitch = 1 + below(6), stride_x = 1 + below(p.max_stride),
                stride_y = 1 + below(p.max_stride);
  if (block_rows > 1) {
    input_pitch = block_words;
    stride_x = stride_y = 1;
    const std::uint32_t words = out.rows * out.pitch;
    out.pitch = block_words;
    out.rows = std::max(1U, words / block_words);
    if (words < block_words) block_rows = 1, block_words = 1, out.pitch = 1;
    out.columns = out.pitch * static_cast<std::uint32_t>(p.macs);
  }
  const std::uint32_t total =
      1 + below(std::min<int>(p.zero_flags(), p.input_words() / static_cast<int>(input_pitch)));
  const std::uint32_t destinations = 1 + below(3), residual = below(2);
  const Area output = area(random, p.output_words(), active, out.rows * out.pitch, true);
  const Area local = area(random, p.input_words(), active, out.rows * out.pitch, false);
  const Area flags = area(random, p.zero_flags(), active, out.rows, false);
  const Area other = area(random, p.input_words(), active, out.rows * out.pitch, false);
  c[1] = start_before(random, p.index_buffer_entries, std::max(1U, entries)) | entries << 16;
  c[2] = below(p.weight_words()) | start_before(random, p.parameter_records(), active) << 16;
  c[3] = start_before(random, p.input_words(), static_cast<long long>(total) * input_pitch) |
         local.first << 16;
  c[4] = input_pitch | (1 + below(total)) << 16;
  c[5] = below(65536) | start_before(random, p.zero_flags(), total) << 16;
  c[6] = out.rows | out.columns << 16;
  c[7] = below(65536) | below(256) << 16 | (1 + below(p.columns)) << 24;
  c[8] = output.first | out.pitch << 16;
  c[9] = output.channel_words | active << 16 | below(2) << 24 | mode << 25 | below(4) << 27 |
         (mode == 2 && random.chance(80) ? 0U : below(2)) << 29 | below(2) << 30;
  c[10] = below(65536) | total << 16;
  c[11] = stride_x | stride_y << 4 | below(32) << 8 | block_rows << 13 | block_words << 17 |
          destinations << 21 | residual << 23 | below(2) << 24 | below(64) << 25;
  c[12] = other.first | other.channel_words << 16;
  c[13] = flags.first | flags.channel_words << 16;
  c[14] = local.channel_words;
  c[15] = below(32768) | below(32768) << 16;
  return c;
}

CommandWords vector_near_limits(Random& random, const design::DesignPoint& p) {
  const auto below = [&](auto count) { return random.below(static_cast<std::uint32_t>(count)); };
  CommandWords c = vector(below(16) << 8);
  const std::uint32_t channels = random.chance(20) ? 1 : 1 + below(std::min(40, p.zero_flags()));
  OutputShape out = output_shape(random, channels, p);
  const bool two = random.chance(50), across = !two && random.chance(30);
  if (across) out.columns = 1;
  const int tile_words = p.input_words() / static_cast<int>(channels);
  const std::uint32_t input_pitch = two ? out.pitch : 1 + below(std::min(8, tile_words));
  const std::uint32_t tile_rows =
      std::min(65535U, 1 + below(std::max(1, tile_words / static_cast<int>(input_pitch))));
  const std::uint32_t destinations = 1 + below(3);
  const Area input = area(random, p.input_words(), channels, tile_rows * input_pitch, false);
  const Area second = area(random, p.input_words(), channels, out.rows * out.pitch, false);
  const Area output = area(random, p.output_words(), channels, out.rows * out.pitch, true);
  const Area local = area(random, p.input_words(), channels, out.rows * out.pitch, false);
  const Area flags = area(random, p.zero_flags(), channels, out.rows, false);
  c[1] = input.first | second.first << 16;
  c[2] = output.first | local.first << 16;
  // One channel reaches into no other: any distance will do.
  c[3] = channels | (channels == 1 ? below(65536) : input.channel_words) << 16;
  c[4] = input_pitch | tile_rows << 16;
  c[5] = below(65536) | below(65536) << 16;
  c[6] = out.rows | out.columns << 16;
  c[7] = out.pitch | output.channel_words << 16;
  c[8] = local.channel_words | flags.channel_words << 16;
  c[9] = flags.first | (two ? 0 : below(256)) << 16 | (two ? 1 : 1 + below(p.max_stride)) << 24 |
         (two ? 1 : 1 + below(p.max_stride)) << 28;
  c[10] = (two ? 1 : 1 + below(65535)) | (two ? 1 : 1 + below(65535)) << 16;
  c[11] = below(32768) | below(32768) << 16;
  c[12] = below(32768) | below(64) << 16;
  c[13] = second.channel_words | below(2) << 16 | (two ? 1U : 0U) << 17 | (across ? 1U : 0U) << 18 |
          below(2) << 19 | destinations << 20;
  return c;
}

/// A command near its limits: mostly right.
CommandWords near_limits(Random& random, std::uint32_t opcode, const design::DesignPoint& p) {
  const auto below = [&](auto count) { return random.below(static_cast<std::uint32_t>(count)); };
  const auto axi = static_cast<std::uint32_t>(p.axi_bytes()),
             macs = static_cast<std::uint32_t>(p.macs);
  const auto address = [&] { return static_cast<std::uint32_t>(random()) / axi * axi; };
  const std::uint32_t unit = std::max(axi, macs);
  switch (opcode) {
    case 1: {
      const std::uint32_t room = static_cast<std::uint32_t>(p.input_buffer_bytes) / unit;
      const std::uint32_t rows = 1 + below(std::min<long long>(room, 200));
      const std::uint32_t pitch = (1 + below(room / rows)) * unit;
      const std::uint32_t chunks = rows % 2 == 0 ? 2 : 1, total = rows * pitch;
      const std::uint32_t free = static_cast<std::uint32_t>(p.input_buffer_bytes) - total;
      const std::uint32_t start = random() % 2 == 0 ? free : below(free + 1) / unit * unit;
      const std::uint32_t flags = static_cast<std::uint32_t>(p.zero_flags()) - rows;
      return load_input(below(2) * pop_next | below(2) * push_next, address(), total / chunks,
                        chunks, address(), start / macs, pitch,
                        random() % 2 == 0 ? flags : below(flags + 1));
    }
    case 2: {
      const std::uint32_t rows = 1 + below(3000), entries = below(p.index_buffer_entries + 1);
      const std::uint32_t bytes = ((rows + 7) / 8 + axi - 1) / axi * axi;
      const std::uint32_t r_wrap = 1 + below(255);
      return load_index(pop_prev, address(), bytes,
                        static_cast<std::uint32_t>(p.index_buffer_entries) - entries, rows,
                        {below(r_wrap + 1), r_wrap, below(65536), below(65536)}, 1 + below(65535),
                        random() % 2 == 0, entries);
    }
    case 3:
    case 4: {
      const int limit = opcode == 3 ? p.weight_words() : p.parameter_records(),
                bits = opcode == 3 ? p.weight_word_bits() : 64;
      const std::uint32_t count = below(limit + 1),
                          start = static_cast<std::uint32_t>(limit) - count;
      const std::uint32_t bytes =
          std::max(axi, ((count * static_cast<std::uint32_t>(bits) + 7) / 8 + axi - 1) / axi * axi);
      return opcode == 3 ? load_weights(push_next, address(), bytes, start, count)
                         : load_parameters(pop_next, address(), bytes, start, count);
    }
    case 5:
      return compute_near_limits(random, p);
    case 8:
      return vector_near_limits(random, p);
    case 6: {
      const std::uint32_t chunks = 1 + below(8),
                          chunk_words = (1 + below(p.output_words() /
                                                   static_cast<int>(chunks * unit / macs))) *
                                        (unit / macs);
      const std::uint32_t used = chunks * chunk_words;
      const std::uint32_t words = static_cast<std::uint32_t>(p.output_words());
      return store(below(2) * pop_prev | below(2) * push_prev | below(2) * push_next, address(),
                   std::max(axi, std::min(chunk_words, words / chunks) * macs / axi * axi), chunks,
                   address(), used < words ? words - used : 0, chunk_words);
    }
    default:
      return end_of_program();
  }
}

/// One field a little off, or one bit turned, or anything at all in one word.
void disturb(Random& random, CommandWords& c) {
  const std::size_t word = random() % c.size();
  switch (random() % 6) {
    case 0:
      c[word] ^= 1U << random() % 32;
      break;
    case 1:
      c[word] += 1;
      break;
    case 2:
      c[word] -= 1;
      break;
    case 3:
      c[word] = static_cast<std::uint32_t>(random());
      break;
    case 4:
      c[word] -= 0x10000;
      break;
    default:
      c[word] += 0x10000;
      break;
  }
}

void run(const design::DesignPoint& point, int rounds) {
  Checker checker(point);
  Random random(77);
  std::map<std::uint32_t, std::array<int, 2>> seen;
  for (int i = 0; i < rounds; ++i) {
    const std::uint32_t opcode = 1 + static_cast<std::uint32_t>(i) % 8;
    CommandWords c = near_limits(random, opcode, point);
    c[0] |= static_cast<std::uint32_t>(random()) << 16;
    if (random() % 2 == 0) disturb(random, c);
    const std::uint32_t now = c[0] & 0xff;
    const Checker::Verdict verdict = checker.check(c);
    ASSERT_EQ(verdict.illegal_opcode, now < 1 || now > 8) << now;
    if (verdict.illegal_opcode) continue;
    const bool good = within_ranges(c, point);
    ++seen[now][good ? 1 : 0];
    std::string text;
    for (const auto word : c) text.append(1, ' ').append(std::to_string(word));
    ASSERT_EQ(verdict.fault, !good) << "command" << text;
  }
  for (std::uint32_t opcode = 1; opcode <= 8; ++opcode) {
    EXPECT_GT(seen[opcode][1], rounds / 80) << "opcode " << opcode << " was hardly ever right";
    EXPECT_GT(seen[opcode][0], rounds / 80) << "opcode " << opcode << " was hardly ever wrong";
  }
}

TEST(CommandChecker, AgreesWithTheRules) {
  run(design::DesignPoint{}, 16000);
}

TEST(CommandChecker, AgreesWithTheRulesWhereWordsAreNarrowerThanBeats) {
  design::DesignPoint point;
  point.macs = 4;
  point.axi_data_bits = 128;
  point.slices = 5;
  point.input_buffer_bytes = 1 << 18;
  point.index_buffer_entries = 65536;
  design::validate(point);
  run(point, 8000);
}

}  // namespace
}  // namespace sd::rtl::test
