#include "simulation_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "content_hash.hpp"
#include "simulation_record.hpp"
#include "workbench/core/job.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::core {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kind = "smartdeal-simulation-store/1";

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw InputError(fmt::format("cannot read {}; check its permissions", file.string()));
  return text.str();
}

std::string hash_of(const tb::NumberedImage& image) {
  return to_string(
      sha256({reinterpret_cast<const std::uint8_t*>(image.values.data()), image.values.size()}));
}

void require_same(const fs::path& folder, const RunIdentity& identity) {
  Json found;
  try {
    found = Json::parse(text_of(folder / "run.json"));
    if (found.at("kind") != kind) throw RecordError("it is of another kind");
    found = found.at("run");
    for (const auto& [name, value] : identity) {
      const auto other = found.at(name).get<std::string>();
      if (other != value)
        throw InputError(
            fmt::format("{} holds a simulation with another {} ({}, now {}); choose another folder "
                        "for --store, or remove that one",
                        folder.string(), name, other, value));
    }
  } catch (const InputError&) {
    throw;
  } catch (const std::exception& error) {
    throw InputError(
        fmt::format("{} is no store of this version of smartdeal simulate ({}); "
                    "choose another folder for --store, or remove that one",
                    folder.string(), error.what()));
  }
}

bool is_new(const fs::path& folder) {
  if (fs::exists(folder / "run.json")) return false;
  for (const auto& entry : fs::directory_iterator(folder))
    // What a killed process left while it began the folder.
    if (entry.path().filename() != "lock" && entry.path().extension() != ".part")
      throw InputError(
          fmt::format("{} is not empty and holds no simulation; choose a new folder for --store",
                      folder.string()));
  return true;
}

}  // namespace

SimulationStore::SimulationStore(fs::path folder, const RunIdentity& identity)
    : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (!fs::is_directory(folder_))
    throw InputError(fmt::format("cannot make the folder {}: {}; choose another place",
                                 folder_.string(),
                                 error ? error.message() : "a file of this name is there"));
  const bool begins = is_new(folder_);
  lock();
  try {
    if (begins) {
      Json run;
      for (const auto& [name, value] : identity) run[name] = value;
      write_file(folder_ / "run.json", Json{{"kind", kind}, {"run", run}}.dump(2) + "\n");
    } else {
      require_same(folder_, identity);
    }
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

SimulationStore::~SimulationStore() {
  ::close(lock_);
}

void SimulationStore::lock() {
  const fs::path file = folder_ / "lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0)
    throw InputError(fmt::format("cannot write {}: {}; choose another place", file.string(),
                                 std::strerror(errno)));
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  const int reason = errno;
  ::close(lock_);
  throw InputError(
      reason == EWOULDBLOCK
          ? fmt::format("another smartdeal simulate is at work in {}; wait for it, or choose "
                        "another folder for --store",
                        folder_.string())
          : fmt::format("cannot lock {}: {}; choose another place", file.string(),
                        std::strerror(reason)));
}

fs::path SimulationStore::file_of(const tb::NumberedImage& image) const {
  return folder_ / fmt::format("image-{}.json", image.number);
}

std::optional<tb::SimulationResult> SimulationStore::find(const tb::NumberedImage& image) const {
  const fs::path file = file_of(image);
  if (!fs::exists(file)) return std::nullopt;
  try {
    SimulationRecord record = parse_record(text_of(file));
    if (record.input != hash_of(image))
      throw InputError(
          fmt::format("{} holds image {} of other data; choose another folder for --store, or "
                      "remove that one",
                      folder_.string(), image.number));
    return std::move(record.result);
  } catch (const RecordError& error) {
    throw InputError(fmt::format("{} is damaged ({}); remove it, and the image is simulated again",
                                 file.string(), error.what()));
  }
}

void SimulationStore::put(const tb::NumberedImage& image,
                          const tb::SimulationResult& result) const {
  write_file(file_of(image), record_text(hash_of(image), result));
}

}  // namespace sd::core
