#include "program_builder.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace sd::regression {

namespace {

using namespace schedule;
using Access = ProgramBuilder::Access;
using Memory = ProgramBuilder::Memory;
using Step = ProgramBuilder::Step;

std::int64_t divide_up(std::int64_t value, std::int64_t by) {
  return (value + by - 1) / by;
}

/// What an operation touches at most.
class AccessList {
 public:
  AccessList(const design::DesignPoint& design, std::int64_t weight_words)
      : design_(design), weight_words_(weight_words) {}

  void operator()(const LoadInput& l) {
    for (std::int64_t i = 0; i < l.chunks; ++i)
      reads(Memory::dram, l.address + i * l.stride, l.chunk_bytes);
    const std::int64_t bytes = l.chunks * l.chunk_bytes;
    writes(Memory::input, l.word, divide_up(bytes, design_.macs));
    writes(Memory::flags, l.first_flag, divide_up(bytes, l.row_bytes));
  }
  void operator()(const LoadIndex& l) {
    reads(Memory::dram, l.address, l.bytes);
    writes(Memory::index, l.entry, l.entries);
  }
  void operator()(const LoadWeights& l) {
    reads(Memory::dram, l.address, l.bytes);
    writes(Memory::weights, l.word, l.words);
  }
  void operator()(const LoadParameters& l) {
    reads(Memory::dram, l.address, l.bytes);
    writes(Memory::parameters, l.record, l.records);
  }
  void operator()(const Compute& c) {
    reads(Memory::index, c.index_entry, c.index_entries);
    reads(Memory::weights, c.weight_word, weight_words_);
    reads(Memory::parameters, c.parameter_record, c.active_slices);
    reads(Memory::input, c.input_word, c.total_tile_rows * c.input_pitch);
    if (c.skip_zero_rows != 0) reads(Memory::flags, c.first_flag, c.total_tile_rows);
    const std::int64_t words = c.output_rows * c.output_pitch;
    if (c.residual != 0)
      for (std::int64_t i = 0; i < c.active_slices; ++i)
        reads(Memory::input, c.residual_word + i * c.residual_channel_words, words);
    results(c, c.active_slices, c.output_rows, words);
  }
  void operator()(const Vector& v) {
    for (std::int64_t i = 0; i < v.channels; ++i) {
      reads(Memory::input, v.input_word + i * v.input_channel_words, v.tile_rows * v.input_pitch);
      if (v.two_operands != 0)
        reads(Memory::input, v.second_word + i * v.second_channel_words,
              v.output_rows * v.output_pitch);
    }
    results(v, v.channels, v.output_rows, v.output_rows * v.output_pitch);
  }
  void operator()(const Store& s) {
    for (std::int64_t i = 0; i < s.chunks; ++i) {
      reads(Memory::output, s.word + i * s.chunk_words, divide_up(s.chunk_bytes, design_.macs));
      writes(Memory::dram, s.address + i * s.stride, s.chunk_bytes);
    }
  }
  void operator()(const End&) {}

  std::vector<Access> take() { return std::move(accesses_); }

 private:
  void results(const Destination& d, std::int64_t channels, std::int64_t rows, std::int64_t words) {
    for (std::int64_t i = 0; i < channels; ++i) {
      if (d.to_output != 0)
        writes(Memory::output, d.output_word + i * d.output_channel_words, words);
      if (d.to_input == 0) continue;
      writes(Memory::input, d.local_word + i * d.local_channel_words, words);
      writes(Memory::flags, d.local_flag + i * d.local_rows, rows);
    }
  }
  void reads(Memory memory, std::int64_t first, std::int64_t count) {
    if (count > 0) accesses_.push_back({memory, first, count, false});
  }
  void writes(Memory memory, std::int64_t first, std::int64_t count) {
    if (count > 0) accesses_.push_back({memory, first, count, true});
  }

