#include "output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "workbench/core/job.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::cli {

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw core::InputError(fmt::format("cannot write to standard output: {}; send it elsewhere",
                                       std::strerror(errno)));
  }
}

Output::Output(std::optional<std::string> json) : json_(std::move(json)) {
  if (json_ && *json_ != "-") core::check_writable(*json_);
}

void Output::text(std::string_view text) const {
  if (json_ != "-") {
    print(text);
  } else {
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
}

void Output::json(const std::function<std::string()>& report) const {
  if (!json_) return;
  if (*json_ == "-") {
    print(report());
  } else {
    core::write_file(*json_, report());
  }
}

}  // namespace sd::cli
