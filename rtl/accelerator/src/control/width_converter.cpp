#include "rtl/accelerator/control/width_converter.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

WidthConverterIo::WidthConverterIo(Ports& p, int beat_bits, int word_bits)
    : beat(p.sink<UInt>("beat", beat_bits)),
      word(p.output<Valid<UInt>>("word", word_bits)),
      flush(p.input<Bool>("flush")) {}

WidthConverter::WidthConverter(Context& at, int beat_bits, int word_bits)
    : Module(at,
             ModuleName("width_converter")
                 .with("BEAT", beat_bits)
                 .with("WORD", word_bits)
                 .about("Bus beats to words, without gaps."),
             beat_bits, word_bits) {
  // Everything moves in multiples of a unit, a power of two. A beat is taken while fewer than two
  // words are held: what a word leaves of that is less than a word.
  const int unit = std::gcd(beat_bits, word_bits);
  const int beat_units = beat_bits / unit;
  const int word_units = word_bits / unit;
  const int capacity = word_units - 1 + beat_units;
  const int count_bits = bits_for(std::max(capacity, 2 * word_units));
  auto held = reg<UInt>("held", Reset{0}, capacity * unit);  // zero above what is held
  auto count = reg<UInt>("count", Reset{0}, count_bits);     // units held

  const Bool has_word = name("has_word", count >= word_units);
  io.word.valid <<= has_word;
  io.word.bits <<= held.bits(word_bits - 1, 0);
  io.beat.ready <<= count < 2 * word_units;

  const UInt kept_count = name("kept_count", mux(has_word, wrap(count - word_units), count));
  const UInt kept = name("kept", mux(has_word, shr(held, word_bits), held));
  const Bool taken = name("taken", io.beat.fire());
  const UInt place = shl(kept_count, std::bit_width(static_cast<unsigned>(unit)) - 1);
  held <<= kept;
  count <<= kept_count;
  when(taken, [&] {
    held <<= kept | dshl(io.beat.bits, place, capacity * unit);
    count <<= wrap(kept_count + beat_units).truncate(count_bits);
  });
  when(io.flush, [&] {
    held <<= 0;
    count <<= 0;
  });
  assert_("count_in_range", count <= capacity);
}

}  // namespace sd::rtl
