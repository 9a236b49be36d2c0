#include <fmt/format.h>
#include <unistd.h>

#include <set>
#include <system_error>

#include "files.hpp"
#include "model_source.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;

/// Only what generate() itself wrote may be replaced.
void refuse_foreign_folder(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) return;
  if (status.type() != fs::file_type::directory)
    throw ToolError(fmt::format("cannot generate into {}: it is not a folder", folder.string()));
  if (fs::is_empty(folder)) return;
  if (!fs::exists(folder / manifest_name))
    throw ToolError(
        fmt::format("cannot generate into {}: it holds files that smartdeal did not write; give a "
                    "new or empty folder",
                    folder.string()));
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path name = entry.path().filename();
    if (name.extension() != ".sv" && name != file_list_name && name != manifest_name)
      throw ToolError(
          fmt::format("cannot generate into {}: it also holds {}, which smartdeal did not write; "
                      "move that away or give a new folder",
                      folder.string(), name.string()));
  }
}

void rename_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error)
    throw ToolError(
        fmt::format("cannot rename {} to {}: {}", from.string(), to.string(), error.message()));
}

}  // namespace

std::vector<fs::path> generate(const design::DesignPoint& design, const fs::path& folder) {
  fs::path target = fs::absolute(folder).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();  // the name ended in a slash
  refuse_foreign_folder(target);
  const ModelSource source = model_source(design, SourceFor::user);

  const fs::path beside =
      target.parent_path() / fmt::format(".{}.{}", target.filename().string(), ::getpid());
  const fs::path work = beside.string() + ".new", old = beside.string() + ".old";
  create_folder(work);
  std::error_code ignored;
  try {
    write_source(source, work);
    if (fs::exists(target) && !fs::is_empty(target)) rename_folder(target, old);
    rename_folder(work, target);  // an empty folder is replaced by this alone
  } catch (...) {
    fs::remove_all(work, ignored);
    if (!fs::exists(target, ignored) && fs::exists(old, ignored)) fs::rename(old, target, ignored);
    throw;
  }
  fs::remove_all(old, ignored);

  std::vector<fs::path> files;
  for (const auto& [name, text] : source.files) files.push_back(folder / name);
  return files;
}

}  // namespace sd::tb
