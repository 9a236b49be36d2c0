#include "rtl/accelerator/compute/input_buffer.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

/// Ones from byte `first` on.
UInt bytes_from(const UInt& first, int bytes) {
  return dshl(~u(0, bytes * 8), cat(first, u(0, 3)), bytes * 8);
}

}  // namespace

InputRead::InputRead(Fields& f, const design::DesignPoint& point)
    : byte_address(f.field<UInt>("byte_address", input_byte_bits(point))),
      column(f.field<SInt>("column", position_bits)),
      first_segment(f.field<UInt>("first_segment", segment_bits(point))),
      segments(f.field<UInt>("segments", block_count_bits(point))),
      row_words(f.field<UInt>("row_words", block_count_bits(point))),
      span(f.field<UInt>("span", 4)),
      stride(f.field<UInt>("stride", 4)),
      columns(f.field<UInt>("columns", 16)),
      gather(f.field<Bool>("gather")),
      zero(f.field<Bool>("zero")),
      raw(f.field<Bool>("raw")) {}

LocalWrite::LocalWrite(Fields& f, const design::DesignPoint& point)
    : word(f.field<UInt>("word", input_word_bits(point))),
      data(f.field<UInt>("data", point.macs * 8)) {}

InputBufferIo::InputBufferIo(Ports& p, const design::DesignPoint& point)
    : write(p.input<Valid<InputWrite>>("write", point)),
      local(p.input<Valid<LocalWrite>>("local", point)),
      read(p.input<Valid<InputRead>>("read", point)),
      slots(p.output<UInt>("slots", point.block_segments * slot_bits(point))),
      words_read(p.output<UInt>("words_read", bits_for(point.input_banks()))) {}

InputBuffer::InputBuffer(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("input_buffer")
                 .about("Activations, in banks that give neighbouring segments in one read."),
             point),
      point_(point),
      banks_(point.input_banks()),
      depth_(point.input_words() / banks_),
      byte_bits_(log2_of(point.macs)),
      bank_bits_(log2_of(banks_)) {
  const UInt words = name("words", read_banks());
  io.words_read <<= words;
  align();
}

UInt InputBuffer::read_banks() {
  const InputRead& read = io.read.bits;
  const int macs = point_.macs;
  const Bool access = name("access", io.read.valid & ~read.zero);

  // From the word of the first byte to that of the last: the last lane's last step.
  const UInt lanes_less_one = wrap(cat(read.segments, u(0, byte_bits_)) - 1);
  const UInt last_byte =
      name("last_byte", lanes_less_one * read.stride +
                            (read.byte_address.bits(byte_bits_ - 1, 0) + wrap(read.span - 1)));
  const int count_bits = bits_for(banks_);
  const UInt beat_words =
      name("beat_words", wrap(shr(last_byte, byte_bits_).truncate(count_bits) + 1));

  // The banks before the first word's hold the words of the next line of banks.
  const UInt& from = read.byte_address;
  const UInt first_bank = from.bits(byte_bits_ + bank_bits_ - 1, byte_bits_);
  const UInt base = name("base", from.bits(from.width() - 1, byte_bits_ + bank_bits_));
  const UInt next = name("next", next_line(base, depth_));

  // A bus beat covers whole words of neighbouring banks, or a part of one word.
  const UInt& to = io.write.bits.byte_address;
  const UInt& local = io.local.bits.word;
  const UInt write_line =
      name("write_line", mux(io.local.valid, local.bits(local.width() - 1, bank_bits_),
                             to.bits(to.width() - 1, byte_bits_ + bank_bits_)));
  const UInt write_bank = to.bits(byte_bits_ + bank_bits_ - 1, byte_bits_);
  const UInt local_bank = local.bits(bank_bits_ - 1, 0);
  const int beat = point_.axi_bytes();
  const int beat_words_written = beat > macs ? beat / macs : 1;

  for (int i = 0; i < banks_; ++i) {
    auto bank = sram("bank" + std::to_string(i), depth_, macs * 8, beat < macs ? macs : 1);
    const UInt distance = wrap(u(i, bank_bits_) - first_bank);
    words_.push_back(bank.read(access & (distance < beat_words), mux(first_bank > i, next, base)));

    const int part = i % beat_words_written;
    const Bool in_beat =
        beat_words_written == banks_ ? b(true) : Bool(write_bank == u(i - part, bank_bits_));
    const Bool written = (io.write.valid & in_beat) | (io.local.valid & (local_bank == i));
    if (beat < macs) {
      const UInt beats =
          cat(std::vector<UInt>(static_cast<std::size_t>(macs / beat), io.write.bits.data));
      const UInt place = to.bits(byte_bits_ - 1, log2_of(beat));
      std::vector<UInt> mask;
      for (int byte = 0; byte < macs; ++byte)
        mask.push_back((io.local.valid | (place == byte / beat)).as_uint());
      when(written, [&] {
        bank.write(write_line, mux(io.local.valid, io.local.bits.data, beats),
                   pack_low_first(mask));
      });
    } else {
      const UInt word = io.write.bits.data.bits((part + 1) * macs * 8 - 1, part * macs * 8);
      when(written, [&] { bank.write(write_line, mux(io.local.valid, io.local.bits.data, word)); });
    }
  }

  assert_("bus_beat_aligned", implies(io.write.valid, to.bits(log2_of(beat) - 1, 0) == 0));
  assert_("one_writer", ~(io.write.valid & io.local.valid));
  if ((depth_ & (depth_ - 1)) != 0)
    assert_("write_in_range", implies(io.write.valid | io.local.valid, write_line < depth_));
  assert_("beat_fits_banks", implies(access, (beat_words != 0) & (beat_words <= banks_) &
                                                 (last_byte < banks_ * macs)));
  for (int stride = 1; stride <= point_.max_stride; ++stride) {
    const int most = point_.beat_segments(stride);
    const Bool fits =
        (read.segments <= most) &
        (most == 1 ? b(true) : Bool(read.first_segment.bits(log2_of(most) - 1, 0) == 0));
    assert_("beat_of_stride" + std::to_string(stride),
            implies(access & (read.stride == stride), fits));
  }
  return mux(access, beat_words, u(0, count_bits));
}

