// C interface of one verilated block. ports.inc holds SD_PORT(index, name) per port, and defines
// SD_HAS_CLOCK if there is a clk_i.
#include <cstdint>
#include <cstring>
#include <memory>

#include "Vblock.h"
#include "verilated.h"
#if VM_COVERAGE
#include <cstdio>

#include "verilated_cov.h"
#endif

#define SD_PORT(index, name)
#include "ports.inc"
#undef SD_PORT

namespace {

constexpr int interface_version = 2;

void set(CData& port, const std::uint32_t* words) {
  port = static_cast<CData>(words[0]);
}
void set(SData& port, const std::uint32_t* words) {
  port = static_cast<SData>(words[0]);
}
void set(IData& port, const std::uint32_t* words) {
  port = words[0];
}
void set(QData& port, const std::uint32_t* words) {
  port = words[0] | static_cast<QData>(words[1]) << 32;
}
template <std::size_t N>
void set(VlWide<N>& port, const std::uint32_t* words) {
  for (std::size_t i = 0; i < N; ++i) port[i] = words[i];
}

void get(const CData& port, std::uint32_t* words) {
  words[0] = port;
}
void get(const SData& port, std::uint32_t* words) {
  words[0] = port;
}
void get(const IData& port, std::uint32_t* words) {
  words[0] = port;
}
void get(const QData& port, std::uint32_t* words) {
  words[0] = static_cast<std::uint32_t>(port);
  words[1] = static_cast<std::uint32_t>(port >> 32);
}
template <std::size_t N>
void get(const VlWide<N>& port, std::uint32_t* words) {
  for (std::size_t i = 0; i < N; ++i) words[i] = port[i];
}

struct Model {
  VerilatedContext context;
  std::unique_ptr<Vblock> top;
  SdSink sink;
};

// Runs `action` with the model's sink and context in place (Verilator finds the context of stops,
// and of scopes that it erases, in a variable of the thread); 1 if it ended in a fatal error.
template <class Action>
int guarded(Model& model, Action action) {
  sd_sink = &model.sink;
  Verilated::threadContextp(&model.context);
  int status = 0;
  try {
    action();
  } catch (const SdFatal&) {
    status = 1;
  }
  sd_sink = nullptr;
  return status;
}

}  // namespace

#define SD_EXPORT extern "C" __attribute__((visibility("default")))

SD_EXPORT int sd_block_version() {
  return interface_version;
}

SD_EXPORT void* sd_block_create(std::uint32_t seed) {
  auto model = std::make_unique<Model>();
  model->context.threads(1);
#if VM_COVERAGE
  // The step from random contents to the first reset's values is no test of a toggle.
  model->context.randReset(0);
#else
  model->context.randReset(2);
#endif
  model->context.randSeed(static_cast<int>(seed));
  model->context.assertOn(true);
  const int status =
      guarded(*model, [&] { model->top = std::make_unique<Vblock>(&model->context, "TOP"); });
  return status == 0 ? model.release() : nullptr;
}

SD_EXPORT void sd_block_destroy(void* handle) {
  const std::unique_ptr<Model> model(static_cast<Model*>(handle));
  guarded(*model, [&] {
    model->top->final();
    model->top.reset();
  });
}

SD_EXPORT int sd_block_eval(void* handle) {
  Model& model = *static_cast<Model*>(handle);
  return guarded(model, [&] { model.top->eval(); });
}

SD_EXPORT int sd_block_clock([[maybe_unused]] void* handle) {
#ifdef SD_HAS_CLOCK
  Model& model = *static_cast<Model*>(handle);
  return guarded(model, [&] {
    model.top->eval();  // inputs that were set since the last edge
    model.top->clk_i = 1;
    model.top->eval();
    model.top->clk_i = 0;
    model.top->eval();
    model.context.timeInc(1);
  });
#else
  return 1;
#endif
}

SD_EXPORT void sd_block_poke(void* handle, int port, const std::uint32_t* words) {
  [[maybe_unused]] Vblock& top = *static_cast<Model*>(handle)->top;
  switch (port) {
#define SD_PORT(index, name) \
  case index:                \
    set(top.name, words);    \
    break;
#include "ports.inc"
#undef SD_PORT
    default:
      break;
  }
}

SD_EXPORT void sd_block_peek(void* handle, int port, std::uint32_t* words) {
  [[maybe_unused]] Vblock& top = *static_cast<Model*>(handle)->top;
  switch (port) {
#define SD_PORT(index, name) \
  case index:                \
    get(top.name, words);    \
    break;
#include "ports.inc"
#undef SD_PORT
    default:
      break;
  }
}

SD_EXPORT int sd_block_failure_count(void* handle) {
  return static_cast<int>(static_cast<Model*>(handle)->sink.failures.size());
}

SD_EXPORT const char* sd_block_failure(void* handle, int index) {
  return static_cast<Model*>(handle)->sink.failures[static_cast<std::size_t>(index)].c_str();
}

// 1: built without coverage, or the file cannot be written.
SD_EXPORT int sd_block_write_coverage([[maybe_unused]] void* handle,
                                      [[maybe_unused]] const char* file) {
#if VM_COVERAGE
  std::FILE* const writable = std::fopen(file, "wb");
  if (writable == nullptr) return 1;
  std::fclose(writable);
  Model& model = *static_cast<Model*>(handle);
  return guarded(model, [&] { model.context.coveragep()->write(file); });
#else
  return 1;
#endif
}
