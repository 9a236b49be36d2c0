// Included before everything in a compiled model: what Verilator prints, and its stops, go to the
// model that is being evaluated instead of to standard output and abort().
#pragma once

#include <string>
#include <vector>

int sd_capture(const char* format, ...) __attribute__((format(printf, 1, 2)));
#define VL_PRINTF sd_capture
#define VL_USER_STOP
#define VL_USER_FATAL
#define VL_USER_FINISH

struct SdSink {
  std::string text;                   // printed since the last stop
  std::vector<std::string> failures;  // one message per stop: an assertion that failed
};

// Thrown by a fatal error (such as a combinational loop that does not settle): the evaluation
// cannot go on.
struct SdFatal {};

// Where the current thread's evaluation reports to.
extern thread_local SdSink* sd_sink;
