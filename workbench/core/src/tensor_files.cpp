#include "tensor_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <system_error>

#include "json_envelope.hpp"
#include "npy.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::core {

namespace {

namespace fs = std::filesystem;

constexpr const char* index_name = "tensors.json";

std::size_t size(int value) {
  return static_cast<std::size_t>(value);
}

/// Writes tensors into one folder and remembers them.
class Writer {
 public:
  explicit Writer(fs::path folder) : folder_(std::move(folder)) {}

  void layer(int operator_index, const std::string& name) {
    stem_ = file_stem(operator_index, name);
    layer_ = name;
  }

  template <typename Value>
  void add(const char* tensor, const char* type, std::vector<std::size_t> shape,
           const std::vector<Value>& values) {
    const std::string file = fmt::format("{}.{}.npy", stem_, tensor);
    write_file(folder_ / file, npy_bytes(shape, std::span<const Value>(values)));
    files_.push_back({file, layer_, tensor, type, std::move(shape)});
  }

  [[nodiscard]] const std::vector<TensorFile>& files() const { return files_; }

 private:
  fs::path folder_;
  std::string stem_, layer_;
  std::vector<TensorFile> files_;
};

void add_stages(const pack::PackedLayer& layer, Writer& writer) {
  std::vector<std::int32_t> bias;
  std::vector<std::int16_t> multiplier;
  std::vector<std::uint8_t> shift;
  for (const pack::OutputStage& stage : layer.stages) {
    bias.push_back(stage.bias);
    multiplier.push_back(stage.multiplier);
    shift.push_back(stage.shift);
  }
  const std::vector<std::size_t> filters = {size(layer.layout.filters)};
  writer.add("weight_scale", "float32", filters, layer.weight_scale);
  writer.add("bias", "int32", filters, bias);
  writer.add("multiplier", "int16", filters, multiplier);
  writer.add("shift", "uint8", filters, shift);
}

/// The integer weights as the network has them, [M][C/groups][R][S].
std::vector<std::int8_t> integer_weights(const pack::PackedLayer& layer) {
  const auto columns = size(layer.layout.columns);
  std::vector<std::int8_t> row(columns);
  std::vector<float> matrices;
  matrices.reserve(size(layer.layout.filters) * size(layer.layout.rows) * columns);
  for (int m = 0; m < layer.layout.filters; ++m) {
    for (int r = 0; r < layer.layout.rows; ++r) {
      layer.rebuild_row(m, r, row);
      matrices.insert(matrices.end(), row.begin(), row.end());
    }
  }
  // Floats hold 8-bit integers exactly.
  const std::vector<float> weights = decompose::from_matrices(matrices, layer.shape, layer.layout);
  return {weights.begin(), weights.end()};
}

void add_codes(const pack::PackedLayer& layer, Writer& writer) {
  const std::vector<std::size_t> shape = {size(layer.layout.filters), size(layer.layout.rows),
                                          size(layer.rank)};
  writer.add("codes", "int8", shape, layer.coefficients);
  std::vector<float> values;
  values.reserve(layer.coefficients.size());
  for (const decompose::Coefficient code : layer.coefficients)
    values.push_back(decompose::value_of(code));
  writer.add("ce", "float32", shape, values);
  writer.add("basis", "int8",
             {size(layer.layout.bases()), size(layer.rank), size(layer.layout.columns)},
             layer.basis);
  writer.add("rebuild_shift", "uint8", {size(layer.layout.filters)}, layer.rebuild_shift);
  std::vector<float> scale;
  for (std::size_t m = 0; m < layer.weight_scale.size(); ++m)
    scale.push_back(std::ldexp(layer.weight_scale[m], layer.levels - 1 - layer.rebuild_shift[m]));
  writer.add("filter_scale", "float32", {size(layer.layout.filters)}, scale);
}

std::string index_text(const std::vector<TensorFile>& files) {
  Json index = Json::array();
  for (const TensorFile& file : files)
    index.push_back({{"file", file.file},
                     {"layer", file.layer},
                     {"tensor", file.tensor},
                     {"type", file.type},
                     {"shape", file.shape}});
  return Json{{"schema", "smartdeal-tensors/1"}, {"tensors", std::move(index)}}.dump(
             2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

/// True if nothing in the folder but what write_tensors() puts there.
bool is_ours(const fs::path& folder) {
  std::error_code failed;
  if (!fs::exists(folder / index_name, failed)) return fs::is_empty(folder, failed) && !failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    const fs::path name = entry.path().filename();
    if (!entry.is_regular_file() || (name != index_name && name.extension() != ".npy"))
      return false;
  }
  return !failed;
}

/// A folder that is gone at the end, whatever happens.
class WorkFolder {
 public:
  explicit WorkFolder(fs::path path) : path_(std::move(path)) {
    fs::remove_all(path_);
    fs::create_directory(path_);
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// "DIR/" names the folder DIR.
fs::path without_slash(const fs::path& folder) {
  const fs::path whole = fs::absolute(folder).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

}  // namespace

std::string file_stem(int operator_index, const std::string& layer) {
  std::string stem = fmt::format("{:03}", operator_index);
  std::string name;
  for (const char c : layer) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  constexpr std::size_t longest = 80;
  if (!name.empty()) stem += "_" + name;
  return stem.substr(0, longest);
}

void check_tensor_folder(const fs::path& folder) {
  const fs::path target = without_slash(folder);
  std::error_code ignored;
  if (fs::exists(target, ignored)) {
    if (!fs::is_directory(target, ignored))
      throw InputError(
          fmt::format("cannot write tensors into {}: it is not a folder", folder.string()));
    if (!is_ours(target)) {
      throw InputError(fmt::format(
          "cannot write tensors into {}: it holds files that smartdeal did not write; give a new "
          "folder",
          folder.string()));
    }
  }
  check_writable(target.parent_path() / "tensors");
}

std::vector<TensorFile> write_tensors(const pack::PackedModel& model, const fs::path& folder,
                                      Stages& stages) {
  check_tensor_folder(folder);
  const fs::path target = without_slash(folder);
  try {
    const WorkFolder work(fmt::format("{}.{}.part", target.string(), ::getpid()));
    Writer writer(work.path());
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
      if (!model.layers[i]) continue;
      const std::string& name = model.network.operators[i].name;
      stages.update(static_cast<double>(i) / static_cast<double>(model.layers.size()), name);
      writer.layer(static_cast<int>(i), name);
      const pack::PackedLayer& layer = *model.layers[i];
      if (!layer.dense) add_codes(layer, writer);
      writer.add("weights", "int8",
                 {size(layer.shape.filters), size(layer.shape.channels),
                  size(layer.shape.kernel_height), size(layer.shape.kernel_width)},
                 integer_weights(layer));
      add_stages(layer, writer);
    }
    write_file(work.path() / index_name, index_text(writer.files()));
    stages.check();
    fs::remove_all(target);
    fs::rename(work.path(), target);
    return writer.files();
  } catch (const fs::filesystem_error& error) {
    throw InputError(fmt::format("cannot write tensors into {}: {}; choose another folder",
                                 folder.string(), error.code().message()));
  }
}

}  // namespace sd::core
