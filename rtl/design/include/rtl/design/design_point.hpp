// Every parameter of an accelerator design: the only place where a hardware parameter lives.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace sd::design {

enum class MacKind { parallel, booth_serial };

struct DesignPoint {
  std::string name = "default";

  // The array.
  int slices = 8;   ///< PE slices (dimM): one output channel each
  int lines = 8;    ///< PE lines per slice (dimC): one row of Ce at a time each
  int macs = 8;     ///< MACs per line (dimF): one output pixel of a segment each; a power of two
  int block_segments = 4;  ///< partial sums per MAC: segments of `macs` pixels that one job covers at most; a power of two
  MacKind mac_kind = MacKind::booth_serial;

  // SD.
  bool rebuild = true;               ///< false: no rebuild engines, weights arrive as 8-bit words (dense baseline)
  bool skip_weight_rows = true;      ///< rows of Ce that are zero in a whole group of `slices` filters are never stored nor fetched
  bool skip_activation_rows = true;  ///< pairs whose activation row is zero are not issued
  int rank = 4;
  int levels = 3;
  int columns = 3;                   ///< n: widest kernel row, and columns of 1x1 and fully connected rows
  int slice_rows = 192;              ///< rows that share one basis
  int max_stride = 2;

  // Buffers. Depths follow from these and the word widths.
  int input_buffer_bytes = 64 * 1024;
  int weight_buffer_bytes = 16 * 1024;
  int index_buffer_entries = 2048;
  int output_buffer_bytes = 32 * 1024;

  // Interfaces.
  int axi_data_bits = 64;   ///< 64 or 128
  int axi_burst_beats = 16; ///< longest burst
  int clock_mhz = 1000;     ///< for latency and energy figures; the RTL does not depend on it

  // Derived.
  [[nodiscard]] int code_bits() const;         ///< ceil(log2(2 * levels + 1))
  [[nodiscard]] int row_bits() const;          ///< bits of one filter's part of a weight word: rank * code_bits and at least the 8 of a basis element, or columns * 8 without rebuild
  [[nodiscard]] int weight_word_bits() const;  ///< slices * row_bits
  [[nodiscard]] int weight_words() const;      ///< depth of the weight buffer
  [[nodiscard]] int axi_bytes() const { return axi_data_bits / 8; }
  [[nodiscard]] int row_align_bytes() const;   ///< feature-map rows are padded to a multiple of this: max(macs, axi_bytes)
  [[nodiscard]] int window_bytes() const;      ///< activations of one segment that one row of a kernel meets, at most: (macs-1)*max_stride + columns
  [[nodiscard]] int beat_segments(int stride) const;  ///< segments of a row that one read of the input buffer gives: block_segments, half of it for stride 2, one beyond
  [[nodiscard]] int beat_bytes() const;        ///< longest read of the input buffer: that of `beat_segments` windows
  [[nodiscard]] int input_banks() const;       ///< banks of `macs` bytes each, so that any beat is read in one cycle; a power of two
  [[nodiscard]] int input_words() const;       ///< words of `macs` bytes in all banks
  [[nodiscard]] int output_words() const;      ///< words of `macs` bytes
  [[nodiscard]] int parameter_records() const { return 4 * slices; }                             ///< records that the parameter buffer holds
  [[nodiscard]] int zero_flags() const { return input_buffer_bytes / row_align_bytes(); }  ///< rows that the input buffer can hold
  [[nodiscard]] int total_macs() const { return slices * lines * macs; }

  /// Same array and buffers with rebuild and row skipping off.
  [[nodiscard]] DesignPoint dense_baseline() const;

  friend bool operator==(const DesignPoint&, const DesignPoint&) = default;
};

/// "FILE:LINE: field: what is wrong, what is allowed".
class DesignError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws DesignError naming the field, its value and the allowed range.
void validate(const DesignPoint& point);

/// Reads TOML. Unknown keys, wrong types and values out of range are errors with file, line and allowed range.
[[nodiscard]] DesignPoint read_toml(const std::filesystem::path& file);
[[nodiscard]] std::string to_toml(const DesignPoint& point);

/// 64-bit content hash over every field, as 16 hex digits; stable over runs and machines.
[[nodiscard]] std::string content_hash(const DesignPoint& point);

}  // namespace sd::design
