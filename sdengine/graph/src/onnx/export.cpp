#include "sdengine/graph/onnx_export.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "exporter.hpp"
#include "write_file.hpp"

namespace sd::graph {

void export_onnx(const Network& network, const std::filesystem::path& file) {
  validate(network);
  std::string bytes;
  if (!Exporter(network).run().SerializeToString(&bytes)) {
    throw std::runtime_error(
        fmt::format("cannot write '{}': the network is too large for ONNX (2 GiB)", file.string()));
  }
  write_file(file, bytes);
}

}  // namespace sd::graph
