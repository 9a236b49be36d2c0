#include "verilator_tb/block.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "cache.hpp"
#include "compile.hpp"
#include "files.hpp"
#include "sha256.hpp"
#include "shared_library.hpp"
#include "verilator_tb/code_coverage.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;
constexpr int interface_version = 2;  // as harness/block.cpp

fs::path cache_of(const BlockOptions& options) {
  if (!options.cache.empty()) return options.cache;
  if (const char* cache = std::getenv("SMARTDEAL_CACHE"); cache != nullptr && *cache != '\0')
    return fs::path(cache) / "blocks";
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "test-cache" / "blocks";
}

/// The name in "... Assertion failed in TOP.queue.count_in_range: 'assert' failed."
std::string assertion_name(const std::string& message) {
  constexpr std::string_view before = "Assertion failed in ";
  std::size_t start = message.find(before);
  if (start == std::string::npos) return {};
  start += before.size();
  std::string name = message.substr(start, message.find(": ", start) - start);
  if (name.starts_with("TOP.")) name.erase(0, 4);
  return name;
}

const char* coverage_folder() {
  const char* folder = std::getenv("SMARTDEAL_BLOCK_COVERAGE");
  return folder != nullptr && *folder != '\0' ? folder : nullptr;
}

/// The caller's, with the coverage that the environment asks for.
BlockOptions completed(BlockOptions options) {
  if (!options.coverage.any() && coverage_folder() != nullptr)
    options.coverage = {.line = true, .toggle = true, .user = true};
  return options;
}

CompileJob job_for(const BlockSource& source, const BlockOptions& options) {
  CompileJob job;
  for (const auto& [name, text] : source.files) job.sources.push_back(name);
  job.top = source.top;
  job.prefix = "Vblock";
  // Random contents of what has no reset: a block that needs more than its reset fails here as on a
  // chip.
  job.verilator_flags = {"-O3", "--assert", "--x-assign", "unique", "--x-initial", "unique"};
  job.fast_flags = job.slow_flags = {"-O1"};  // equal flags: one unit for all
  job.defines = {options.coverage.any() ? "-DVM_COVERAGE=1" : "-DVM_COVERAGE=0"};
  for (const std::string& flag : options.coverage.flags()) job.verilator_flags.push_back(flag);
  job.harness = {"block.cpp"};
  std::string ports;
  bool has_clock = false;
  for (std::size_t i = 0; i < source.ports.size(); ++i) {
    ports += fmt::format("SD_PORT({}, {})\n", i, source.ports[i].name);
    if (source.ports[i].name == "clk_i") has_clock = true;
  }
  if (has_clock) ports += "#ifndef SD_HAS_CLOCK\n#define SD_HAS_CLOCK\n#endif\n";
  job.generated = {{"ports.inc", ports}};
  job.library = "block.so";
  job.unit_bytes = 1'500'000;
  return job;
}

fs::path build(const BlockSource& source, const BlockOptions& options) {
  const Toolchain tools = find_toolchain({});
  const CompileJob job = job_for(source, options);
  Sha256 key;
  key.add_field(fingerprint(job, tools));
  for (const auto& [name, text] : source.files) key.add_field(name).add_field(text);
  const fs::path cache = cache_of(options);
  const auto make = [&](const fs::path& work) {
    for (const auto& [name, text] : source.files) {
      create_folder((work / name).parent_path());
      write_file(work / name, text);
    }
    compile_model(job, work, cache, tools, {}, {});
  };
  return cached(cache, source.top.substr(0, 80) + "-" + key.hex().substr(0, 24), make, {}).folder /
         job.library;
}

std::size_t words_of(int width) {
  return static_cast<std::size_t>((width + 31) / 32);
}

std::uint64_t low_bits(int width) {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

}  // namespace

struct Block::State {
  State(const BlockSource& source, const BlockOptions& block_options)
      : options(completed(block_options)),
        collect_coverage(!block_options.coverage.any() && options.coverage.any()),
        top(source.top),
        ports(source.ports),
        file(build(source, options)),
        folder(file.parent_path()),
        library(file) {
    if (const int version = library.function<int()>("sd_block_version")();
        version != interface_version)
      throw ToolError(fmt::format("the compiled block {} has interface {}, not {}", top, version,
                                  interface_version));
    model = library.function<void*(std::uint32_t)>("sd_block_create")(options.seed);
    if (model == nullptr)
      throw ToolError(fmt::format("the compiled block {} stopped while it was constructed", top));
    for (std::size_t i = 0; i < ports.size(); ++i) index[ports[i].name] = static_cast<int>(i);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (collect_coverage) leave_coverage();
    library.function<void(void*)>("sd_block_destroy")(model);
  }

