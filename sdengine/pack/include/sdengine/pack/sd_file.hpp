// The packed model as one file, `.sd`: safetensors layout, described field by field in
// docs/format.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// One sentence: which file, which tensor or field, what is wrong with it, what to do.
class FileError : public PackError {
 public:
  using PackError::PackError;
};

/// Where a packed model comes from. Nothing here depends on when or on which machine it was made,
/// so that equal inputs give equal bytes.
struct Provenance {
  std::string source_name;      ///< the model file's name, without its folder
  std::string source_sha256;    ///< of the model file: 64 hex digits, or empty
  std::string settings;         ///< a JSON text: what it was made with; empty if there is none
  std::string product_version;  ///< "0.1.0"
  std::string tool;             ///< the command that made it: "smartdeal decompose"
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

/// The version of the format that save() writes, and the newest that load() reads.
inline constexpr int format_version = 1;

struct SdFile {
  PackedModel model;
  Provenance provenance;
  int version = format_version;  ///< of the format
  std::int64_t bytes = 0;        ///< of the whole file
};

/// Writes the model, aside first, then renamed, so that `file` is either the old one or complete.
/// The same model and provenance give the same bytes. Throws PackError if validate() does,
/// FileError if a text is not UTF-8, a number of the graph is not finite, `settings` is not JSON,
/// or the disk refuses.
void save(const PackedModel& model, const Provenance& provenance,
          const std::filesystem::path& file);

/// Reads a file through a memory map. Untrusted input: every length is checked against the file,
/// memory stays within a fixed multiple of its size, the checksum must agree, and the model passes
/// validate(). load(save(x)) equals x in every field. Throws FileError.
[[nodiscard]] SdFile load(const std::filesystem::path& file);

/// True if the file starts as one that save() wrote does: what tells `.sd` from ONNX whatever the
/// file's name is. False for a file that cannot be read.
[[nodiscard]] bool looks_like_sd_file(const std::filesystem::path& file);

/// The bytes that save() writes; and load() from memory (`name` stands in errors for the file).
[[nodiscard]] std::string to_bytes(const PackedModel& model, const Provenance& provenance);
enum class Checksum { verify, ignore };
[[nodiscard]] SdFile from_bytes(std::span<const std::byte> bytes, const std::string& name,
                                Checksum checksum = Checksum::verify);

/// What the file holds, in bits. The first seven are what the hardware's memory needs too and add
/// up to PackedLayer::bits_packed() over the layers. Sums to the size of the file within the
/// padding of bit streams to bytes.
struct StorageReport {
  std::int64_t coefficients = 0;    ///< rows that are not zero * rank * code_bits
  std::int64_t row_index = 0;       ///< one bit per row of every filter
  std::int64_t bases = 0;           ///< 8 bits an element
  std::int64_t rebuild_shifts = 0;  ///< 4 bits a filter
  std::int64_t dense_weights = 0;   ///< 8 bits a weight, layers left dense
  std::int64_t biases = 0;          ///< 32 bits a filter
  std::int64_t stages = 0;          ///< multiplier and shift: 22 bits a filter
  /// What only the file has: each filter's weight scale is kept (32 bits) where the hardware has
  /// multiplier and shift (22), which follow from it; float biases (16), activation scales, the
  /// stages of operators without weights, post-processing.
  std::int64_t file_scales = 0;
  std::int64_t bits_file_overhead =
      0;  ///< header: graph, names, layer table, provenance, tensors' names

  /// What the hardware needs.
  [[nodiscard]] std::int64_t bits_packed() const {
    return coefficients + row_index + bases + rebuild_shifts + dense_weights + biases + stages;
  }
  /// The whole file.
  [[nodiscard]] std::int64_t bits_file() const {
    return bits_packed() + file_scales + bits_file_overhead;
  }
};
[[nodiscard]] StorageReport storage_report(const PackedModel& model, const Provenance& provenance);

}  // namespace sd::pack
