// A folder that keeps the results of finished images, so that a job that was killed goes on where
// it was.
//
//   run.json         what is simulated: model, design, program, hardware, options
//   image-N.json     one for each image that is finished
//   lock             held while a job works there
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "verilator_tb/simulate_each.hpp"

namespace sd::core {

/// What must be the same for results to belong together: a name for people, and a value.
using RunIdentity = std::vector<std::pair<std::string, std::string>>;

class SimulationStore {
 public:
  /// Begins the folder, or goes on in it. Throws InputError if it holds another run, or something
  /// else, or another job is at work there.
  SimulationStore(std::filesystem::path folder, const RunIdentity& identity);
  ~SimulationStore();
  SimulationStore(const SimulationStore&) = delete;
  SimulationStore& operator=(const SimulationStore&) = delete;

  /// The result of an image, if it is there. Throws InputError if it is damaged, or that of another
  /// image.
  [[nodiscard]] std::optional<tb::SimulationResult> find(const tb::NumberedImage& image) const;
  void put(const tb::NumberedImage& image, const tb::SimulationResult& result) const;

 private:
  [[nodiscard]] std::filesystem::path file_of(const tb::NumberedImage& image) const;
  void lock();

  std::filesystem::path folder_;
  int lock_ = -1;  ///< descriptor
};

}  // namespace sd::core
