// Drives one verilated sd_accelerator: clock, AXI4 memory, AXI4-Lite master, checkers. config.inc
// defines SD_AXI_BYTES and SD_THREADS.
#include <memory>

#include "Vsd_accelerator.h"
#include "accelerator_abi.hpp"
#include "axi4_checker.hpp"
#include "axi_memory.hpp"
#include "config.inc"
#include "lite_master.hpp"
#include "pin_binding.hpp"
#include "probes.hpp"
#include "verilated.h"
#if VM_COVERAGE
#include "verilated_cov.h"
#endif
#if VM_TRACE_FST
#include "verilated_fst_c.h"
#endif

namespace {

constexpr int axi_bytes = SD_AXI_BYTES;

class Model {
 public:
  Model(std::uint8_t* memory, std::uint64_t bytes, std::uint32_t seed) : memory_(memory, bytes) {
    context_.threads(SD_THREADS);
#if VM_COVERAGE
    // The step from random contents to the first reset's values is no test of a toggle.
    context_.randReset(0);
#else
    context_.randReset(2);
#endif
    context_.randSeed(static_cast<int>(seed));
#if VM_TRACE_FST
    context_.traceEverOn(true);
#endif
    guarded([&] { top_ = std::make_unique<Vsd_accelerator>(&context_, "TOP"); });
  }

  ~Model() {
    if (!top_) return;
    guarded([&] {
#if VM_TRACE_FST
      if (trace_) trace_->close();
#endif
      top_->final();
      top_.reset();
    });
  }

  bool usable() const {
    return top_ != nullptr;
  }

  void configure(const SdMemorySettings& settings) {
    memory_.configure(settings, cycles_);
    axi::CheckerSettings rules;
    rules.hazards = settings.check_hazards != 0;
    rules.allow_wrong_rlast = memory_.breaks_rlast();
    rules.max_wait_cycles = settings.max_wait_cycles;
    checker_.configure(rules);
    lite_.checker.set_max_wait(settings.max_wait_cycles);
  }

  void reset() {
    guarded([&] {
      top_->rst_ni = 0;
      lite_.reset();
      memory_.reset();
      checker_.reset();
      lite_changed_ = true;
      drive();
      for (int i = 0; i < 4; ++i, ++cycles_) {
        edge(1);
        edge(0);
      }
      top_->rst_ni = 1;
      top_->eval();
      axi::sample_lite(*top_, lite_pins_);
      lite_.checker.clock(lite_.pins(), lite_pins_, cycles_);
      cycle();  // the quiet one that AXI asks for
    });
  }

  void write_register(std::uint32_t address, std::uint32_t value) {
    SdRegisterAccess write{1, address, value, 0xf, 0, 0, 0, axi::okay};
    access_register(write);
    if (write.response != axi::okay)
      fail("AXI4-Lite: a write of register 0x%03x was refused", address);
  }

  std::uint32_t read_register(std::uint32_t address) {
    SdRegisterAccess read{0, address, 0, 0, 0, 0, 0, axi::okay};
    access_register(read);
    if (read.response != axi::okay)
      fail("AXI4-Lite: a read of register 0x%03x was refused", address);
    return read.value;
  }

  void access_register(SdRegisterAccess& wanted) {
    guarded([&] {
      const bool writes = wanted.is_write != 0;
      lite_.begin(wanted);
      const axi::LiteSubordinate answer = access(writes ? "write" : "read", wanted.address);
      wanted.response = writes ? answer.bresp : answer.rresp;
      if (!writes) wanted.value = answer.rdata;
    });
  }

  bool advance(std::uint64_t cycles, std::uint64_t quiet_from, std::uint64_t quiet_cycles) {
    const std::uint64_t end = cycles_ + cycles;
    if (quiet_cycles == 0) quiet_cycles = ~std::uint64_t{0};
    guarded([&] {
      while (cycles_ < end && !top_->irq_o && !failed() &&
             cycles_ - std::max(memory_.last_transfer, quiet_from) < quiet_cycles)
        cycle();
    });
    return top_->irq_o;
  }

  SdProgress progress() const {
    return {cycles_,
            memory_.last_transfer,
            checker_.reads_in_flight(),
            checker_.writes_in_flight(),
            memory_.read_beats,
            memory_.write_beats};
  }

  void check_idle() {
    checker_.end(cycles_);
    lite_.checker.end(cycles_);
  }

