#include "jpeg_tables.hpp"

#include <cstddef>

namespace sd::data {
namespace {

constexpr int start_of_image = 0xd8, define_huffman = 0xc4, start_of_scan = 0xda;
constexpr int max_codes = 256;

class Reader {
 public:
  explicit Reader(std::span<const unsigned char> bytes) : bytes_(bytes) {}

  /// Bytes past the end are 0, as for the decoder.
  [[nodiscard]] int byte(std::size_t at) const { return at < bytes_.size() ? bytes_[at] : 0; }
  [[nodiscard]] std::size_t length(std::size_t at) const {
    return static_cast<std::size_t>(byte(at) * 256 + byte(at + 1));
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  /// Checks the tables of the DHT segment whose length field is at `at`.
  [[nodiscard]] bool tables_fit(std::size_t at) const {
    auto left = static_cast<std::ptrdiff_t>(length(at)) - 2;
    for (at += 2; left > 0;) {
      int codes = 0;
      for (std::size_t i = 1; i <= 16; ++i) codes += byte(at + i);
      if (codes > max_codes) return false;
      at += static_cast<std::size_t>(17 + codes);
      left -= 17 + codes;
    }
    return true;
  }

 private:
  std::span<const unsigned char> bytes_;
};

}  // namespace

bool huffman_tables_fit(std::span<const unsigned char> file) {
  const Reader reader(file);
  std::size_t at = 0;
  while (at < reader.size() && reader.byte(at) == 0xff) ++at;
  if (at == 0 || reader.byte(at) != start_of_image) return true;
  bool in_scans = false;
  for (++at; at + 1 < reader.size();) {
    const int marker = reader.byte(at + 1);
    if (reader.byte(at) != 0xff || marker == 0xff || marker == 0) {
      ++at;  // as the decoder does, which looks for the next marker from wherever it is
      continue;
    }
    at += 2;
    if (marker == define_huffman && !reader.tables_fit(at)) return false;
    in_scans = in_scans || marker == start_of_scan;
    // Before the scans, payloads are skipped: a colour profile may look like anything. Among
    // entropy-coded data every marker counts.
    if (!in_scans) at += reader.length(at);
  }
  return true;
}

}  // namespace sd::data
