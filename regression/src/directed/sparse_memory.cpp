#include "sparse_memory.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "verilator_tb/errors.hpp"

namespace sd::regression {

SparseMemory::SparseMemory() {
  void* const at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED)
    throw tb::ToolError(fmt::format(
        "cannot reserve 4 GiB of address space for the simulated memory ({}): raise the limit of "
        "virtual memory (ulimit -v)",
        std::strerror(errno)));
  bytes_ = static_cast<std::uint8_t*>(at);
}

SparseMemory::~SparseMemory() {
  ::munmap(bytes_, size);
}

void SparseMemory::put(std::uint32_t address, const std::vector<std::uint8_t>& bytes) const {
  std::copy(bytes.begin(), bytes.end(), bytes_ + address);
}

void SparseMemory::clear() const {
  ::madvise(bytes_, size, MADV_DONTNEED);
}

}  // namespace sd::regression
