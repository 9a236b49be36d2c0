// Where a random program's maps are: in DRAM, and in the input buffer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "program_builder.hpp"
#include "program_maps.hpp"
#include "regression/random_program.hpp"

namespace sd::regression {

/// A buffer's free places.
class Space {
 public:
  explicit Space(int size) : used_(static_cast<std::size_t>(size)) {}
  /// First of `count` places, a multiple of `align`; -1 if there are none.
  [[nodiscard]] int take(Dice& dice, int count, int align);
  void give_back(int first, int count);

 private:
  [[nodiscard]] bool is_free(int first, int count) const;
  std::vector<bool> used_;
};

/// [channels][height][pitch] in DRAM.
struct StoredMap {
  Map map;
  std::uint32_t address = 0;
  int pitch = 0;            ///< in words of the input buffer
  bool by_program = false;  ///< a STORE wrote it
};

/// [channels][rows][pitch] in the input buffer, with a flag for each row; `map` may hold rows
/// before and after those.
struct HeldMap {
  Map map;
  int first_row = 0, rows = 0;
  int word = 0, pitch = 0, flag = 0;
  bool proven = true;  ///< its values have been stored, or came from DRAM
  [[nodiscard]] int channel_words() const { return rows * pitch; }
  [[nodiscard]] int words() const { return map.channels * channel_words(); }
};

/// Where a command puts a map: in the input buffer, in the output buffer with stores behind it, or
/// both.
struct Target {
  bool to_input = false, to_output = false, in_place = false;
  int pitch = 0;
};

class Workplace {
 public:
  Workplace(const design::DesignPoint& design, std::uint64_t seed, const ProgramOptions& options);

  [[nodiscard]] int words_for(int width) const { return (width + design.macs - 1) / design.macs; }
  /// A pitch for rows that are loaded or stored: whole beats.
  [[nodiscard]] int whole_beats(int pitch) const;
  [[nodiscard]] Map new_map();

  [[nodiscard]] StoredMap put_in_dram(const Map& map, int pitch);
  /// One of those that are there, or a new one.
  [[nodiscard]] StoredMap any_stored();

  /// Room in the input buffer; drops maps to get it. Empty if there is none.
  [[nodiscard]] std::optional<HeldMap> place(const Map& map, int first_row, int rows, int pitch);
  /// Commands that load the rows of `held` from `stored`.
  void load(const StoredMap& stored, const HeldMap& held);
  [[nodiscard]] std::optional<HeldMap> load_whole(const StoredMap& stored);
  /// A map of this shape and pitch in the input buffer, by any means.
  [[nodiscard]] std::optional<HeldMap> companion(int channels, int height, int width, int pitch);

  void keep(HeldMap held);
  void release(const HeldMap& held);
  /// Forgets a map of `held` without releasing its place.
  void forget(const HeldMap& held);
  /// Stores what nobody has seen yet.
  void prove(HeldMap& held);
  void prove_all();
  void drop_some(double probability);

  /// A random place for `count` of `size`.
  [[nodiscard]] int anywhere(int size, int count) { return dice.pick(0, size - count); }
  /// The bytes of a map as they lie in DRAM.
  [[nodiscard]] std::vector<std::uint8_t> bytes_of(const Map& map, int pitch) const;
  /// STORE of rows of channels from the output buffer to their place in a stored map.
  void store(const StoredMap& to, int first_channel, int channels, int first_row, int rows,
             int output_word, int output_channel_words);

  design::DesignPoint design;
  ProgramOptions options;
  Dice dice;
  ProgramBuilder builder;
  ProgramContents contents;
  ValueEvents values;
  std::vector<HeldMap> held;
  std::vector<StoredMap> stored;
  std::vector<int> pinned;  ///< words of maps that the layer at hand needs

 private:
  Space words_, flags_;
};

/// A convolution or fully connected layer on one of the maps; false if the dice made none that
/// fits.
bool add_array_layer(Workplace& w);
bool add_vector_layer(Workplace& w);

}  // namespace sd::regression
