#include <fmt/format.h>

#include <stdexcept>

#include "exporter.hpp"
#include "factored.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "write_file.hpp"

namespace sd::graph {
namespace {

void write(const Network& network, const std::vector<FactoredWeights>& factored,
           const std::filesystem::path& file) {
  validate(network);
  for (const FactoredWeights& factors : factored) validate(factors, network);
  std::string bytes;
  if (!Exporter(network, factored).run().SerializeToString(&bytes)) {
    throw std::runtime_error(
        fmt::format("cannot write '{}': the network is too large for ONNX (2 GiB)", file.string()));
  }
  write_file(file, bytes);
}

}  // namespace

void export_onnx(const Network& network, const std::filesystem::path& file) {
  write(network, {}, file);
}

void export_onnx_factored(const Network& network, const std::vector<FactoredWeights>& factored,
                          const std::filesystem::path& file) {
  write(network, factored, file);
}

}  // namespace sd::graph