  const design::DesignPoint& design_;
  std::int64_t weight_words_;
  std::vector<Access> accesses_;
};

struct Meeting {
  bool reads_writes = false;  ///< one reads what the other writes
  bool both_write = false;
  [[nodiscard]] bool any() const { return reads_writes || both_write; }
};
Meeting meeting_of(const Step& a, const Step& b) {
  Meeting meeting;
  for (const Access& x : a.accesses)
    for (const Access& y : b.accesses)
      if (x.memory == y.memory && x.first < y.first + y.count && y.first < x.first + x.count) {
        meeting.reads_writes |= x.writes != y.writes;
        meeting.both_write |= x.writes && y.writes;
      }
  return meeting;
}

enum Unit : std::size_t { load_unit, compute_unit, store_unit, no_unit };
Unit unit_of(const Command& command) {
  const Operation& o = command.operation;
  if (std::holds_alternative<Compute>(o) || std::holds_alternative<Vector>(o)) return compute_unit;
  if (std::holds_alternative<Store>(o)) return store_unit;
  return std::holds_alternative<End>(o) ? no_unit : load_unit;
}

/// The flags of a token from one unit to another.
struct TokenKind {
  bool Tokens::*push = nullptr;
  bool Tokens::*pop = nullptr;
};
TokenKind token_kind(Unit from, Unit to) {
  if (from == load_unit && to == compute_unit) return {&Tokens::push_next, &Tokens::pop_prev};
  if (from == compute_unit && to == load_unit) return {&Tokens::push_prev, &Tokens::pop_next};
  if (from == compute_unit && to == store_unit) return {&Tokens::push_next, &Tokens::pop_prev};
  if (from == store_unit && to == compute_unit) return {&Tokens::push_prev, &Tokens::pop_next};
  if (from == store_unit && to == load_unit) return {&Tokens::push_next, &Tokens::pop_prev};
  return {};
}

/// Puts tokens and fences into the steps.
class Synchroniser {
 public:
  Synchroniser(Dice& dice, std::vector<Step>& steps) : dice_(dice), steps_(steps) {}

  void run() {
    spare_ = dice_.pick(0, 2) * 0.1;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Unit unit = unit_of(steps_[i].command);
      if (unit == no_unit) continue;
      for (const Unit other : {load_unit, compute_unit, store_unit})
        if (other != unit) wait_for(i, unit, other);
      if (unit == compute_unit) fence(i);
      done_[unit].push_back(i);
      Clock complete = known_[unit];
      complete[unit] = static_cast<int>(done_[unit].size());
      complete_[unit].push_back(complete);
      if (std::holds_alternative<Vector>(steps_[i].command.operation)) known_[unit] = complete;
    }
  }

 private:
  using Clock = std::array<int, 3>;  ///< per unit, how many of its commands are complete

  /// Number (from 1) of the last command of `other` that must be complete before step i.
  int needed(std::size_t i, Unit other) const {
    for (std::size_t n = done_[other].size(); n > 0; --n)
      if (meeting_of(steps_[done_[other][n - 1]], steps_[i]).any()) return static_cast<int>(n);
    return 0;
  }

  void wait_for(std::size_t i, Unit unit, Unit other) {
    const TokenKind kind = token_kind(other, unit);
    const int need = needed(i, other), have = static_cast<int>(done_[other].size());
    const bool must = need > known_[unit][other];
    int& pushed = pushed_[other][unit];
    if (kind.push == nullptr) {
      if (must) throw std::logic_error("a store waits for a load, and there is no such token");
      return;
    }
    if (!must && (have <= pushed || !dice_.chance(spare_))) return;
    const int giver = dice_.pick(std::max(need, pushed + 1), have);
    pushed = giver;
    steps_[done_[other][static_cast<std::size_t>(giver - 1)]].command.tokens.*kind.push = true;
    steps_[i].command.tokens.*kind.pop = true;
    const Clock& given = complete_[other][static_cast<std::size_t>(giver - 1)];
    for (std::size_t u = 0; u < given.size(); ++u)
      known_[unit][u] = std::max(known_[unit][u], given[u]);
  }

