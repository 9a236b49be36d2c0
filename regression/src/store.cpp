#include "regression/store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>

#include "files.hpp"
#include "pair_file.hpp"

namespace sd::regression {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* schema = "smartdeal-regression/1";
constexpr const char* identity_name = "regression.json";
constexpr const char* lock_name = "lock";
constexpr const char* folders[] = {"pairs", "coverage", "work", "reports"};

Json identity(const Plan& plan, const std::string& program) {
  Json json = {{"schema", schema},
               {"suite", name_of(plan.suite)},
               {"seed", plan.seed},
               {"program", program}};
  if (plan.suite != Suite::soak) {
    json["plan"] = content_hash(plan);
    json["pairs"] = plan.pairs();
  }
  return json;
}

std::string called(const Json& json) {
  return fmt::format("suite {} with seed {}", json.at("suite").get<std::string>(),
                     json.at("seed").get<std::uint64_t>());
}

constexpr const char* advice = "give another folder with --store, or begin anew there with --fresh";

void require_same(const fs::path& folder, const Json& wanted) {
  Json found;
  try {
    found = Json::parse(read_file(folder / identity_name));
    if (found == wanted) return;
    if (called(found) != called(wanted))
      throw StoreError(fmt::format("{} holds a regression of {}, not of {}; {}", folder.string(),
                                   called(found), called(wanted), advice));
  } catch (const Json::exception&) {
    throw StoreError(fmt::format("{} is damaged; {}", (folder / identity_name).string(), advice));
  }
  throw StoreError(
      fmt::format("{} holds a regression that another version of the program began, whose results "
                  "say nothing of this one; {}",
                  folder.string(), advice));
}

[[noreturn]] void cannot_use(const fs::path& folder, const std::string& why) {
  throw StoreError(fmt::format("cannot keep a regression in {}: {}; choose another folder",
                               folder.string(), why));
}

/// True if the folder is missing or empty.
bool is_new(const fs::path& folder) {
  std::error_code failed;
  const auto status = fs::status(folder, failed);
  if (!fs::exists(status)) return true;
  if (!fs::is_directory(status)) cannot_use(folder, "it is no folder");
  const bool empty = fs::is_empty(folder, failed);
  if (failed) cannot_use(folder, failed.message());
  return empty;
}

/// Killed between the two, a store has a lock and nothing else.
bool only_lock(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename() != lock_name) return false;
  return true;
}

void require_store(const fs::path& folder) {
  if (!is_new(folder) && !fs::exists(folder / identity_name) && !only_lock(folder))
    throw StoreError(
        fmt::format("{} is not empty and holds no regression; give another folder with --store",
                    folder.string()));
}

}  // namespace

Store::Store(fs::path folder, const Plan& plan, const std::string& program)
    : folder_(std::move(folder)) {
  require_store(folder_);
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) cannot_use(folder_, failed.message());
  const fs::path lock = folder_ / lock_name;
  lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) cannot_use(folder_, std::strerror(errno));
  try {
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0)
      throw StoreError(fmt::format(
          "another smartdeal verify works in {}; wait for it, or give another folder with --store",
          folder_.string()));
    const Json wanted = identity(plan, program);
    if (fs::exists(folder_ / identity_name)) require_same(folder_, wanted);
    fs::remove_all(folder_ / "work", failed);
    for (const char* name : folders) {
      fs::create_directories(folder_ / name, failed);
      if (failed) cannot_use(folder_, failed.message());
    }
    write_file(folder_ / identity_name, wanted.dump(1) + "\n");
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

Store::~Store() {
  ::close(lock_);
}

void Store::remove(const fs::path& folder) {
  if (is_new(folder)) return;
  require_store(folder);
  std::error_code failed;
  for (const char* name : folders) fs::remove_all(folder / name, failed);
  fs::remove(folder / identity_name, failed);
  fs::remove(folder / lock_name, failed);
}

fs::path Store::pair_file(std::size_t number) const {
  return folder_ / "pairs" / fmt::format("{:06}.json", number);
}
fs::path Store::coverage_file(std::size_t number) const {
  return folder_ / "coverage" / fmt::format("{:06}.cov", number);
}
fs::path Store::design_file(std::size_t design) const {
  return folder_ / "coverage" / fmt::format("design-{}.cov", design);
}
fs::path Store::work_file(std::size_t number) const {
  return folder_ / "work" / fmt::format("{:06}.dat", number);
}

void Store::drop(const fs::path& file, const std::string& why) {
  notes_.push_back(
      fmt::format("{} cannot be used: {}; what it held runs again", file.string(), why));
  std::error_code ignored;
  fs::remove(file, ignored);
}

std::optional<WorkloadResult> Store::load_pair(std::size_t number, const PlannedDesign& planned,
                                               const Workload& workload) {
  const fs::path file = pair_file(number);
  if (!fs::exists(file)) return std::nullopt;
  try {
    return parse_pair_file(read_file(file), number, planned, workload);
  } catch (const PairFileError& error) {
    drop(file, error.what());
  } catch (const StoreError& error) {
    drop(file, error.what());
  }
  return std::nullopt;
}

void Store::save_pair(std::size_t number, const PlannedDesign& planned, const Workload& workload,
                      const WorkloadResult& result) {
  write_file(pair_file(number), pair_file_text(number, planned, workload, result));
}

std::optional<tb::CodeCoverage> Store::load_code(const fs::path& file) {
  if (!fs::exists(file)) return std::nullopt;
  try {
    return tb::CodeCoverage::load(file);
  } catch (const tb::ToolError&) {
    drop(file, "it is not whole");
  }
  return std::nullopt;
}

void Store::save_coverage(std::size_t number, const tb::CodeCoverage& coverage) {
  coverage.save(coverage_file(number));
}
std::optional<tb::CodeCoverage> Store::load_coverage(std::size_t number) {
  return load_code(coverage_file(number));
}

void Store::save_design_coverage(std::size_t design, std::size_t first, std::size_t last,
                                 const tb::CodeCoverage& coverage) {
  coverage.save(design_file(design));
  std::error_code ignored;
  for (std::size_t number = first; number <= last; ++number)
    fs::remove(coverage_file(number), ignored);
}
std::optional<tb::CodeCoverage> Store::load_design_coverage(std::size_t design) {
  return load_code(design_file(design));
}

}  // namespace sd::regression
