#include "verilator_tb/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <system_error>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX asks for it

namespace sd::tb {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto grace_after_terminate = std::chrono::seconds(1);

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  void reset(int number) {
    close();
    number_ = number;
  }
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

/// Keeps the first and the last part of a stream: the first error and the end are what a reader
/// needs.
class BoundedText {
 public:
  explicit BoundedText(std::size_t limit) : half_(limit / 2 + 1) {}

  void append(std::string_view text) {
    const std::size_t to_head = std::min(text.size(), half_ - head_.size());
    head_ += text.substr(0, to_head);
    tail_ += text.substr(to_head);
    if (tail_.size() > 2 * half_) {
      dropped_ += tail_.size() - half_;
      tail_.erase(0, tail_.size() - half_);
    }
  }

  [[nodiscard]] bool truncated() const { return dropped_ > 0 || tail_.size() > half_; }
  [[nodiscard]] std::string text() const {
    if (!truncated()) return head_ + tail_;
    const std::size_t extra = tail_.size() > half_ ? tail_.size() - half_ : 0;
    return fmt::format("{}\n[... {} bytes left out ...]\n{}", head_, dropped_ + extra,
                       tail_.substr(extra));
  }

 private:
  std::size_t half_;
  std::string head_, tail_;
  std::size_t dropped_ = 0;
};

/// Attributes and file actions of posix_spawn, released at scope end.
struct SpawnSettings {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnSettings() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& settings) {
  auto all = settings;
  all.emplace_back("LC_ALL", "C");
  std::vector<std::string> result;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view key = text.substr(0, text.find('='));
    bool replaced = false;
    for (const auto& [name, value] : all) replaced = replaced || name == key;
    if (!replaced) result.emplace_back(text);
  }
  for (const auto& [name, value] : all) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

pid_t spawn(const std::vector<std::string>& arguments, const ProcessOptions& options, int output) {
  SpawnSettings settings;
  posix_spawn_file_actions_addopen(&settings.actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&settings.actions, output, 1);
  posix_spawn_file_actions_adddup2(&settings.actions, output, 2);
  if (!options.working_folder.empty())
    posix_spawn_file_actions_addchdir_np(&settings.actions, options.working_folder.c_str());

  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  sigdelset(&all, SIGKILL);
  sigdelset(&all, SIGSTOP);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setsigdefault(&settings.attributes, &all);
  posix_spawnattr_setpgroup(&settings.attributes, 0);
  posix_spawnattr_setflags(&settings.attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> words = arguments;
  std::vector<std::string> environment = environment_with(options.environment);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, words.front().c_str(), &settings.actions, &settings.attributes,
                   pointers(words).data(), pointers(environment).data());
  if (error != 0)
    throw ToolError(fmt::format("cannot start {}: {}", arguments.front(), std::strerror(error)));
  return child;
}

/// True once the child has ended; it stays a zombie, so that its process group id cannot be reused
/// yet.
bool has_ended(pid_t child) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT | WNOHANG) != 0)
    if (errno != EINTR) return true;
  return info.si_pid == child;
}

/// Reads what is there; false at the end of the stream.
bool drain(int from, BoundedText& text) {
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count > 0) {
      text.append({buffer.data(), static_cast<std::size_t>(count)});
    } else if (count < 0 && errno == EINTR) {
      continue;
    } else {
      return count < 0 && errno == EAGAIN;
    }
  }
}

/// Waits for the end of the child while collecting its output; true if it was stopped on request.
bool attend(pid_t child, int output, int stop_event, BoundedText& text) {
  bool open = true, stopped = false, killed = false;
  Clock::time_point terminated{};
  for (;;) {
    std::array<pollfd, 2> watched = {pollfd{open ? output : -1, POLLIN, 0},
                                     pollfd{stopped ? -1 : stop_event, POLLIN, 0}};
    // The timeout covers a child that ends while a grandchild still holds the pipe, and one that
    // closes it and works on.
    ::poll(watched.data(), watched.size(), open ? 20 : 2);
    if (open) open = drain(output, text);
    if (!stopped && (watched[1].revents & POLLIN) != 0) {
      stopped = true;
      terminated = Clock::now();
      ::kill(-child, SIGTERM);
    }
    if (stopped && !killed && Clock::now() - terminated > grace_after_terminate) {
      killed = true;
      ::kill(-child, SIGKILL);
    }
    if (has_ended(child)) break;
  }
  if (open) drain(output, text);
  return stopped;
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessOptions& options,
                          std::stop_token stop) {
  if (arguments.empty()) throw ToolError("cannot start a program: no name was given");
  if (stop.stop_requested()) throw Cancelled();

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw ToolError(
        fmt::format("cannot start {}: no pipe: {}", arguments.front(), std::strerror(errno)));
  Descriptor read_end(ends[0]), write_end(ends[1]);
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  Descriptor stop_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (stop_event.get() < 0)
    throw ToolError(
        fmt::format("cannot start {}: no event: {}", arguments.front(), std::strerror(errno)));

  const pid_t child = spawn(arguments, options, write_end.get());
  write_end.close();

  BoundedText text(options.output_limit);
  bool stopped = false;
  {
    std::stop_callback notify(stop, [&stop_event] {
      const std::uint64_t one = 1;
      [[maybe_unused]] const ssize_t written = ::write(stop_event.get(), &one, sizeof one);
    });
    stopped = attend(child, read_end.get(), stop_event.get(), text);
  }
  ::kill(-child, SIGKILL);  // whatever the program left behind in its group
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (stopped) throw Cancelled();

  ProcessResult result;
  result.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.output = text.text();
  result.truncated = text.truncated();
  return result;
}

std::optional<std::filesystem::path> find_program(std::string_view name) {
  namespace fs = std::filesystem;
  const auto usable = [](const fs::path& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string_view::npos)
    return usable(name) ? std::optional<fs::path>(name) : std::nullopt;
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  for (;;) {
    const std::size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    const fs::path candidate = fs::path(folder.empty() ? "." : folder) / name;
    if (usable(candidate)) return candidate;
    if (colon == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(colon + 1);
  }
}

std::filesystem::path require_program(std::string_view name, std::string_view package) {
  if (auto found = find_program(name)) return *found;
  throw ToolError(
      fmt::format("{0} was not found in PATH: install Debian's package {1} (apt-get install {1})",
                  name, package));
}

}  // namespace sd::tb
