// The program under a shell, as a user's scripts see it.
#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "../core/temporary_folder.hpp"

namespace sd::test {

struct Result {
  int status = 0;  ///< of exit(), or 128 + signal
  std::string out, err;
};

/// Starts the program under `sh`, so that a test can write redirections and limits as a user would;
/// "smartdeal" is it.
class Shell {
 public:
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

  [[nodiscard]] pid_t start(const std::string& command) const {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setpgid(0, 0);
      const auto redirect = [&](const char* name, int descriptor) {
        ::dup2(::open((path() / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), descriptor);
      };
      redirect("stdout.txt", STDOUT_FILENO);
      redirect("stderr.txt", STDERR_FILENO);
      const std::string script =
          "cd '" + path().string() + "'; smartdeal() { '" SD_PROGRAM "' \"$@\"; }; " + command;
      ::setenv("SMARTDEAL_CACHE", SD_BINARY_DIR "/test-cache", 0);
      ::execl("/bin/bash", "bash", "-c", script.c_str(), nullptr);
      ::_exit(127);
    }
    return child;
  }

  [[nodiscard]] Result wait(pid_t child) const {
    int status = 0;
    ::waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            text_of(path() / "stdout.txt"), text_of(path() / "stderr.txt")};
  }

  [[nodiscard]] Result run(const std::string& command) const { return wait(start(command)); }

  /// What lies in the folder besides what this class put there.
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path())) {
      const std::string name = entry.path().filename().string();
      if (name != "stdout.txt" && name != "stderr.txt") names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  TemporaryFolder folder_;
};

/// Status 2, nothing on standard output, one line on standard error that starts with the program's
/// name.
MATCHER(IsOneSentenceAndStatus2, "") {
  *result_listener << "status " << arg.status << ", stdout '" << arg.out << "', stderr '" << arg.err
                   << "'";
  const auto lines = std::count(arg.err.begin(), arg.err.end(), '\n');
  return arg.status == 2 && arg.out.empty() && arg.err.rfind("smartdeal: ", 0) == 0 && lines == 1;
}

}  // namespace sd::test
