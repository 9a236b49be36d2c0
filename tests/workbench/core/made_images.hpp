#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sdengine/data/dataset.hpp"

namespace sd::test {

/// A data set held in memory.
class MadeImages : public data::Dataset {
 public:
  MadeImages(std::vector<data::Sample> samples, std::vector<std::string> classes)
      : samples_(std::move(samples)), classes_(std::move(classes)) {}
  [[nodiscard]] std::size_t size() const override { return samples_.size(); }
  [[nodiscard]] data::Sample get(std::size_t index) const override { return samples_.at(index); }
  [[nodiscard]] const std::vector<std::string>& class_names() const override { return classes_; }
  [[nodiscard]] std::string description() const override { return "made images"; }

 private:
  std::vector<data::Sample> samples_;
  std::vector<std::string> classes_;
};

}  // namespace sd::test
