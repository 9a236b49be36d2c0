#include "rtl/accelerator/control/output_reader.hpp"

#include <string>
#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/control/fifo.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {
constexpr int words_ahead = 4;  // read and not yet sent: enough for a word a cycle
}

OutputChunks::OutputChunks(Fields& f, const design::DesignPoint& point)
    : word(f.field<UInt>("word", output_bits(point))),
      words_between(f.field<UInt>("words_between", bits_for(point.output_words()))),
      chunk_beats(
          f.field<UInt>("chunk_beats", bits_for(point.output_buffer_bytes / point.axi_bytes()))),
      chunks(f.field<UInt>("chunks", 16)) {}

OutputReaderIo::OutputReaderIo(Ports& p, const design::DesignPoint& point)
    : chunks(p.sink<OutputChunks>("chunks", point)),
      beat(p.source<UInt>("beat", point.axi_data_bits)),
      read(p.output<Valid<OutputRead>>("read", point)),
      data(p.input<UInt>("data", point.macs * 8)),
      drop(p.input<Bool>("drop")) {}

OutputReader::OutputReader(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("output_reader")
                 .with("MACS", point.macs)
                 .with("AXI", point.axi_data_bits)
                 .about("Output buffer words as bus beats."),
             point) {
  const int word_bits = point.macs * 8;
  const int beat_bits = point.axi_data_bits;
  const int words_per_beat = beat_bits / word_bits;  // 0 where words are wider
  const int beats_per_word = word_bits / beat_bits;  // 0 where beats are wider
  const UInt& chunk_beats = io.chunks.bits.chunk_beats;
  const auto words_of = [&](const UInt& beats) {
    if (words_per_beat >= 1) return shl(beats, bits_for(words_per_beat) - 1);
    return shr(beats + (beats_per_word - 1), bits_for(beats_per_word) - 1);
  };
  // Beats of a chunk's last word, less one.
  const int part_bits = beats_per_word > 1 ? bits_for(beats_per_word - 1) : 0;

  auto active = reg<Bool>("active", Reset{0});
  auto job = reg<OutputChunks>("job", no_reset, point);
  auto word = reg<UInt>("word", no_reset, output_bits(point));
  auto chunk_start = reg<UInt>("chunk_start", no_reset, output_bits(point));
  auto words_left = reg<UInt>("words_left", no_reset, bits_for(point.output_words()));
  auto chunks_left = reg<UInt>("chunks_left", no_reset, 16);
  auto room = reg<UInt>("room", Reset{words_ahead},
                        bits_for(words_ahead));  // of the queue, less the words on their way
  auto arrives = reg<Bool>("arrives", Reset{0});

  io.chunks.ready <<= !active;
  const Bool reads = name("reads", active & (room != 0));
  const Bool ends_chunk = name("ends_chunk", words_left == 1);
  io.read.valid <<= reads;
  io.read.bits.word <<= word;
  when(io.chunks.fire(), [&] {
    active <<= true;
    job <<= io.chunks.bits;
    word <<= io.chunks.bits.word;
    chunk_start <<= io.chunks.bits.word;
    words_left <<= words_of(chunk_beats).truncate(words_left.width());
    chunks_left <<= io.chunks.bits.chunks;
  });
  when(reads, [&] {
    when(ends_chunk, [&] {
      const UInt next_start =
          name("next_start", wrap(chunk_start + job.words_between).truncate(chunk_start.width()));
      word <<= next_start;
      chunk_start <<= next_start;
      words_left <<= words_of(job.chunk_beats).truncate(words_left.width());
      chunks_left <<= wrap(chunks_left - 1);
      active <<= chunks_left != 1;
    }).otherwise([&] {
      word <<= wrap(word + 1);
      words_left <<= wrap(words_left - 1);
    });
  });

  // Words come a cycle after they are read; where they are wider than beats, with the number of
  // their last beat.
  arrives <<= reads;
  auto queue = instance<Fifo>("u_words", word_bits + part_bits, words_ahead);
  queue.in.valid <<= arrives;
  queue.flush <<= io.drop;
  if (part_bits > 0) {
    auto last_part = reg<UInt>("last_part", no_reset, part_bits);
    const UInt chunk_last_part = wrap(job.chunk_beats - 1).truncate(part_bits);
    last_part <<= mux(ends_chunk, chunk_last_part, u(beats_per_word - 1, part_bits));
    queue.in.bits <<= cat(last_part, io.data);
  } else {
    queue.in.bits <<= io.data;
  }
  const Bool leaves = name("leaves", queue.out.fire());
  when(reads & !leaves, [&] { room <<= wrap(room - 1); }).elsewhen(leaves & !reads, [&] {
    room <<= wrap(room + 1);
  });

  if (words_per_beat == 1) {
    io.beat.valid <<= queue.out.valid;
    io.beat.bits <<= queue.out.bits;
    queue.out.ready <<= io.beat.ready;
  } else if (words_per_beat > 1) {
    auto gathered = reg<UInt>("gathered", no_reset, beat_bits - word_bits);
    auto filled = reg<UInt>("filled", Reset{0}, bits_for(words_per_beat - 1));
    const Bool full = name("full", filled == words_per_beat - 1);
    const UInt all = cat(queue.out.bits, gathered);
    io.beat.valid <<= queue.out.valid & full;
    io.beat.bits <<= all;
    queue.out.ready <<= !full | io.beat.ready;
    when(leaves, [&] {
      gathered <<= all.bits(beat_bits - 1, word_bits);
      filled <<= mux(full, u(0, 1), wrap(filled + 1));
    });
    when(io.drop, [&] { filled <<= 0; });
  } else {
    auto part = reg<UInt>("part", Reset{0}, part_bits);
    const Bool ends_word =
        name("ends_word", part == queue.out.bits.bits(word_bits + part_bits - 1, word_bits));
    io.beat.valid <<= queue.out.valid;
    io.beat.bits <<= queue.out.bits.bits(word_bits - 1, 0).part_at(part, beat_bits);
    queue.out.ready <<= io.beat.ready & ends_word;
    when(io.beat.fire(), [&] { part <<= mux(ends_word, u(0, 1), wrap(part + 1)); });
    when(io.drop, [&] { part <<= 0; });
  }

  when(io.drop, [&] {
    active <<= false;
    arrives <<= false;
    room <<= words_ahead;
  });
  assert_("room_for_every_word", !arrives | queue.in.ready);
}

}  // namespace sd::rtl
