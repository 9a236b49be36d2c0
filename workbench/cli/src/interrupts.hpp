// Ctrl-C and kill as a wish to stop.
#pragma once

#include <stop_token>
#include <thread>

namespace sd::cli {

/// While it lives, the first SIGINT, SIGTERM or SIGHUP asks the token's holders to stop; a second
/// one ends the program at once. At most one may live.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }
  /// The signal that came; 0 if none did.
  [[nodiscard]] static int signal();

 private:
  std::stop_source source_;
  std::thread listener_;
};

}  // namespace sd::cli