  void write_coverage(const fs::path& to) const {
    if (library.function<int(void*, const char*)>("sd_block_write_coverage")(model, to.c_str()) !=
        0)
      throw ToolError(
          fmt::format("cannot write the coverage {} of {}: BlockOptions::coverage asked for none, "
                      "or the file cannot be created",
                      to.string(), top));
  }

  /// Into $SMARTDEAL_BLOCK_COVERAGE, under a name of its own. What goes wrong here must not hide
  /// the result of the test: it is printed.
  void leave_coverage() const {
    static std::atomic<int> number = 0;
    try {
      create_folder(coverage_folder());
      const fs::path name =
          fs::path(coverage_folder()) / fmt::format("{}_{}_{}", top, ::getpid(), number++);
      const fs::path data = name.string() + ".dat";
      write_coverage(data);
      CodeCoverage counts;
      counts.add(data, folder);
      counts.save(name.string() + ".coverage");
      fs::remove(data);
    } catch (const std::exception& error) {
      fmt::print(stderr, "{}\n", error.what());
    }
  }

  int find(std::string_view name) const {
    if (const auto found = index.find(name); found != index.end()) return found->second;
    std::string all;
    for (const BlockPort& port : ports) all += " " + port.name;
    throw std::invalid_argument(fmt::format("{} has no port {}; it has:{}", top, name, all));
  }

  int find_input(std::string_view name) const {
    const int port = find(name);
    if (!ports[static_cast<std::size_t>(port)].is_input)
      throw std::invalid_argument(fmt::format("{}.{} is an output: it cannot be set", top, name));
    return port;
  }

  int width(int port) const { return ports[static_cast<std::size_t>(port)].width; }

  /// `port`'s value as up to two words; settles first.
  std::uint64_t value(std::string_view name, Block& block) const {
    const int port = find(name);
    if (width(port) > 64)
      throw std::invalid_argument(
          fmt::format("{}.{} is {} bits wide: use peek_words", top, name, width(port)));
    block.eval();
    std::uint32_t words[2] = {0, 0};
    peek(model, port, words);
    return words[0] | std::uint64_t{words[1]} << 32;
  }

  /// Takes over what the model recorded since the last call; throws if the options say so.
  void collect(int status) {
    const int count = failure_count(model);
    const std::size_t known = failures.size();
    for (int i = static_cast<int>(known); i < count; ++i) {
      const std::string message = failure(model, i);
      failures.push_back({assertion_name(message), message, cycle});
    }
    if (status != 0 && known == failures.size())
      failures.push_back({{}, top + " has no clk_i", cycle});
    if (failures.size() > known && (options.throw_on_failure || status != 0)) {
      const FailureRecord& first = failures[known];
      throw AssertionFailure(first.assertion,
                             fmt::format("{} at cycle {}: {}", top, first.cycle, first.message));
    }
  }

  BlockOptions options;
  bool collect_coverage;  ///< the environment asked for it
  std::string top;
  std::vector<BlockPort> ports;
  fs::path file, folder;  ///< the compiled block, and where it and its sources are
  std::map<std::string, int, std::less<>> index;
  SharedLibrary library;
  void* model = nullptr;
  int (*eval)(void*) = library.function<int(void*)>("sd_block_eval");
  int (*clock)(void*) = library.function<int(void*)>("sd_block_clock");
  void (*poke)(void*, int, const std::uint32_t*) =
      library.function<void(void*, int, const std::uint32_t*)>("sd_block_poke");
  void (*peek)(void*, int, std::uint32_t*) =
      library.function<void(void*, int, std::uint32_t*)>("sd_block_peek");
  int (*failure_count)(void*) = library.function<int(void*)>("sd_block_failure_count");
  const char* (*failure)(void*,
                         int) = library.function<const char*(void*, int)>("sd_block_failure");
  std::vector<FailureRecord> failures;
  std::uint64_t cycle = 0;
  bool stale = true;  ///< an input changed since the last evaluation
};

Block::Block(const hcl::Design& design, std::string_view module, const BlockOptions& options)
    : Block(block_source(design, module), options) {}

Block::Block(const BlockSource& source, const BlockOptions& options)
    : state_(std::make_unique<State>(source, options)) {
  // Verilator's random start values are for registers: they fill the inputs too.
  for (const BlockPort& port : state_->ports)
    if (port.is_input) poke(port.name, std::vector<std::uint32_t>{});
  if (state_->index.contains("rst_ni")) poke("rst_ni", 1);
}

Block::~Block() = default;
Block::Block(Block&&) noexcept = default;
Block& Block::operator=(Block&&) noexcept = default;

