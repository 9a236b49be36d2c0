#include "rtl/accelerator/compute/input_buffer.hpp"

#include <bit>

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

/// Log2 of a power of two.
int log2_of(int power) {
  return std::bit_width(static_cast<unsigned>(power)) - 1;
}

/// The address in every bank for the word that follows `base` in the other banks.
UInt next_address(const UInt& base, int depth) {
  const UInt next = wrap(base + u(1, base.width()));
  return (depth & (depth - 1)) == 0 ? next : mux(base == depth - 1, u(0, base.width()), next);
}

/// clamp(value, 0, limit)
UInt clamp(const SInt& value, int limit) {
  const int width = bits_for(limit);
  return mux(value < 0, u(0, width),
             mux(value > limit, u(limit, width), value.as_uint().truncate(width)));
}

}  // namespace

InputRead::InputRead(Fields& f, const design::DesignPoint& point)
    : byte_address(f.field<UInt>("byte_address", input_byte_bits(point))),
      column(f.field<SInt>("column", position_bits)),
      zero(f.field<Bool>("zero")) {}

InputBufferIo::InputBufferIo(Ports& p, const design::DesignPoint& point)
    : write(p.input<Valid<InputWrite>>("write", point)),
      read(p.input<Valid<InputRead>>("read", point)),
      columns(p.input<UInt>("columns", 16)),
      stride(p.input<UInt>("stride", 4)),
      pointwise(p.input<Bool>("pointwise")),
      segment(p.output<UInt>("segment", window_bytes(point) * 8)) {}

InputBuffer::InputBuffer(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("input_buffer")
                 .about("The activation tile, in banks that give any segment in one read."),
             point) {
  const int macs = point.macs;
  const int banks = point.input_banks();
  const int depth = point.input_words() / banks;
  const int byte_bits = log2_of(macs), bank_bits = log2_of(banks);
  const int window = window_bytes(point);
  const int beat = point.axi_bytes();

  // Read: the banks before the first word's bank hold the words of the next line of banks.
  const UInt& from = io.read.bits.byte_address;
  const UInt base = name("base", from.bits(from.width() - 1, byte_bits + bank_bits));
  const UInt first_bank = from.bits(byte_bits + bank_bits - 1, byte_bits);
  const UInt next = name("next", next_address(base, depth));
  const Bool access = name("access", io.read.valid & ~io.read.bits.zero);

  // Write: a beat covers whole words of neighbouring banks, or a part of one word.
  const UInt& to = io.write.bits.byte_address;
  const UInt write_line = name("write_line", to.bits(to.width() - 1, byte_bits + bank_bits));
  const UInt write_bank = to.bits(byte_bits + bank_bits - 1, byte_bits);
  assert_("beat_aligned", implies(io.write.valid, to.bits(log2_of(beat) - 1, 0) == 0));

  std::vector<UInt> words;
  for (int i = 0; i < banks; ++i) {
    auto bank = sram("bank" + std::to_string(i), depth, macs * 8, beat < macs ? macs : 1);
    words.push_back(bank.read(access, mux(first_bank > i, next, base)));
    if (beat < macs) {
      const UInt data =
          cat(std::vector<UInt>(static_cast<std::size_t>(macs / beat), io.write.bits.data));
      const UInt part = to.bits(byte_bits - 1, log2_of(beat));
      std::vector<UInt> enables;
      for (int byte = 0; byte < macs; ++byte) enables.push_back((part == byte / beat).as_uint());
      when(io.write.valid & (write_bank == i),
           [&] { bank.write(write_line, data, pack_low_first(enables)); });
    } else {
      const int group = beat / macs;
      const int part = i % group;
      const Bool here = group == banks ? b(true) : (write_bank == i - part);
      when(io.write.valid & here, [&] {
        bank.write(write_line, io.write.bits.data.bits((part + 1) * macs * 8 - 1, part * macs * 8));
      });
    }
  }

  // What the second cycle needs to know: where the segment starts, and which of its bytes lie in
  // the row.
  auto rotation = reg<UInt>("rotation", no_reset, byte_bits + bank_bits);
  auto first_valid = reg<UInt>("first_valid", no_reset, bits_for(window));
  auto end_valid = reg<UInt>("end_valid", no_reset, bits_for(window));
  when(io.read.valid, [&] {
    const SInt& column = io.read.bits.column;
    rotation <<= from.bits(byte_bits + bank_bits - 1, 0);
    first_valid <<= clamp(s(0, 1) - column, window);
    end_valid <<=
        mux(io.read.bits.zero, u(0, 1), clamp(cat(u(0, 1), io.columns).as_sint() - column, window));
  });

  const UInt all = pack_low_first(words);
  const UInt rotated = name(
      "rotated",
      dshr(cat(all.bits(window * 8 - 1, 0), all), cat(rotation, u(0, 3))).bits(window * 8 - 1, 0));
  std::vector<UInt> bytes;
  for (int i = 0; i < window; ++i) {
    const Bool valid = (end_valid > i) & (first_valid <= i);
    bytes.push_back(
        name("byte" + std::to_string(i), mux(valid, rotated.bits(i * 8 + 7, i * 8), u(0, 8))));
  }
  std::vector<UInt> segment = bytes;
  for (int f = 1; f < macs; ++f) {
    UInt strided = bytes[static_cast<std::size_t>(f)];
    for (int stride = 2; stride <= point.max_stride; ++stride)
      strided = mux(io.stride == stride, bytes[static_cast<std::size_t>(f * stride)], strided);
    segment[static_cast<std::size_t>(f)] =
        mux(io.pointwise, strided, bytes[static_cast<std::size_t>(f)]);
  }
  io.segment <<= pack_low_first(segment);
}

}  // namespace sd::rtl
