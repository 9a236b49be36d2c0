#include "rtl/accelerator/control/command_decoder.hpp"

#include "rtl/accelerator/control/command_checker.hpp"

namespace sd::rtl {

using namespace hcl;

CommandDecoderIo::CommandDecoderIo(Ports& p, const design::DesignPoint& point)
    : enable(p.input<Bool>("enable")),
      command(p.sink<FetchedCommand>("command")),
      load(p.source<LoadCommand>("load", point)),
      array(p.source<ArrayCommand>("array")),
      store(p.source<StoreCommand>("store", point)),
      tokens(p.output<TokenFlags>("tokens")),
      end(p.output<Bool>("end")),
      error(p.output<Valid<ErrorReport>>("error")),
      taken(p.output<Bool>("taken")),
      id(p.output<UInt>("id", command_id_bits)) {}

CommandDecoder::CommandDecoder(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("command_decoder").about("Checks a command and hands it to its unit."),
             point) {
  const UInt& words = io.command.bits.words;
  auto checker = instance<CommandChecker>("u_checker", point);
  checker.valid <<= io.command.valid & io.enable;
  checker.command <<= words;

  const Bool decided = name("decided", io.command.valid & io.enable & checker.checked);
  const Bool wrong = name("wrong", io.command.bits.error | checker.illegal_opcode | checker.fault);
  const Bool right = name("right", decided & !wrong);
  const Bool is_end = name("is_end", has_opcode(words, Opcode::end));
  const Bool is_vector = name("is_vector", has_opcode(words, Opcode::vector));
  const Bool is_array = name("is_array", has_opcode(words, Opcode::compute) | is_vector);
  const Bool is_store = name("is_store", has_opcode(words, Opcode::store));
  const Bool is_load = name("is_load", !is_end & !is_array & !is_store);

  io.load.valid <<= right & is_load;
  io.array.valid <<= right & is_array;
  io.store.valid <<= right & is_store;
  cut_load(io.load.bits, words, point);
  io.array.bits.vector <<= is_vector;
  io.array.bits.body <<= words.bits(command_bits - 1, command_bits - command_body_bits);
  cut_store(io.store.bits, words, point);
  io.tokens.pop_prev <<= field(words, place::pop_prev).as_bool();
  io.tokens.pop_next <<= field(words, place::pop_next).as_bool();
  io.tokens.push_prev <<= field(words, place::push_prev).as_bool();
  io.tokens.push_next <<= field(words, place::push_next).as_bool();

  const Bool handed_out =
      name("handed_out", (is_load & io.load.ready) | (is_array & io.array.ready) |
                             (is_store & io.store.ready) | is_end);
  const Bool taken = name("taken", right & handed_out);
  io.command.ready <<= taken;
  checker.next <<= taken | !io.enable;
  io.taken <<= taken;
  io.end <<= taken & is_end;
  io.id <<= field(words, place::id);

  const auto code = [](RunError error) { return u(static_cast<int>(error), 4); };
  const Bool runs_out = name("runs_out", taken & !is_end & io.command.bits.last);
  io.error.valid <<= (decided & wrong) | runs_out;
  io.error.bits.id <<= field(words, place::id);
  io.error.bits.code <<=
      mux(io.command.bits.error, code(RunError::read_response),
          mux(checker.illegal_opcode, code(RunError::illegal_opcode),
              mux(checker.fault, code(RunError::field_range), code(RunError::no_end))));
}

}  // namespace sd::rtl
