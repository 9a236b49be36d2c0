// The emitted accelerator as text, and as a folder.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "rtl/design/design_point.hpp"

namespace sd::tb {

struct ModelSource {
  std::vector<std::pair<std::string, std::string>>
      files;              ///< name and text of each module, in compile order
  std::string file_list;  ///< smartdeal.f
  std::string manifest;   ///< manifest.json
  int axi_bytes = 8;
};

inline constexpr const char* file_list_name = "smartdeal.f";
inline constexpr const char* manifest_name = "manifest.json";

/// What a user gets never holds a planted fault; what is simulated does where the environment asks
/// for it (fault_plan.hpp).
enum class SourceFor { user, simulation };

/// Elaborates and emits.
[[nodiscard]] ModelSource model_source(const design::DesignPoint& design, SourceFor reader);

/// Writes everything into a folder that exists. Returns the source files in compile order.
std::vector<std::filesystem::path> write_source(const ModelSource& source,
                                                const std::filesystem::path& folder);

}  // namespace sd::tb
