// A reader of NumPy's zipped arrays (.npz), as far as the golden vectors need it. Every offset is
// checked against the file.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sd::decompose::testing {

struct Array {
  std::string type;  ///< "<f4", "|u1", ...
  std::vector<std::size_t> shape;
  std::string data;

  template <typename Number>
  [[nodiscard]] std::vector<Number> as(const std::string& expected_type) const {
    if (type != expected_type || data.size() % sizeof(Number) != 0)
      throw std::runtime_error("the array is of type " + type + ", not " + expected_type);
    std::vector<Number> values(data.size() / sizeof(Number));
    std::memcpy(values.data(), data.data(), data.size());
    return values;
  }
};

namespace npz_detail {

inline std::string_view part(std::string_view bytes, std::size_t begin, std::size_t size) {
  if (begin > bytes.size() || size > bytes.size() - begin)
    throw std::runtime_error("the file ends before its own tables say");
  return bytes.substr(begin, size);
}

inline std::size_t number(std::string_view bytes, std::size_t begin, std::size_t size) {
  std::size_t value = 0;
  const std::string_view field = part(bytes, begin, size);
  for (std::size_t k = 0; k < size; ++k)
    value |= static_cast<std::size_t>(static_cast<unsigned char>(field[k])) << (8 * k);
  return value;
}

inline std::string inflated(std::string_view packed, std::size_t size) {
  if (size > (std::size_t{1} << 28)) throw std::runtime_error("an entry is larger than 256 MiB");
  std::string out(size, '\0');
  std::string in(packed);
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::runtime_error("zlib does not start");
  const int status = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (status != Z_STREAM_END || stream.avail_out != 0)
    throw std::runtime_error("an entry does not inflate to its size");
  return out;
}

/// What stands between the quotes or parentheses after 'key': in the header.
inline std::string value_of_key(std::string_view header, std::string_view key, char open,
                                char close) {
  const std::size_t at = header.find(key);
  const std::size_t begin = at == header.npos ? at : header.find(open, at + key.size());
  const std::size_t end = begin == header.npos ? begin : header.find(close, begin + 1);
  if (end == header.npos) throw std::runtime_error("the array's header has no " + std::string(key));
  return std::string(header.substr(begin + 1, end - begin - 1));
}

inline std::size_t element_size(const std::string& type) {
  if (type.size() < 3 || type.size() > 6) throw std::runtime_error("unknown type " + type);
  const std::size_t size = std::stoul(type.substr(2));
  return type[1] == 'U' ? 4 * size : size;
}

}  // namespace npz_detail

/// One array of the .npy format, version 1.
inline Array read_npy(std::string_view bytes) {
  using namespace npz_detail;
  if (part(bytes, 0, 6) != std::string_view("\x93NUMPY", 6) || part(bytes, 6, 1)[0] != 1)
    throw std::runtime_error("this is no .npy array of version 1");
  const std::size_t header_size = number(bytes, 8, 2);
  const std::string_view header = part(bytes, 10, header_size);
  if (header.find("'fortran_order': False") == header.npos)
    throw std::runtime_error("arrays in Fortran order are not read");
  Array array;
  array.type = value_of_key(header, "'descr': ", '\'', '\'');
  const std::string shape = value_of_key(header, "'shape': ", '(', ')');
  std::size_t elements = 1;
  for (std::size_t at = 0; at < shape.size();) {
    std::size_t used = 0;
    const std::size_t extent = std::stoul(shape.substr(at), &used);
    if (extent != 0 && elements > (std::size_t{1} << 28) / extent)
      throw std::runtime_error("the array is too large");
    array.shape.push_back(extent);
    elements *= extent;
    at += used;
    while (at < shape.size() && (shape[at] == ',' || shape[at] == ' ')) ++at;
  }
  array.data = part(bytes, 10 + header_size, elements * element_size(array.type));
  return array;
}

inline std::map<std::string, Array> read_npz(const std::filesystem::path& file) {
  using namespace npz_detail;
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string_view bytes = text;
  const std::size_t end_record = bytes.rfind(std::string_view("PK\x05\x06", 4));
  if (end_record == bytes.npos) throw std::runtime_error(file.string() + " is no zip file");
  const std::size_t entries = number(bytes, end_record + 10, 2);
  std::size_t entry = number(bytes, end_record + 16, 4);
  std::map<std::string, Array> arrays;
  for (std::size_t k = 0; k < entries; ++k) {
    const std::size_t method = number(bytes, entry + 10, 2);
    const std::size_t packed_size = number(bytes, entry + 20, 4);
    const std::size_t size = number(bytes, entry + 24, 4);
    const std::size_t name_size = number(bytes, entry + 28, 2);
    const std::size_t local = number(bytes, entry + 42, 4);
    const std::string name(part(bytes, entry + 46, name_size));
    const std::size_t data =
        local + 30 + number(bytes, local + 26, 2) + number(bytes, local + 28, 2);
    const std::string_view packed = part(bytes, data, packed_size);
    if (method != 0 && method != 8)
      throw std::runtime_error(name + " is packed by an unknown method");
    arrays[name.substr(0, name.rfind(".npy"))] =
        read_npy(method == 8 ? inflated(packed, size) : std::string(packed));
    entry += 46 + name_size + number(bytes, entry + 30, 2) + number(bytes, entry + 32, 2);
  }
  return arrays;
}

}  // namespace sd::decompose::testing
