// The packed file: whatever its bytes are, from_bytes() throws FileError or gives a model that can
// be written, read back and written again as the same bytes.
// rooms: sdengine/pack
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>

#include "sdengine/pack/rebuilt.hpp"
#include "sdengine/pack/sd_file.hpp"

namespace {

/// Without the checksum, which would stop nearly every changed file before it is looked at.
std::optional<sd::pack::SdFile> read(std::span<const std::byte> bytes) {
  try {
    return sd::pack::from_bytes(bytes, "input", sd::pack::Checksum::ignore);
  } catch (const sd::pack::FileError&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sd::pack;
  const std::optional<SdFile> file = read(std::as_bytes(std::span(data, size)));
  if (!file) return 0;
  const std::string written = to_bytes(file->model, file->provenance);
  const SdFile again = from_bytes(std::as_bytes(std::span(written)), "again");
  if (to_bytes(again.model, again.provenance) != written) std::abort();
  (void)storage_report(again.model, again.provenance);
  (void)rebuilt_network(again.model);
  return 0;
}
