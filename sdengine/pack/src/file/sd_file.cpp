#include "sdengine/pack/sd_file.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <fstream>

#include "../structure.hpp"
#include "arrays.hpp"
#include "assemble.hpp"
#include "checksum.hpp"
#include "container.hpp"
#include "layer_table.hpp"
#include "mapped_file.hpp"
#include "network_json.hpp"
#include "strict_json.hpp"
#include "write_aside.hpp"

namespace sd::pack {

namespace {

/// Of the settings: nothing reads them here.
constexpr int settings_depth = 32;

/// Takes the texts out of the metadata; what nobody took is not known to this version.
class Metadata {
 public:
  explicit Metadata(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}
  std::string take(const char* key) {
    const auto found = texts_.find(key);
    if (found == texts_.end()) throw FileError(fmt::format("the metadata have no '{}'", key));
    std::string text = std::move(found->second);
    texts_.erase(found);
    return text;
  }
  void require_nothing_else() const {
    if (!texts_.empty())
      throw FileError(
          fmt::format("the metadata have a text '{}' that format version {} does not know",
                      texts_.begin()->first, format_version));
  }

 private:
  std::map<std::string, std::string> texts_;
};

int version_of(const std::string& text) {
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version < 1)
    throw FileError(fmt::format("its format version is '{}'", text.substr(0, 40)));
  if (version > format_version)
    throw FileError(
        fmt::format("its format version is {}, and this program reads up to {}; use a "
                    "newer one",
                    version, format_version));
  return version;
}

void require_checksum(std::string_view bytes, const ContainerView& container,
                      const std::string& digits) {
  if (!is_sha256(digits))
    throw FileError("metadata 'sha256' is not a checksum of 64 hexadecimal digits");
  const std::size_t position = container.header.find(digits);
  if (position == std::string_view::npos ||
      container.header.find(digits, position + 1) != std::string_view::npos)
    throw FileError("metadata 'sha256' does not stand in the header once");
  const auto start = static_cast<std::size_t>(container.header.data() - bytes.data());
  if (checksum_of(bytes, start + position) != digits)
    throw FileError(
        "its checksum does not agree with its content: the file is damaged; copy or make it again");
}

Provenance take_provenance(Metadata& metadata) {
  Provenance p;
  p.source_name = metadata.take("source_name");
  p.source_sha256 = metadata.take("source_sha256");
  p.settings = metadata.take("settings");
  p.product_version = metadata.take("product_version");
  p.tool = metadata.take("tool");
  require_provenance(p);
  return p;
}

SdFile read(std::string_view bytes, Checksum checksum) {
  const ContainerView container = read_container(bytes);
  Metadata metadata(container.metadata);
  if (metadata.take("format") != format_name)
    throw FileError("it is a safetensors file, but not one of a packed model");
  SdFile file;
  file.bytes = static_cast<std::int64_t>(bytes.size());
  file.version = version_of(metadata.take("format_version"));
  const std::string digits = metadata.take("sha256");
  if (checksum == Checksum::verify) require_checksum(bytes, container, digits);
  file.provenance = take_provenance(metadata);
  graph::Network network = network_from_json(metadata.take("network"));
  require_consistent(network);
  std::vector<LayerRow> rows = layers_from_json(metadata.take("layers"), network);
  metadata.require_nothing_else();
  file.model = from_tensors(std::move(network), std::move(rows), container.tensors);
  validate(file.model);
  return file;
}

/// Every problem with the file's name in front.
SdFile read_named(std::string_view bytes, const std::string& name, Checksum checksum) try {
  return read(bytes, checksum);
} catch (const PackError& error) {
  throw FileError(fmt::format("packed file '{}': {}", name, error.what()));
}

}  // namespace

void require_provenance(const Provenance& p) {
  if (!p.source_sha256.empty() && !is_sha256(p.source_sha256))
    throw FileError("'source_sha256' must be empty or 64 hexadecimal digits");
  if (!p.settings.empty()) (void)parse_json(p.settings, "'settings'", settings_depth);
}

std::string to_bytes(const PackedModel& model, const Provenance& provenance) {
  validate(model);
  std::string bytes = write_container(assemble(model, provenance));
  // The first text of the header; what else has this key has its quotes escaped.
  const std::string key = fmt::format("\"sha256\":\"{}\"", unset_checksum());
  const std::size_t position = bytes.find(key) + key.size() - checksum_digits - 1;
  bytes.replace(position, checksum_digits, checksum_of(bytes, position));
  return bytes;
}

void save(const PackedModel& model, const Provenance& provenance,
          const std::filesystem::path& file) {
  std::string bytes;
  try {
    bytes = to_bytes(model, provenance);
  } catch (const FileError& error) {
    throw FileError(fmt::format("cannot write '{}': {}", file.string(), error.what()));
  }
  write_aside(file, bytes);
}

SdFile load(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  return read_named(mapped.bytes(), file.string(), Checksum::verify);
}

SdFile from_bytes(std::span<const std::byte> bytes, const std::string& name, Checksum checksum) {
  return read_named({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name, checksum);
}

bool looks_like_sd_file(const std::filesystem::path& file) {
  const std::string start = fmt::format("{{\"__metadata__\":{{\"format\":\"{}\"", format_name);
  std::string bytes(8 + start.size(), '\0');
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return false;
  std::ifstream in(file, std::ios::binary);
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return in && bytes.substr(8) == start;
}

}  // namespace sd::pack
