// Verilator's runtime in one unit, compiled once per set of flags, with our own hooks.
#include <cstdarg>
#include <cstdio>

#include "verilated.cpp"
#include "verilated_threads.cpp"
#if SD_HIERARCHICAL
#include "verilated_dpi.cpp"
#endif
#if VM_COVERAGE
#include "verilated_cov.cpp"
#endif
#if VM_TRACE_FST
#include "verilated_fst_c.cpp"
#endif

thread_local SdSink* sd_sink = nullptr;

int sd_capture(const char* format, ...) {
  std::va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, format, arguments);
  va_end(arguments);
  if (length > 0 && sd_sink != nullptr) {
    std::string text(static_cast<std::size_t>(length) + 1, '\0');
    std::vsnprintf(text.data(), text.size(), format, again);
    text.pop_back();
    sd_sink->text += text;
  }
  va_end(again);
  return length;
}

static void sd_record(const char* file, int line, const char* kind) {
  if (sd_sink == nullptr) return;
  std::string message;
  message.swap(sd_sink->text);
  if (message.empty()) message = std::string(kind) + " at " + file + ":" + std::to_string(line);
  while (!message.empty() && message.back() == '\n') message.pop_back();
  constexpr std::size_t enough =
      1000;  // an assertion that fails in every cycle must not eat the memory
  if (sd_sink->failures.size() < enough) sd_sink->failures.push_back(message);
}

void vl_stop(const char* file, int line, const char*) {
  sd_record(file, line, "stop");
}
void vl_finish(const char* file, int line, const char*) {
  sd_record(file, line, "finish");
}
void vl_fatal(const char* file, int line, const char*, const char* message) {
  if (sd_sink != nullptr) sd_sink->text += message;
  sd_record(file, line, "fatal error");
  throw SdFatal{};
}
