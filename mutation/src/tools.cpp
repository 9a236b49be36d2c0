#include "tools.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

namespace sd::mutation {

namespace fs = std::filesystem;

WorkFolder::WorkFolder() {
  std::string pattern = (fs::temp_directory_path() / "smartdeal_mutation_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw tb::ToolError(
        fmt::format("cannot make a folder under {}: make room there, or point TMPDIR to another "
                    "place",
                    fs::temp_directory_path().string()));
  path_ = pattern;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::optional<tb::ProcessResult> run_limited(const std::vector<std::string>& arguments,
                                             const tb::ProcessOptions& options,
                                             std::chrono::milliseconds limit) {
  std::stop_source halt;
  std::mutex mutex;
  std::condition_variable_any ended;
  std::jthread timer([&](const std::stop_token& done) {
    std::unique_lock lock(mutex);
    ended.wait_for(lock, done, limit, [] { return false; });
    if (!done.stop_requested()) halt.request_stop();
  });
  try {
    return tb::run_process(arguments, options, halt.get_token());
  } catch (const tb::Cancelled&) {
    return std::nullopt;
  }
}

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw tb::ToolError(fmt::format("cannot read {}", file.string()));
  return text.str();
}

void write_text(const fs::path& file, const std::string& text) {
  const fs::path aside = file.string() + ".unfinished";
  std::ofstream out(aside, std::ios::binary);
  out << text;
  if (!out.flush())
    throw tb::ToolError(fmt::format("cannot write {}: is the disk full?", aside.string()));
  out.close();
  fs::rename(aside, file);
}

}  // namespace sd::mutation