const std::vector<BlockPort>& Block::ports() const {
  return state_->ports;
}
std::uint64_t Block::cycle() const {
  return state_->cycle;
}
void Block::write_coverage(const fs::path& file) {
  state_->write_coverage(file);
}
const fs::path& Block::source_folder() const {
  return state_->folder;
}
const std::vector<FailureRecord>& Block::failures() const {
  return state_->failures;
}

void Block::poke(std::string_view port, std::uint64_t value) {
  const int index = state_->find_input(port);
  const int width = state_->width(index);
  if ((value & ~low_bits(width)) != 0)
    throw std::invalid_argument(
        fmt::format("{}.{} has {} bits: it cannot take {}", state_->top, port, width, value));
  std::vector<std::uint32_t> words(std::max<std::size_t>(2, words_of(width)));
  words[0] = static_cast<std::uint32_t>(value);
  words[1] = static_cast<std::uint32_t>(value >> 32);
  state_->poke(state_->model, index, words.data());
  state_->stale = true;
}

void Block::poke_signed(std::string_view port, std::int64_t value) {
  const int width = state_->width(state_->find_input(port));
  const std::int64_t limit = width >= 64 ? 0 : std::int64_t{1} << (width - 1);
  if (width > 64 || (limit != 0 && (value < -limit || value >= limit)))
    throw std::invalid_argument(
        fmt::format("{}.{} has {} bits: it cannot take {}", state_->top, port, width, value));
  poke(port, static_cast<std::uint64_t>(value) & low_bits(width));
}

void Block::poke(std::string_view port, std::span<const std::uint32_t> words) {
  const int index = state_->find_input(port);
  const int width = state_->width(index);
  std::vector<std::uint32_t> padded(std::max<std::size_t>(2, words_of(width)));
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::uint32_t allowed = i >= words_of(width) ? 0
                                  : i + 1 == words_of(width)
                                      ? static_cast<std::uint32_t>(low_bits((width - 1) % 32 + 1))
                                      : ~std::uint32_t{0};
    if ((words[i] & ~allowed) != 0)
      throw std::invalid_argument(fmt::format("{}.{} has {} bits: bits above it are set in word {}",
                                              state_->top, port, width, i));
    if (i < padded.size()) padded[i] = words[i];
  }
  state_->poke(state_->model, index, padded.data());
  state_->stale = true;
}

std::uint64_t Block::peek(std::string_view port) {
  return state_->value(port, *this);
}

std::int64_t Block::peek_signed(std::string_view port) {
  const std::uint64_t value = state_->value(port, *this);
  const int unused = 64 - state_->width(state_->find(port));
  return static_cast<std::int64_t>(value << unused) >> unused;
}

std::vector<std::uint32_t> Block::peek_words(std::string_view port) {
  const int index = state_->find(port);
  eval();
  std::vector<std::uint32_t> words(std::max<std::size_t>(2, words_of(state_->width(index))));
  state_->peek(state_->model, index, words.data());
  words.resize(words_of(state_->width(index)));
  return words;
}

void Block::eval() {
  if (!state_->stale) return;
  state_->stale = false;
  state_->collect(state_->eval(state_->model));
}

void Block::step(int cycles) {
  for (int i = 0; i < cycles; ++i) {
    const int status = state_->clock(state_->model);
    state_->stale = false;
    state_->collect(status);
    ++state_->cycle;
  }
}

void Block::reset() {
  poke("rst_ni", 0);
  step(2);
  poke("rst_ni", 1);
  eval();
}

void set_field(std::span<std::uint32_t> words, int lsb, int width, std::uint64_t value) {
  for (int i = 0; i < width; ++i) {
    const std::size_t bit = static_cast<std::size_t>(lsb + i);
    const std::uint32_t mask = std::uint32_t{1} << (bit % 32);
    std::uint32_t& word = words[bit / 32];
    word = ((value >> i) & 1) != 0 ? word | mask : word & ~mask;
  }
}

std::uint64_t get_field(std::span<const std::uint32_t> words, int lsb, int width) {
  std::uint64_t value = 0;
  for (int i = 0; i < width; ++i) {
    const std::size_t bit = static_cast<std::size_t>(lsb + i);
    value |= std::uint64_t{(words[bit / 32] >> (bit % 32)) & 1} << i;
  }
  return value;
}

std::int64_t get_signed_field(std::span<const std::uint32_t> words, int lsb, int width) {
  const std::uint64_t value = get_field(words, lsb, width);
  return static_cast<std::int64_t>(value << (64 - width)) >> (64 - width);
}

}  // namespace sd::tb
