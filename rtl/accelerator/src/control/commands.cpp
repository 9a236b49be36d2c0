#include "rtl/accelerator/control/commands.hpp"

#include <algorithm>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/control/packing.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

int buffer_bits(const design::DesignPoint& p) {
  return std::max({input_word_bits(p), index_bits(p), weight_bits(p), record_bits(p)});
}

/// A field in bytes, in beats.
UInt beats(const UInt& command, const FieldPlace& place, const design::DesignPoint& point) {
  return command.bits(place.last_bit(), place.first_bit() + beat_shift(point));
}

UInt low(const UInt& command, const FieldPlace& place, int width) {
  return command.bits(place.first_bit() + width - 1, place.first_bit());
}

/// A field of a command or of its destination. The checker has seen that the bits above the
/// target's width are zero, or that nothing reads the field.
template <class Command, class Member>
void cut(const Command& to, Member member, const UInt& body, const FieldPlace& place) {
  const auto& target = [&]() -> const auto& {
    if constexpr (std::is_invocable_v<Member, const Command&>)
      return std::invoke(member, to);
    else
      return std::invoke(member, to.destination);
  }
  ();
  const int first = place.first_bit() - 32;
  BitReader(body.bits(first + std::min(place.width, target.width()) - 1, first)).read(target);
}

}  // namespace

LoadCommand::LoadCommand(Fields& f, const design::DesignPoint& point)
    : kind(f.field<UInt>("kind", 2)),
      id(f.field<UInt>("id", command_id_bits)),
      pushes(f.field<Bool>("pushes")),
      address(f.field<UInt>("address", beat_address_bits(point))),
      chunk_beats(f.field<UInt>("chunk_beats", beat_address_bits(point))),
      chunks(f.field<UInt>("chunks", 16)),
      stride(f.field<UInt>("stride", beat_address_bits(point))),
      buffer(f.field<UInt>("buffer", buffer_bits(point))),
      extent(f.field<UInt>("extent", 24)),
      step(f.field<UInt>("step", 16)),
      r_wrap(f.field<UInt>("r_wrap", 8)),
      row_carry(f.field<UInt>("row_carry", 16)),
      slice_rows(f.field<UInt>("slice_rows", 16)),
      markers(f.field<Bool>("markers")),
      entries(f.field<UInt>("entries", 16)) {}

StoreCommand::StoreCommand(Fields& f, const design::DesignPoint& point)
    : id(f.field<UInt>("id", command_id_bits)),
      address(f.field<UInt>("address", beat_address_bits(point))),
      chunk_beats(f.field<UInt>("chunk_beats", beat_address_bits(point))),
      chunks(f.field<UInt>("chunks", 16)),
      stride(f.field<UInt>("stride", beat_address_bits(point))),
      word(f.field<UInt>("word", output_bits(point))),
      words_between(f.field<UInt>("words_between", bits_for(point.output_words()))) {}

ArrayCommand::ArrayCommand(Fields& f)
    : vector(f.field<Bool>("vector")), body(f.field<UInt>("body", command_body_bits)) {}

void cut_load(const LoadCommand& to, const UInt& command, const design::DesignPoint& point) {
  const Bool input = has_opcode(command, Opcode::load_input);
  to.kind <<= wrap(low(command, place::opcode, 2) - 1);
  to.id <<= field(command, place::id);
  to.pushes <<= field(command, place::push_next).as_bool();
  to.address <<= beats(command, place::address, point);
  to.chunk_beats <<= beats(command, place::chunk_bytes, point);
  // Only LOAD_INPUT has more than one chunk; in the other commands these words are zero.
  to.chunks <<= mux(input, low(command, place::chunks, 16), u(1, 16));
  to.stride <<= beats(command, place::stride, point);
  to.buffer <<= low(command, place::buffer, to.buffer.width());
  to.extent <<= low(command, place::row_bytes, to.extent.width());
  to.step <<= low(command, place::flag_base, to.step.width());
  to.r_wrap <<= field(command, place::r_wrap);
  to.row_carry <<= field(command, place::row_carry);
  to.slice_rows <<= field(command, place::slice_rows);
  to.markers <<= field(command, place::markers).as_bool();
  to.entries <<= field(command, place::entries);
}

void cut_store(const StoreCommand& to, const UInt& command, const design::DesignPoint& point) {
  to.id <<= field(command, place::id);
  to.address <<= beats(command, place::address, point);
  to.chunk_beats <<= beats(command, place::chunk_bytes, point);
  to.chunks <<= low(command, place::chunks, 16);
  to.stride <<= beats(command, place::stride, point);
  to.word <<= low(command, place::buffer, to.word.width());
  to.words_between <<= low(command, place::words_between, to.words_between.width());
}

void cut_compute(const ComputeCommand& to, const UInt& body) {
  for_each_compute_field(
      [&](auto member, const FieldPlace& place) { cut(to, member, body, place); });
}

void cut_vector(const VectorCommand& to, const UInt& body) {
  for_each_vector_field(
      [&](auto member, const FieldPlace& place) { cut(to, member, body, place); });
}

void unpack(const LoadCommand& to, const UInt& packed) {
  BitReader reader(packed);
  reader.read(to.kind);
  reader.read(to.id);
  reader.read(to.pushes);
  for (const UInt& field : {to.address, to.chunk_beats, to.chunks, to.stride}) reader.read(field);
  for (const UInt& field : {to.buffer, to.extent, to.step, to.r_wrap, to.row_carry, to.slice_rows})
    reader.read(field);
  reader.read(to.markers);
  reader.read(to.entries);
}

void unpack(const StoreCommand& to, const UInt& packed) {
  BitReader reader(packed);
  for (const UInt& field :
       {to.id, to.address, to.chunk_beats, to.chunks, to.stride, to.word, to.words_between})
    reader.read(field);
}

void unpack(const ArrayCommand& to, const UInt& packed) {
  BitReader reader(packed);
  reader.read(to.vector);
  reader.read(to.body);
}

}  // namespace sd::rtl