  bool failed() const {  // asked in every cycle
    return !sink_.failures.empty() || !failures_.empty() || checker_.violations().any() ||
           memory_.violations.any() || lite_.checker.violations().any();
  }
  std::size_t failure_count() const {
    return sink_.failures.size() + failures_.size() + checker_.violations().list().size() +
           memory_.violations.list().size() + lite_.checker.violations().list().size();
  }
  const char* failure(std::size_t index) const {
    for (const auto* list : {&sink_.failures, &failures_}) {
      if (index < list->size()) return (*list)[index].c_str();
      index -= list->size();
    }
    for (const Violations* found :
         {&checker_.violations(), &memory_.violations, &lite_.checker.violations()}) {
      if (index < found->list().size()) return found->list()[index].text.c_str();
      index -= found->list().size();
    }
    return "";
  }
  void clear_failures() {
    sink_.failures.clear();
    failures_.clear();
    checker_.violations().clear();
    memory_.violations.clear();
    lite_.checker.violations().clear();
  }

  const char* handshakes() {
    sample();
    report_ = Probes::ports(manager_, memory_.pins(), lite_.pins(), lite_pins_);
    report_ += Probes::inside(context_);
    return report_.c_str();
  }

  bool trace([[maybe_unused]] const char* file, [[maybe_unused]] std::uint64_t begin,
             [[maybe_unused]] std::uint64_t end) {
#if VM_TRACE_FST
    if (trace_) trace_->close();
    tracing_ = false;
    if (!trace_) {
      trace_ = std::make_unique<VerilatedFstC>();
      top_->trace(trace_.get(), 99);
    }
    std::FILE* const writable = std::fopen(file, "wb");  // now, not a million cycles later
    if (writable == nullptr) return false;
    std::fclose(writable);
    trace_file_ = file;
    trace_begin_ = begin;
    trace_end_ = end;
    follow_trace();
    return true;
#else
    return false;
#endif
  }

  bool write_coverage([[maybe_unused]] const char* file) {
#if VM_COVERAGE
    std::FILE* const writable = std::fopen(file, "wb");
    if (writable == nullptr) return false;
    std::fclose(writable);
    guarded([&] { context_.coveragep()->write(file); });
    return true;
#else
    return false;
#endif
  }

  WriteScoreboard& scoreboard() {
    return memory_.scoreboard;
  }

 private:
  static constexpr int patience = 10'000;  // cycles until an AXI4-Lite access counts as hung

  // Verilator finds the context of stops in a variable of the thread; stops and prints go to our
  // sink.
  template <class Action>
  void guarded(Action action) {
    sd_sink = &sink_;
    Verilated::threadContextp(&context_);
    try {
      action();
    } catch (const SdFatal&) {  // recorded in the sink
    }
    sd_sink = nullptr;
  }

  // The access that lite_ has begun, to its answer.
  axi::LiteSubordinate access(const char* kind, std::uint32_t address) {
    axi::drive_lite(*top_, lite_.pins());
    top_->eval();
    for (int waited = 0; waited < patience; ++waited) {
      axi::sample_lite(*top_, lite_pins_);
      const axi::LiteSubordinate before = lite_pins_;
      lite_.checker.clock(lite_.pins(), before, cycles_);
      const bool answered = lite_.advance(before);
      lite_changed_ = true;
      cycle();
      if (answered) {
        axi::sample_lite(*top_, lite_pins_);
        return before;
      }
    }
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "AXI4-Lite: no answer to a %s of register 0x%%03x",
                  kind);
    fail(text.data(), address);
    lite_.pins() = {};
    axi::drive_lite(*top_, lite_.pins());
    return {};
  }

  // One clock cycle. On entry the clock is low and everything is settled; the inputs change after
  // the edge.
  void cycle() {
    axi::sample(*top_, manager_);
    checker_.clock(manager_, memory_.pins(), cycles_);
    memory_.clock(manager_, cycles_);
    edge(1);
    drive();
    edge(0);
    ++cycles_;
#if VM_TRACE_FST
    if (!trace_file_.empty()) follow_trace();
#endif
  }

  void drive() {
    axi::drive(*top_, memory_.pins());
    if (lite_changed_) axi::drive_lite(*top_, lite_.pins());
    lite_changed_ = false;
  }

  void sample() {
    axi::sample(*top_, manager_);
    axi::sample_lite(*top_, lite_pins_);
  }

