// What can go wrong while tools run.
#pragma once

#include <stdexcept>
#include <string>

namespace sd::tb {

/// A tool is missing (names the Debian package) or failed (with the end of its output).
class ToolError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the simulated design itself does wrong: a broken rule of AXI, a failed assertion, a hang, an
/// error status where none should be.
class DesignFault : public ToolError {
 public:
  using ToolError::ToolError;
};

/// The user asked to stop.
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("cancelled") {}
};

}  // namespace sd::tb