UInt InputBuffer::rotate(const UInt& first_byte) {
  // Whole words first, then bytes.
  const int beat = point_.beat_bytes(), macs = point_.macs;
  const UInt all = name("all", pack_low_first(words_));
  const UInt first_word = first_byte.bits(byte_bits_ + bank_bits_ - 1, byte_bits_);
  std::vector<UInt> words;
  for (int w = 0; w * macs < beat + macs - 1; ++w)
    words.push_back(all.part_at(wrap(first_word + u(w, bank_bits_)), macs * 8));
  const UInt in_order = name("in_order", pack_low_first(words));
  return dshr(in_order, cat(first_byte.bits(byte_bits_ - 1, 0), u(0, 3))).bits(beat * 8 - 1, 0);
}

void InputBuffer::align() {
  const InputRead& read = io.read.bits;
  const int macs = point_.macs, window = point_.window_bytes(), beat = point_.beat_bytes();

  // What the second cycle needs to know: where the beat starts, and which of its bytes lie in the
  // row if it is one row.
  auto first_byte = reg<UInt>("first_byte", no_reset, byte_bits_ + bank_bits_);
  auto first_inside = reg<UInt>("first_inside", no_reset, bits_for(beat));
  auto end_inside = reg<UInt>("end_inside", no_reset, bits_for(beat));
  auto stride = reg<UInt>("stride", no_reset, 4);
  auto gather = reg<Bool>("gather", no_reset);
  auto many_rows = reg<Bool>("many_rows", no_reset);
  auto row_words = reg<UInt>("row_words", no_reset, block_count_bits(point_));
  when(io.read.valid, [&] {
    const UInt all = u(beat, bits_for(beat)), none = u(0, bits_for(beat));
    const SInt columns = cat(u(0, 1), read.columns).as_sint();
    first_byte <<= read.byte_address.bits(byte_bits_ + bank_bits_ - 1, 0);
    first_inside <<= mux(read.raw, none, clamp(-read.column, beat));
    end_inside <<= mux(read.zero, none, mux(read.raw, all, clamp(columns - read.column, beat)));
    stride <<= read.stride;
    gather <<= read.gather;
    many_rows <<= ~read.raw & (read.row_words < read.segments);
    row_words <<= read.row_words;
  });
  assert_("rows_of_half_a_block",
          implies(io.read.valid & ~read.raw & (read.row_words < read.segments),
                  read.row_words <= point_.block_segments / 2));

  const UInt rotated = name("rotated", rotate(first_byte));
  const UInt in_row =
      name("in_row", bytes_from(first_inside, beat) & ~bytes_from(end_inside, beat));
  const UInt masked = name("masked", rotated & in_row);
  const auto bytes = [&](const UInt& from, int first, int count) {
    return from.bits((first + count) * 8 - 1, first * 8);
  };
  // Every slot is a static part of the beat, for each stride. In a block of several rows, which has
  // stride 1, the columns of each row begin anew.
  std::vector<UInt> slots;
  for (int t = 0; t < point_.block_segments; ++t) {
    slots.push_back(wire<UInt>("slot" + std::to_string(t), window * 8));
    slots.back() <<= bytes(masked, t * macs, macs - 1 + point_.columns);
  }
  for (int s = 2; s <= point_.max_stride; ++s) {
    const auto first = [&](int t) { return t % point_.beat_segments(s) * macs * s; };
    when((stride == s) & ~gather, [&] {
      for (int t = 0; t < point_.block_segments; ++t)
        slots[static_cast<std::size_t>(t)] <<=
            bytes(masked, first(t), (macs - 1) * s + point_.columns);
    });
    when((stride == s) & gather, [&] {
      for (int t = 0; t < point_.block_segments; ++t) {
        std::vector<UInt> lanes;
        for (int f = 0; f < macs; ++f) lanes.push_back(bytes(masked, first(t) + f * s, 1));
        slots[static_cast<std::size_t>(t)] <<= pack_low_first(lanes);
      }
    });
  }
  const int reach = macs - 1 + point_.columns;
  // Two rows or more, of half the segments at most.
  for (int words = 1; 2 * words <= point_.block_segments; ++words)
    when(many_rows & (row_words == words), [&] {
      for (int t = words; t < point_.block_segments; ++t)
        slots[static_cast<std::size_t>(t)] <<=
            bytes(rotated, t * macs, reach) & bytes(in_row, t % words * macs, reach);
    });
  io.slots <<= pack_low_first(slots);
}

}  // namespace sd::rtl
