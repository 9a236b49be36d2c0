#include "expected_writes.hpp"

#include <algorithm>

namespace sd::tb {

namespace {

const schedule::TensorPlacement& place_of(const schedule::Program& program, int index) {
  return program.maps[static_cast<std::size_t>(index)].value();
}

}  // namespace

ExpectedWrites::ExpectedWrites(const schedule::Program& program, const schedule::ProgramRun& run,
                               const std::vector<integer::Tensor>& values, Accelerator& chip)
    : chip_(chip) {
  begin_ = ~std::uint64_t{0};
  std::uint64_t end = 0;
  for (const int index : run.writes) {
    const schedule::TensorPlacement& to = place_of(program, index);
    begin_ = std::min<std::uint64_t>(begin_, to.address);
    end = std::max<std::uint64_t>(end, std::uint64_t{to.address} + to.bytes());
  }
  if (run.writes.empty()) return;
  bytes_.resize(end - begin_);
  // Concatenated maps are parts of one: every byte is expected once.
  std::vector<bool> expected(bytes_.size());
  for (const int index : run.writes) {
    schedule::TensorPlacement to = place_of(program, index);
    to.address -= static_cast<std::uint32_t>(begin_);
    schedule::write_tensor(bytes_, to, values[static_cast<std::size_t>(index)]);
    std::fill_n(expected.begin() + to.address, to.bytes(), true);
  }
  std::vector<ExpectedRegion> regions;
  for (std::size_t from = 0; from < bytes_.size();) {
    const auto first =
        std::find(expected.begin() + static_cast<std::ptrdiff_t>(from), expected.end(), true);
    const auto last = std::find(first, expected.end(), false);
    const auto at = static_cast<std::size_t>(first - expected.begin());
    const auto length = static_cast<std::size_t>(last - first);
    if (length > 0) regions.push_back({begin_ + at, std::span(bytes_).subspan(at, length)});
    from = at + length;
  }
  chip_.expect(regions);
}

ExpectedWrites::~ExpectedWrites() {
  chip_.expect({});  // its bytes go
}

std::optional<int> owner_of(const schedule::Program& program, const schedule::ProgramRun& run,
                            std::uint64_t address) {
  for (const int index : run.writes) {
    const schedule::TensorPlacement& to = place_of(program, index);
    if (address >= to.address && address - to.address < to.bytes()) return index;
  }
  return std::nullopt;
}

}  // namespace sd::tb
