// Drives one verilated sd_accelerator: clock, AXI4 memory, AXI4-Lite master. config.inc defines
// SD_AXI_BYTES.
#include <memory>

#include "Vsd_accelerator.h"
#include "accelerator_abi.hpp"
#include "axi_memory.hpp"
#include "config.inc"
#include "verilated.h"
#if VM_TRACE_FST
#include "verilated_fst_c.h"
#endif

namespace {

constexpr int axi_bytes = SD_AXI_BYTES;

void load(QData& port, const std::uint8_t* from) {
  std::memcpy(&port, from, sizeof port);
}
void store(const QData& port, std::uint8_t* to) {
  std::memcpy(to, &port, sizeof port);
}
template <std::size_t words>
void load(VlWide<words>& port, const std::uint8_t* from) {
  std::memcpy(port.data(), from, words * 4);
}
template <std::size_t words>
void store(const VlWide<words>& port, std::uint8_t* to) {
  std::memcpy(to, port.data(), words * 4);
}

class Model {
 public:
  Model(std::uint8_t* memory, std::uint64_t bytes, std::uint32_t seed) : memory_(memory, bytes) {
    context_.threads(1);
    context_.randReset(2);
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
    memory_.configure(settings);
  }
  std::uint64_t cycles() const {
    return cycles_;
  }

  void reset() {
    guarded([&] {
      Vsd_accelerator& top = *top_;
      top.rst_ni = 0;
      top.s_axil_awvalid_i = top.s_axil_wvalid_i = top.s_axil_bready_i = 0;
      top.s_axil_arvalid_i = top.s_axil_rready_i = 0;
      memory_.reset();
      drive_memory();
      for (int i = 0; i < 4; ++i) {
        edge(1);
        edge(0);
      }
      top.rst_ni = 1;
      edge(0);
    });
  }

  void write_register(std::uint32_t address, std::uint32_t value) {
    guarded([&] {
      Vsd_accelerator& top = *top_;
      top.s_axil_awaddr_i = address & 0xfff;
      top.s_axil_wdata_i = value;
      top.s_axil_wstrb_i = 0xf;
      top.s_axil_awvalid_i = top.s_axil_wvalid_i = top.s_axil_bready_i = 1;
      top.eval();
      for (int waited = 0;; ++waited) {
        if (waited == patience)
          return fail("AXI4-Lite: no answer to a write of register 0x%03x", address);
        const bool address_taken = top.s_axil_awvalid_i && top.s_axil_awready_o;
        const bool data_taken = top.s_axil_wvalid_i && top.s_axil_wready_o;
        const bool answered = top.s_axil_bvalid_o;
        if (answered && top.s_axil_bresp_o != 0)
          fail("AXI4-Lite: a write of register 0x%03x was refused", address);
        cycle([&] {
          if (address_taken) top.s_axil_awvalid_i = 0;
          if (data_taken) top.s_axil_wvalid_i = 0;
          if (answered) top.s_axil_bready_i = 0;
        });
        if (answered) return;
      }
    });
  }

  std::uint32_t read_register(std::uint32_t address) {
    std::uint32_t value = 0;
    guarded([&] {
      Vsd_accelerator& top = *top_;
      top.s_axil_araddr_i = address & 0xfff;
      top.s_axil_arvalid_i = top.s_axil_rready_i = 1;
      top.eval();
      for (int waited = 0;; ++waited) {
        if (waited == patience)
          return fail("AXI4-Lite: no answer to a read of register 0x%03x", address);
        const bool taken = top.s_axil_arvalid_i && top.s_axil_arready_o;
        const bool answered = top.s_axil_rvalid_o;
        if (answered) value = top.s_axil_rdata_o;
        if (answered && top.s_axil_rresp_o != 0)
          fail("AXI4-Lite: a read of register 0x%03x was refused", address);
        cycle([&] {
          if (taken) top.s_axil_arvalid_i = 0;
          if (answered) top.s_axil_rready_i = 0;
        });
        if (answered) return;
      }
    });
    return value;
  }

  bool advance(std::uint64_t cycles) {
    guarded([&] {
      for (std::uint64_t i = 0; i < cycles && !top_->irq_o && !failed(); ++i) cycle([] {});
    });
    return top_->irq_o;
  }

  bool failed() const {
    return !sink_.failures.empty() || !memory_.failures.empty() || !failures_.empty();
  }
  std::size_t failure_count() const {
    return sink_.failures.size() + memory_.failures.size() + failures_.size();
  }
  const char* failure(std::size_t index) const {
    for (const auto* list : {&sink_.failures, &memory_.failures, &failures_}) {
      if (index < list->size()) return (*list)[index].c_str();
      index -= list->size();
    }
    return "";
  }

