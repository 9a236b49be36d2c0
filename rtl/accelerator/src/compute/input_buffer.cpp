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

/// Columns from the beat's first byte to the first byte of slot `slot`.
UInt columns_before(int slot, const InputRead& read, const design::DesignPoint& point) {
  const int width = bits_for(static_cast<long long>(point.beat_bytes()));
  UInt before = u(slot * point.macs, width);
  for (int words = 1; words <= slot; ++words)
    before = mux(read.row_words == words, u(slot % words * point.macs, width), before);
  for (int stride = 2; stride <= point.max_stride; ++stride) {
    const int place = slot % point.beat_segments(stride);
    before = mux(read.stride == stride, u(place * point.macs * stride, width), before);
  }
  return before;
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

void InputBuffer::align() {
  const InputRead& read = io.read.bits;
  const int macs = point_.macs, window = point_.window_bytes(), slots = point_.block_segments;

  // What the second cycle needs to know: where the beat starts, and which bytes of each slot lie in
  // the row.
  auto rotation = reg<UInt>("rotation", no_reset, byte_bits_ + bank_bits_);
  auto stride = reg<UInt>("stride", no_reset, 4);
  auto gather = reg<Bool>("gather", no_reset);
  const int side_bits = position_bits + 1;
  const SInt left = name("left", s(0, side_bits) - read.column);
  const SInt right = name("right", cat(u(0, 1), read.columns).as_sint() - read.column);
  std::vector<UInt> firsts, ends;
  for (int t = 0; t < slots; ++t) {
    firsts.push_back(reg<UInt>("first" + std::to_string(t), no_reset, bits_for(window)));
    ends.push_back(reg<UInt>("end" + std::to_string(t), no_reset, bits_for(window)));
  }
  when(io.read.valid, [&] {
    rotation <<= read.byte_address.bits(byte_bits_ + bank_bits_ - 1, 0);
    stride <<= read.stride;
    gather <<= read.gather;
    for (int t = 0; t < slots; ++t) {
      const SInt before = cat(u(0, 1), columns_before(t, read, point_)).as_sint();
      firsts[static_cast<std::size_t>(t)] <<=
          mux(read.raw, u(0, bits_for(window)), clamp(left - before, window));
      ends[static_cast<std::size_t>(t)] <<=
          mux(read.zero, u(0, bits_for(window)),
              mux(read.raw, u(window, bits_for(window)), clamp(right - before, window)));
    }
  });

  const int beat = point_.beat_bytes();
  const UInt all = name("all", pack_low_first(words_));
  const UInt rotated =
      name("rotated",
           dshr(cat(all.bits(beat * 8 - 1, 0), all), cat(rotation, u(0, 3))).bits(beat * 8 - 1, 0));
  std::vector<UInt> out;
  for (int t = 0; t < slots; ++t) {
    // The slot's window at each stride, static parts of the beat.
    const auto window_at = [&](int s) {
      const int from = t % point_.beat_segments(s) * macs * s;
      const int bytes = (macs - 1) * s + point_.columns;
      return rotated.bits((from + bytes) * 8 - 1, from * 8).extend(window * 8);
    };
    UInt chosen = window_at(1);
    for (int s = 2; s <= point_.max_stride; ++s) chosen = mux(stride == s, window_at(s), chosen);
    const std::string number = std::to_string(t);
    const UInt inside = bytes_from(firsts[static_cast<std::size_t>(t)], window) &
                        ~bytes_from(ends[static_cast<std::size_t>(t)], window);
    const UInt masked = name("window" + number, chosen & inside);
    UInt low = masked.bits(macs * 8 - 1, 0);
    for (int s = 2; s <= point_.max_stride; ++s) {
      std::vector<UInt> strided;
      for (int f = 0; f < macs; ++f) strided.push_back(masked.bits(f * s * 8 + 7, f * s * 8));
      low = mux(gather & (stride == s), pack_low_first(strided), low);
    }
    out.push_back(window > macs ? cat(masked.bits(window * 8 - 1, macs * 8), low) : low);
  }
  io.slots <<= pack_low_first(out);
}

}  // namespace sd::rtl
