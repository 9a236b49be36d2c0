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
    EXPECT_LE(cycles, 5);
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
      return load_index(
          0, address(), bytes, static_cast<std::uint32_t>(p.index_buffer_entries) - entries, rows,
          1 + below(p.max_kernel_rows), below(65536), 1 + below(65535), random() % 2 == 0, entries);
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
    case 5: {
      CommandWords c = compute(below(16) << 8);
      const std::uint32_t entries = below(std::min(65536, p.index_buffer_entries)),
                          active = 1 + below(p.slices);
      const std::uint32_t pitch = 1 + below(6),
                          rows = 1 + below(std::max(
                                         1, p.output_words() / static_cast<int>(active * pitch)));
      const std::uint32_t tile_rows = 1 + below(std::min(p.zero_flags(), 60)),
                          input_pitch =
                              1 +
                              below(std::min(65535, p.input_words() / static_cast<int>(tile_rows)));
      const std::uint32_t channel_words = rows * pitch,
                          output =
                              static_cast<std::uint32_t>(p.output_words()) - active * channel_words;
      c[1] = std::min<std::uint32_t>(static_cast<std::uint32_t>(p.index_buffer_entries) - entries,
                                     65535) |
             entries << 16;
      c[2] = below(p.weight_words()) | (static_cast<std::uint32_t>(p.parameter_records()) - active)
                                           << 16;
      c[3] = static_cast<std::uint32_t>(p.input_words()) - tile_rows * input_pitch;
      c[4] = input_pitch | tile_rows << 16;
      c[5] = below(65536) |
             std::min<std::uint32_t>(65535, static_cast<std::uint32_t>(p.zero_flags()) - tile_rows)
                 << 16;
      c[6] = rows | std::min<std::uint32_t>(65535, pitch * macs) << 16;
      c[7] = below(65536) | below(256) << 16 | (1 + below(p.max_stride)) << 24 |
             (1 + below(p.columns)) << 28;
      c[8] = std::min<std::uint32_t>(output, 65535) | pitch << 16;
      c[9] = channel_words | active << 16 | below(2) << 24 | below(3) << 25 | below(8) << 27;
      c[10] = below(65536) | tile_rows << 16;
      return c;
    }
    case 6: {
      const std::uint32_t chunks = 1 + below(8),
                          chunk_words = (1 + below(p.output_words() /
                                                   static_cast<int>(chunks * unit / macs))) *
                                        (unit / macs);
      const std::uint32_t used = chunks * chunk_words;
      const std::uint32_t words = static_cast<std::uint32_t>(p.output_words());
      return store(below(2) * pop_prev | below(2) * push_prev, address(),
                   std::max(axi, std::min(chunk_words, words / chunks) * macs / axi * axi), chunks,
                   address(), used < words ? words - used : 0, chunk_words);
    }
    default:
      return end_of_program();
  }
}

/// One field a little off, or one bit turned, or anything at all in one word.
void disturb(Random& random, CommandWords& c) {
  const std::size_t word = random() % 12;
  switch (random() % 5) {
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
    const std::uint32_t opcode = 1 + static_cast<std::uint32_t>(i) % 7;
    CommandWords c = near_limits(random, opcode, point);
    c[0] |= static_cast<std::uint32_t>(random()) << 16;
    if (random() % 2 == 0) disturb(random, c);
    const std::uint32_t now = c[0] & 0xff;
    const Checker::Verdict verdict = checker.check(c);
    ASSERT_EQ(verdict.illegal_opcode, now < 1 || now > 7) << now;
    if (verdict.illegal_opcode) continue;
    const bool good = within_ranges(c, point);
    ++seen[now][good ? 1 : 0];
    std::string text;
    for (const auto word : c) text.append(1, ' ').append(std::to_string(word));
    ASSERT_EQ(verdict.fault, !good) << "command" << text;
  }
  for (std::uint32_t opcode = 1; opcode <= 7; ++opcode) {
    EXPECT_GT(seen[opcode][1], rounds / 70) << "opcode " << opcode << " was hardly ever right";
    EXPECT_GT(seen[opcode][0], rounds / 70) << "opcode " << opcode << " was hardly ever wrong";
  }
}

TEST(CommandChecker, AgreesWithTheRules) {
  run(design::DesignPoint{}, 4200);
}

TEST(CommandChecker, AgreesWithTheRulesWhereWordsAreNarrowerThanBeats) {
  design::DesignPoint point;
  point.macs = 4;
  point.axi_data_bits = 128;
  point.slices = 5;
  point.input_buffer_bytes = 1 << 18;
  point.index_buffer_entries = 65536;
  design::validate(point);
  run(point, 2100);
}

}  // namespace
}  // namespace sd::rtl::test
