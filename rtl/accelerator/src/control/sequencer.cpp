#include "rtl/accelerator/control/sequencer.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {
enum class RunState { idle, run, finish, drain };
}

ErrorReport::ErrorReport(Fields& f)
    : code(f.field<UInt>("code", error_code_bits)), id(f.field<UInt>("id", command_id_bits)) {}

SequencerIo::SequencerIo(Ports& p)
    : start(p.input<Bool>("start")),
      soft_reset(p.input<Bool>("soft_reset")),
      bad_address(p.input<Bool>("bad_address")),
      no_commands(p.input<Bool>("no_commands")),
      end(p.input<Bool>("end")),
      all_idle(p.input<Bool>("all_idle")),
      decode_error(p.input<Valid<ErrorReport>>("decode_error")),
      load_error(p.input<Valid<ErrorReport>>("load_error")),
      store_error(p.input<Valid<ErrorReport>>("store_error")),
      watchdog_error(p.input<Valid<ErrorReport>>("watchdog_error")),
      begin(p.output<Bool>("begin")),
      decoding(p.output<Bool>("decoding")),
      underway(p.output<Bool>("underway")),
      stop_reading(p.output<Bool>("stop_reading")),
      drain(p.output<Bool>("drain")),
      busy(p.output<Bool>("busy")),
      done(p.output<Bool>("done")),
      error(p.output<Valid<ErrorReport>>("error")) {}

Sequencer::Sequencer(Context& at)
    : Module(at, ModuleName("sequencer").about("Begins, ends and breaks off a run.")) {
  auto state = state_reg<RunState>("state", {"idle", "run", "finish", "drain"}, RunState::idle);
  auto resetting =
      reg<Bool>("resetting", Reset{0});  // this drain is a soft reset's: it ends without `done`

  const Bool underway = name("is_underway", (state == RunState::run) | (state == RunState::finish));
  const Bool bad_start = name("bad_start", io.bad_address | io.no_commands);
  const Bool begin = name("begins", io.start & (state == RunState::idle));
  const Bool unit_error = name("unit_error", io.decode_error.valid | io.load_error.valid |
                                                 io.store_error.valid | io.watchdog_error.valid);

  auto error = wire<Valid<ErrorReport>>("error");
  error.valid <<= false;
  error.bits <<= mux(io.decode_error.valid, io.decode_error.bits,
                     mux(io.load_error.valid, io.load_error.bits,
                         mux(io.store_error.valid, io.store_error.bits, io.watchdog_error.bits)));
  when(begin & bad_start, [&] {
    error.valid <<= true;
    error.bits.code <<=
        mux(io.bad_address, u(static_cast<int>(RunError::field_range), error_code_bits),
            u(static_cast<int>(RunError::no_end), error_code_bits));
    error.bits.id <<= 0;
  }).elsewhen(underway & unit_error & !io.soft_reset, [&] { error.valid <<= true; });

  io.done <<= false;
  switch_(state, [&](auto& in) {
    in.is(RunState::idle, [&] {
      resetting <<= false;
      when(begin, [&] { state <<= mux(bad_start, RunState::drain, RunState::run); });
    });
    in.is(RunState::run, [&] { when(io.end, [&] { state <<= RunState::finish; }); });
    in.is(RunState::finish, [&] {
      when(io.all_idle & !unit_error & !io.soft_reset, [&] {
        state <<= RunState::idle;
        io.done <<= true;
      });
    });
    in.is(RunState::drain, [&] {
      when(io.all_idle & !io.soft_reset, [&] {
        state <<= RunState::idle;
        io.done <<= !resetting;
      });
    });
    in.otherwise([&] {});
  });
  when(underway & unit_error, [&] { state <<= RunState::drain; });
  when(io.soft_reset & (state != RunState::idle), [&] {
    state <<= RunState::drain;
    resetting <<= true;
  });

  io.begin <<= begin;
  io.decoding <<= state == RunState::run;
  io.underway <<= underway;
  io.stop_reading <<= (state == RunState::finish) | (state == RunState::drain);
  io.drain <<= state == RunState::drain;
  io.busy <<= state != RunState::idle;
  io.error <<= error;
}

}  // namespace sd::rtl
