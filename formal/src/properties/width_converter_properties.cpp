// The width converter: a piece of a beat, of arbitrary choice, is followed to its place in a word.
#include <fmt/format.h>

#include <numeric>

#include "formal/proofs.hpp"
#include "properties/handshake.hpp"
#include "properties/helpers.hpp"
#include "rtl/accelerator/control/width_converter.hpp"

namespace sd::formal {

using namespace hcl;

namespace {

/// Pieces are as large as the greatest common divisor of the two widths.
Task converter_task(int beat_bits, int word_bits) {
  const int piece = std::gcd(beat_bits, word_bits);
  const int beat_pieces = beat_bits / piece, word_pieces = word_bits / piece;
  const int capacity = word_pieces - 1 + beat_pieces;
  const int bits = bits_for(2 * (beat_pieces + word_pieces));
  std::vector<Probe> probes;
  const auto design = elaborate(ModuleName("width_converter_properties"), [&](TopModule& m) {
    auto beat = m.sink<UInt>("beat", beat_bits);
    auto word = m.output<Valid<UInt>>("word", word_bits);
    auto flush = m.input<Bool>("flush");
    auto pick = m.input<Bool>("pick");
    auto which = m.input<UInt>("which", bits_for(beat_pieces - 1));
    auto dut = m.instance<rtl::WidthConverter>("u_dut", beat_bits, word_bits);
    dut.beat <<= beat;
    word <<= dut.word;
    dut.flush <<= flush;
    m.assume_("which_is_a_piece", which <= beat_pieces - 1);

    auto held = m.reg<UInt>("held", Reset{0}, bits);  // pieces
    const Bool taken = m.name("taken", beat.fire());
    const UInt left = m.name("left", mux(word.valid, wrap(held - u(word_pieces, bits)), held));
    held <<= mux(flush, u(0, bits), mux(taken, wrap(left + u(beat_pieces, bits)), left));
    m.assert_("a_word_as_soon_as_there_is_one", word.valid == (held >= word_pieces));
    m.assert_("takes_a_beat_unless_two_words_are_held", beat.ready == (held < 2 * word_pieces));
    m.assert_("never_over_its_capacity", held <= capacity);

    auto follows = m.reg<Bool>("follows", Reset{0});
    auto item = m.reg<UInt>("item", Reset{0}, piece);
    auto ahead = m.reg<UInt>("ahead", Reset{0}, bits);  // pieces in front of it
    m.when(taken & pick & !follows & !flush, [&] {
      follows <<= true;
      item <<= beat.bits.part_at(which, piece);
      ahead <<= wrap(left + which.extend(bits));
    });
    const Bool in_word = m.name("in_word", follows & (ahead < word_pieces));
    m.when(follows & word.valid, [&] {
      ahead <<= wrap(ahead - u(word_pieces, bits));
      m.when(in_word, [&] { follows <<= false; });
    });
    m.when(flush, [&] { follows <<= false; });
    const int place_bits = bits_for(word_pieces - 1);
    m.assert_("piece_in_its_place",
              implies(in_word & word.valid,
                      word.bits.part_at(ahead.truncate(place_bits), piece) == item));

    m.cover_("piece_arrives_behind_others", in_word & word.valid & (ahead != 0));
    m.cover_("word_and_beat_at_once", word.valid & taken);
    m.cover_("flushed_with_a_rest", flush & (held != 0));

    ProbeList list(m);
    const UInt inside = list.word("held", "u_dut.held_q", capacity * piece);
    const UInt count =
        list.word("count", "u_dut.count_q", bits_for(std::max(capacity, 2 * word_pieces)));
    m.assert_("inside_count", count.extend(bits) == held);
    m.assert_("inside_piece",
              implies(follows,
                      (ahead < held) &
                          (inside.part_at(ahead.truncate(bits_for(capacity - 1)), piece) == item)));
    for (int i = 0; i < capacity; ++i)
      m.assert_(fmt::format("zero_above_what_is_held_{}", i),
                implies(held <= i, inside.bits((i + 1) * piece - 1, i * piece) == 0));
    probes = list.probes();
  });
  return task(design, probes);
}

}  // namespace

std::vector<Proof> width_converter_proofs() {
  std::vector<Proof> proofs;
  // The default design's weight words, narrow words, and a wide bus.
  for (const auto& [beat, word] : {std::pair{64, 96}, std::pair{64, 24}, std::pair{128, 80}}) {
    Proof proof;
    proof.name = fmt::format("width_converter_{}_{}", beat, word);
    proof.what =
        "WidthConverter: every piece of every beat stands in its place of the stream of words";
    proof.parameters = fmt::format("beats of {} bits, words of {}", beat, word);
    proof.method = Method::induction;
    proof.depth = 2;
    proof.cover_depth = 8;
    proof.task = [beat = beat, word = word] { return converter_task(beat, word); };
    proof.fault_modules = {"width_converter_beat"};
    proof.faults = 8;
    proof.faults_refuted_at_least = 5;
    proof.fault_depth = 10;
    proofs.push_back(proof);
  }
  return proofs;
}

}  // namespace sd::formal
