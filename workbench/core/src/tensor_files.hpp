// The tensors of a packed model as a folder of .npy files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sdengine/pack/packed_model.hpp"
#include "stages.hpp"
#include "workbench/core/inspect_job.hpp"

namespace sd::core {

/// A name for files out of a layer's number and name: letters, digits, '.', '_' and '-' only, at
/// most 80 of them, different for every layer.
[[nodiscard]] std::string file_stem(int operator_index, const std::string& layer);

/// Throws InputError unless `folder` can be made: it may be absent, empty, or one that
/// write_tensors() wrote earlier.
void check_tensor_folder(const std::filesystem::path& folder);

/// Writes the folder aside, then renames it: a file for each tensor, and tensors.json, which says
/// what they are. What the tensors mean is in docs/report_format.md.
[[nodiscard]] std::vector<TensorFile> write_tensors(const pack::PackedModel& model,
                                                    const std::filesystem::path& folder,
                                                    Stages& stages);

}  // namespace sd::core
