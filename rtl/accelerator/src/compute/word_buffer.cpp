#include "rtl/accelerator/compute/word_buffer.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

WordBufferIo::WordBufferIo(Ports& p, int depth, int width)
    : write(p.input<Bool>("write")),
      write_word(p.input<UInt>("write_word", address_bits(depth))),
      write_data(p.input<UInt>("write_data", width)),
      read(p.input<Bool>("read")),
      read_word(p.input<UInt>("read_word", address_bits(depth))),
      data(p.output<UInt>("data", width)) {}

WordBuffer::WordBuffer(Context& at, const std::string& module_name, int depth, int width)
    : Module(at, ModuleName(module_name).about("Words with one read and one write port."), depth,
             width) {
  auto store = sram("store", depth, width);
  io.data <<= store.read(io.read, io.read_word);
  when(io.write, [&] { store.write(io.write_word, io.write_data); });
  if ((depth & (depth - 1)) != 0) {
    assert_("write_in_range", implies(io.write, io.write_word < depth));
    assert_("read_in_range", implies(io.read, io.read_word < depth));
  }
}

}  // namespace sd::rtl
