// Design points and energy technologies.
// rooms: rtl/design energy_model
#include <cstdlib>
#include <optional>

#include "energy_model/energy.hpp"
#include "memory_file.hpp"
#include "rtl/design/design_point.hpp"

namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void read_design(MemoryFile& file) {
  std::optional<sd::design::DesignPoint> point;
  try {
    point = sd::design::read_toml(file.path());
  } catch (const sd::design::DesignError&) {
    return;
  }
  // What was accepted is valid, and survives being written.
  sd::design::validate(*point);
  file.set(bytes_of(sd::design::to_toml(*point)));
  if (!(sd::design::read_toml(file.path()) == *point)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static MemoryFile file;
  file.set({data, size});
  try {
    (void)sd::energy::read_technology(file.path());
  } catch (const sd::energy::TechnologyError&) {
  }
  read_design(file);
  return 0;
}