  bool open_trace([[maybe_unused]] const char* file) {
#if VM_TRACE_FST
    trace_ = std::make_unique<VerilatedFstC>();
    top_->trace(trace_.get(), 99);
    trace_->open(file);
    return trace_->isOpen();
#else
    return false;
#endif
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

  // One clock cycle. On entry the clock is low and everything is settled; `change` sets inputs
  // after the edge.
  template <class Change>
  void cycle(Change change) {
    sample();
    memory_.clock(pins_);
    edge(1);
    drive_memory();
    change();
    edge(0);
    ++cycles_;
  }

  void edge(int level) {
    top_->clk_i = level;
    top_->eval();
#if VM_TRACE_FST
    if (trace_) trace_->dump(context_.time());
#endif
    context_.timeInc(1);
  }

  void sample() {
    const Vsd_accelerator& top = *top_;
    pins_.arvalid = top.m_axi_arvalid_o;
    pins_.rready = top.m_axi_rready_o;
    pins_.awvalid = top.m_axi_awvalid_o;
    pins_.wvalid = top.m_axi_wvalid_o;
    pins_.bready = top.m_axi_bready_o;
    if (pins_.arvalid) {
      pins_.araddr = top.m_axi_araddr_o;
      pins_.arlen = top.m_axi_arlen_o;
      pins_.arsize = top.m_axi_arsize_o;
      pins_.arburst = top.m_axi_arburst_o;
    }
    if (pins_.awvalid) {
      pins_.awaddr = top.m_axi_awaddr_o;
      pins_.awlen = top.m_axi_awlen_o;
      pins_.awsize = top.m_axi_awsize_o;
      pins_.awburst = top.m_axi_awburst_o;
    }
    if (pins_.wvalid) {
      store(top.m_axi_wdata_o, pins_.wdata.data());
      pins_.wstrb = top.m_axi_wstrb_o;
      pins_.wlast = top.m_axi_wlast_o;
    }
  }

  void drive_memory() {
    Vsd_accelerator& top = *top_;
    const AxiInputs<axi_bytes>& in = memory_.inputs();
    top.m_axi_arready_i = in.arready;
    top.m_axi_awready_i = in.awready;
    top.m_axi_wready_i = in.wready;
    top.m_axi_bvalid_i = in.bvalid;
    top.m_axi_bresp_i = in.bresp;
    top.m_axi_rvalid_i = in.rvalid;
    if (in.rvalid) {
      load(top.m_axi_rdata_i, in.rdata.data());
      top.m_axi_rresp_i = in.rresp;
      top.m_axi_rlast_i = in.rlast;
    }
  }

  void fail(const char* format, std::uint32_t address) {
    std::array<char, 128> text{};
    std::snprintf(text.data(), text.size(), format, address);
    failures_.emplace_back(text.data());
  }

  VerilatedContext context_;
  SdSink sink_;
  AxiMemory<axi_bytes> memory_;
  AxiOutputs<axi_bytes> pins_;
  std::vector<std::string> failures_;
  std::uint64_t cycles_ = 0;
  std::unique_ptr<Vsd_accelerator> top_;
#if VM_TRACE_FST
  std::unique_ptr<VerilatedFstC> trace_;
#endif
};

Model& model(void* handle) {
  return *static_cast<Model*>(handle);
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
    [](void* handle) -> int {
      model(handle).reset();
      return model(handle).failed();
    },
    [](void* handle, std::uint32_t address, std::uint32_t value) -> int {
      model(handle).write_register(address, value);
      return model(handle).failed();
    },
    [](void* handle, std::uint32_t address, std::uint32_t* value) -> int {
      *value = model(handle).read_register(address);
      return model(handle).failed();
    },
    [](void* handle, std::uint64_t cycles, int* interrupt) -> int {
      *interrupt = model(handle).advance(cycles);
      return model(handle).failed();
    },
    [](void* handle) { return model(handle).cycles(); },
    [](void* handle) { return static_cast<int>(model(handle).failure_count()); },
    [](void* handle, int index) { return model(handle).failure(static_cast<std::size_t>(index)); },
    [](void* handle, const char* file) -> int { return model(handle).open_trace(file) ? 0 : 1; },
};

}  // namespace

extern "C" __attribute__((visibility("default"))) const SdAcceleratorInterface*
sd_accelerator_interface() {
  return &interface;
}
