// ONNX models: what is read can be executed in principle, written, and read again.
// rooms: sdengine/graph
#include <cstdlib>

#include "memory_file.hpp"
#include "sdengine/graph/batch_norm.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "sdengine/graph/onnx_import.hpp"

namespace {

/// A folder that goes with the process.
class Folder {
 public:
  Folder() {
    // In memory where there is such a place: files are flushed when they are written.
    const bool memory = std::filesystem::exists("/dev/shm");
    std::string name = memory ? "/dev/shm/sd_onnx_XXXXXX" : "/tmp/sd_onnx_XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// An export may be refused (a network without operators), but must be readable if it is not.
void write_and_read(const sd::graph::Network& network, const sd::graph::ImportOptions& options) {
  static const Folder folder;
  const std::filesystem::path file = folder.path() / "exported.onnx";
  try {
    sd::graph::export_onnx(network, file);
  } catch (const std::runtime_error&) {
    return;
  }
  const sd::graph::Network again = sd::graph::import_onnx(file, options);
  if (again.operators.size() > network.operators.size() ||
      again.outputs.size() != network.outputs.size())
    std::abort();
  std::filesystem::remove(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static MemoryFile file;
  file.set({data, size});
  for (const bool fold : {true, false}) {
    const sd::graph::ImportOptions options{.fold_batch_norm = fold};
    try {
      sd::graph::Network network = sd::graph::import_onnx(file.path(), options);
      sd::graph::validate(network);
      std::size_t elements = 0;
      for (const auto& op : network.operators) elements += op.output.elements() + op.weights.size();
      if (elements < 1 << 20) write_and_read(network, options);
      sd::graph::fold_batch_norm(network);
    } catch (const sd::graph::ImportError&) {
    }
  }
  return 0;
}
