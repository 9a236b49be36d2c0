#include "interrupts.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace sd::cli {

namespace {

constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP};

// A handler may do little more than write to a pipe; a thread reads it and asks for the stop.
int pipe_ends[2] = {-1, -1};
std::atomic<int> received{0};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void note_signal(int number) {
  const int error = errno;
  received = number;
  const char byte = 1;
  [[maybe_unused]] const ssize_t ignored = ::write(pipe_ends[1], &byte, 1);
  errno = error;
}

}  // namespace

Interrupts::Interrupts() {
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
  received = 0;
  listener_ = std::thread([this] {
    char byte = 0;
    while (::read(pipe_ends[0], &byte, 1) < 0 && errno == EINTR) {
    }
    if (byte == 1) source_.request_stop();
  });
  struct sigaction action {};
  action.sa_handler = &note_signal;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (const int number : signals) {
    struct sigaction before {};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(number, &action, nullptr);  // nohup stays nohup
  }
}

Interrupts::~Interrupts() {
  for (const int number : signals) {
    struct sigaction now {};
    ::sigaction(number, nullptr, &now);
    if (now.sa_handler == &note_signal) std::signal(number, SIG_DFL);
  }
  const char byte = 0;
  [[maybe_unused]] const ssize_t ignored = ::write(pipe_ends[1], &byte, 1);
  listener_.join();
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

int Interrupts::signal() {
  return received;
}

}  // namespace sd::cli
