// The report of `smartdeal eval`.
#include "json_envelope.hpp"
#include "workbench/core/eval_job.hpp"

namespace sd::core {

namespace {

Json classes_json(const EvalReport& report) {
  Json classes = Json::array();
  for (std::size_t c = 0; c < report.classes.size(); ++c) {
    Json json = {{"name", report.classes[c]}, {"images", report.images_of_class[c]}};
    // A class without images has no accuracy.
    for (const Evaluation& evaluation : report.evaluations)
      if (report.images_of_class[c] > 0)
        json[evaluation.arithmetic] = static_cast<double>(evaluation.right_of_class[c]) /
                                      static_cast<double>(report.images_of_class[c]);
    classes.push_back(std::move(json));
  }
  return classes;
}

Json matrix_json(const std::vector<std::uint32_t>& confusion, std::size_t classes) {
  Json matrix = Json::array();
  for (std::size_t row = 0; row < classes; ++row) {
    const auto begin = confusion.begin() + static_cast<std::ptrdiff_t>(row * classes);
    matrix.push_back(
        std::vector<std::uint32_t>(begin, begin + static_cast<std::ptrdiff_t>(classes)));
  }
  return matrix;
}

}  // namespace

std::string report_text(const EvalReport& report) {
  Json accuracy = {{"images", report.images}};
  for (const Evaluation& evaluation : report.evaluations)
    accuracy[evaluation.arithmetic] = report.accuracy(evaluation);
  if (report.evaluations.size() > 1) accuracy["disagreements"] = report.disagreements;
  const Evaluation& last = report.evaluations.back();
  Json results = {{"accuracy", std::move(accuracy)}, {"classes", classes_json(report)}};
  if (!last.confusion.empty()) {
    results["confusion_matrix"] = matrix_json(last.confusion, report.classes.size());
    results["confusion_matrix_of"] = last.arithmetic;
  }
  results["notes"] = report.notes;
  results["wall_seconds"] = report.wall_seconds;
  results["peak_memory_bytes"] = report.peak_memory_bytes;
  return envelope(
      "eval",
      {{"model",
        {{"name", report.model_name},
         {"source", report.model_source},
         {"hash", report.input_hashes.at("model")}}},
       {"data",
        {{"description", report.data_description}, {"hash", report.input_hashes.at("data")}}}},
      std::move(results));
}

}  // namespace sd::core