  // A cycle is two units of time: cycle n rises at 2n and falls at 2n + 1, in traces too.
  void edge(int level) {
    top_->clk_i = level;
    context_.time(2 * cycles_ + (level != 0 ? 0 : 1));
    top_->eval();
#if VM_TRACE_FST
    if (tracing_) trace_->dump(context_.time());
#endif
  }

#if VM_TRACE_FST
  // Opens and closes the trace at the borders of its window.
  void follow_trace() {
    if (!tracing_ && cycles_ >= trace_begin_ && cycles_ < trace_end_) {
      trace_->open(trace_file_.c_str());
      tracing_ = trace_->isOpen();
      if (!tracing_) failures_.push_back("cannot write the trace " + trace_file_);
    }
    if (tracing_ && cycles_ >= trace_end_) {
      trace_->close();
      tracing_ = false;
      trace_file_.clear();
    }
  }
#endif

  void fail(const char* format, std::uint32_t address) {
    std::array<char, 128> text{};
    std::snprintf(text.data(), text.size(), format, address);
    failures_.emplace_back(text.data());
  }

  VerilatedContext context_;
  SdSink sink_;
  axi::Memory<axi_bytes> memory_;
  axi::Axi4Checker<axi_bytes> checker_{"m_axi"};
  axi::Manager<axi_bytes> manager_;
  LiteMaster lite_;
  axi::LiteSubordinate lite_pins_;
  bool lite_changed_ = true;
  std::vector<std::string> failures_;
  std::uint64_t cycles_ = 0;
  std::string report_;
  std::unique_ptr<Vsd_accelerator> top_;
#if VM_TRACE_FST
  std::unique_ptr<VerilatedFstC> trace_;
  std::string trace_file_;
  std::uint64_t trace_begin_ = 0, trace_end_ = 0;
  bool tracing_ = false;
#endif
};

Model& model(void* handle) {
  return *static_cast<Model*>(handle);
}
int failed(void* handle) {
  return model(handle).failed() ? 1 : 0;
}

const SdAcceleratorInterface interface = {
    sd_accelerator_abi_version,
    axi_bytes,
    [](std::uint8_t* memory, std::uint64_t bytes, std::uint32_t seed) -> void* {
      auto made = std::make_unique<Model>(memory, bytes, seed);
      return made->usable() ? made.release() : nullptr;
    },
    [](void* handle) { delete static_cast<Model*>(handle); },
    [](void* handle, const SdMemorySettings* settings) { model(handle).configure(*settings); },
    [](void* handle) {
      model(handle).reset();
      return failed(handle);
    },
    [](void* handle, std::uint32_t address, std::uint32_t value) {
      model(handle).write_register(address, value);
      return failed(handle);
    },
    [](void* handle, std::uint32_t address, std::uint32_t* value) {
      *value = model(handle).read_register(address);
      return failed(handle);
    },
    [](void* handle, SdRegisterAccess* access) {
      model(handle).access_register(*access);
      return failed(handle);
    },
    [](void* handle, std::uint64_t cycles, std::uint64_t quiet_from, std::uint64_t quiet_cycles,
       int* interrupt) {
      *interrupt = model(handle).advance(cycles, quiet_from, quiet_cycles);
      return failed(handle);
    },
    [](void* handle, SdProgress* progress) { *progress = model(handle).progress(); },
    [](void* handle) {
      model(handle).check_idle();
      return failed(handle);
    },
    [](void* handle) { return static_cast<int>(model(handle).failure_count()); },
    [](void* handle, int index) { return model(handle).failure(static_cast<std::size_t>(index)); },
    [](void* handle) { model(handle).clear_failures(); },
    [](void* handle) { return model(handle).handshakes(); },
    [](void* handle, const char* file, std::uint64_t begin, std::uint64_t end) {
      return model(handle).trace(file, begin, end) ? 0 : 1;
    },
    [](void* handle, const char* file) { return model(handle).write_coverage(file) ? 0 : 1; },
    [](void* handle, const SdExpectedRegion* regions, std::uint64_t count) {
      model(handle).scoreboard().expect(regions, count);
    },
    [](void* handle, std::uint64_t region, SdRegionState* state) {
      *state = model(handle).scoreboard().state(region);
    },
    [](void* handle, SdWrongWrite* into, std::uint64_t room) -> std::uint64_t {
      const auto& wrong = model(handle).scoreboard().wrong();
      const std::uint64_t count = std::min<std::uint64_t>(room, wrong.size());
      std::copy_n(wrong.begin(), count, into);
      return count;
    },
};

}  // namespace

extern "C" __attribute__((visibility("default"))) const SdAcceleratorInterface*
sd_accelerator_interface() {
  return &interface;
}