  void fence(std::size_t i) {
    auto* compute = std::get_if<Compute>(&steps_[i].command.operation);
    bool wait = compute == nullptr || dice_.chance(0.15);
    const int have = static_cast<int>(done_[compute_unit].size());
    for (int n = known_[compute_unit][compute_unit]; n < have && !wait; ++n)
      wait = meeting_of(steps_[done_[compute_unit][static_cast<std::size_t>(n)]], steps_[i])
                 .reads_writes;
    if (wait) known_[compute_unit][compute_unit] = have;
    if (compute != nullptr) compute->fence = wait ? 1 : 0;
  }

  Dice& dice_;
  std::vector<Step>& steps_;
  double spare_ = 0;  ///< chance of a token that nothing needs
  std::array<Clock, 3> known_{};
  std::array<std::vector<std::size_t>, 3> done_;  ///< steps
  std::array<std::vector<Clock>, 3> complete_;
  std::array<std::array<int, 3>, 3> pushed_{};  ///< last giver, by unit and taker
};

}  // namespace

std::uint32_t ProgramBuilder::add_data(const std::vector<std::uint8_t>& bytes) {
  const auto beat = static_cast<std::size_t>(design_.axi_bytes());
  // Sometimes far enough to cross a page.
  if (dice_.chance(0.1))
    image_.resize(image_.size() + static_cast<std::size_t>(dice_.pick(0, 4096)));
  image_.resize((image_.size() + beat - 1) / beat * beat);
  // Sometimes across the end of one, whatever its size.
  constexpr std::size_t page = 4096;
  const auto beats = static_cast<int>((bytes.size() + beat - 1) / beat);
  if (beats > 1 && dice_.chance(0.03)) {
    const std::size_t ahead = beat * static_cast<std::size_t>(dice_.pick(1, beats - 1));
    image_.resize((image_.size() + ahead + page - 1) / page * page - ahead);
  }
  const auto address = static_cast<std::uint32_t>(image_.size());
  image_.insert(image_.end(), bytes.begin(), bytes.end());
  image_.resize((image_.size() + beat - 1) / beat * beat);
  return address;
}

std::uint32_t ProgramBuilder::add_room(const std::vector<std::uint8_t>& bytes,
                                       const std::string& what) {
  std::vector<std::uint8_t> anything(bytes.size());
  for (auto& byte : anything) byte = static_cast<std::uint8_t>(dice_.pick(0, 255));
  const std::uint32_t address = add_data(anything);
  expected_.push_back({address, bytes, what});
  return address;
}

void ProgramBuilder::add(const Operation& operation, std::int64_t words) {
  AccessList accesses(design_, words);
  std::visit([&](const auto& o) { accesses(o); }, operation);
  steps_.push_back({{{}, 0, operation}, accesses.take()});
}

/// Lets commands change places where they have nothing to do with each other.
void ProgramBuilder::shuffle() {
  const int passes = dice_.pick(0, 8);
  const double often = dice_.between(0.3, 0.9);
  for (int pass = 0; pass < passes; ++pass)
    for (std::size_t i = steps_.size(); i-- > 1;)
      // Loads move forward more often than others.
      if ((unit_of(steps_[i].command) == load_unit ? dice_.chance(often) : dice_.chance(0.1)) &&
          !meeting_of(steps_[i - 1], steps_[i]).any())
        std::swap(steps_[i - 1], steps_[i]);
}

void ProgramBuilder::finish() {
  shuffle();
  Synchroniser(dice_, steps_).run();
  steps_.push_back({{{}, 0, End{}}, {}});
  image_.resize((image_.size() + command_bytes - 1) / command_bytes * command_bytes);
  address_ = static_cast<std::uint32_t>(image_.size());
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    steps_[i].command.id = static_cast<std::uint16_t>(i);
    program_.push_back(steps_[i].command);
    for (const std::uint32_t word : encode(steps_[i].command))
      for (int byte = 0; byte < 4; ++byte)
        image_.push_back(static_cast<std::uint8_t>(word >> (8 * byte)));
  }
}

}  // namespace sd::regression
