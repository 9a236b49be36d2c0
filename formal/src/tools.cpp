#include "tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "harness.hpp"
#include "verilator_tb/subprocess.hpp"

namespace sd::formal {

namespace fs = std::filesystem;

WorkFolder::WorkFolder() {
  std::string pattern = (fs::temp_directory_path() / "smartdeal_formal_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw tb::ToolError(
        fmt::format("cannot make a folder for a proof under {}: make room there, or point TMPDIR "
                    "to another place",
                    fs::temp_directory_path().string()));
  path_ = pattern;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void WorkFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream out(path_ / name, std::ios::binary);
  out << text;
  if (!out.flush())
    throw tb::ToolError(fmt::format("cannot write {}: is the disk full?", (path_ / name).string()));
}

std::string WorkFolder::read(const std::string& name) const {
  std::ifstream in(path_ / name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

fs::path WorkFolder::keep(const fs::path& folder, const std::string& name) const {
  const fs::path target = folder / name, aside = folder / (name + ".unfinished");
  try {
    fs::create_directories(folder);
    fs::remove_all(aside);
    fs::copy(path_, aside, fs::copy_options::recursive);
    fs::remove_all(target);
    fs::rename(aside, target);
  } catch (const fs::filesystem_error& error) {
    throw tb::ToolError(fmt::format("cannot keep the counterexample: {}", error.what()));
  }
  return target;
}

double Deadline::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

std::optional<std::string> Deadline::run(const WorkFolder& folder,
                                         const std::vector<std::string>& arguments,
                                         const std::vector<int>& accepted) const {
  std::stop_source halt;
  std::stop_callback forward(stop_, [&halt] { halt.request_stop(); });
  std::mutex mutex;
  std::condition_variable_any ended;
  std::jthread timer([&](const std::stop_token& done) {
    std::unique_lock lock(mutex);
    ended.wait_until(lock, done, begin_ + limit_, [] { return false; });
    if (!done.stop_requested()) halt.request_stop();
  });

  tb::ProcessOptions options;
  options.working_folder = folder.path();
  options.output_limit = 4 * 1024 * 1024;
  tb::ProcessResult result;
  try {
    result = tb::run_process(arguments, options, halt.get_token());
  } catch (const tb::Cancelled&) {
    if (stop_.stop_requested()) throw;
    return std::nullopt;
  }
  if (std::find(accepted.begin(), accepted.end(), result.exit_status) == accepted.end())
    throw tb::ToolError(fmt::format("{} failed with status {}: {}", arguments.front(),
                                    result.exit_status, result.output));
  return result.output;
}

std::string write_sources(const WorkFolder& folder, const Task& task, const std::string& harness) {
  std::string names;
  for (const hcl::EmittedFile& file : task.files) {
    folder.write(file.name, file.text);
    names += file.name + " ";
  }
  folder.write("harness.sv", harness);
  return names + "harness.sv";
}

}  // namespace sd::formal
