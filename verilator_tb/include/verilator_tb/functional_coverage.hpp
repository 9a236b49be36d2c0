// Functional coverage: which of the situations that matter were met, by name.
//
//   FunctionalCoverage all;
//   CoverGroup& layer = all.group("layer");
//   layer.point("kind", {{"conv", 0}, {"add", 1}, {"pool", 2, 4}});
//   layer.point("stride", {{"one", 1}, {"two", 2}});
//   layer.cross("kind_x_stride", {"kind", "stride"});
//   layer.ignore("kind_x_stride", {"add", "two"}, "an addition has no stride");
//   layer.sample({{"kind", 0}, {"stride", 2}});
//   all.missing();  // layer.kind.add, layer.kind.pool, layer.stride.one, ...
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "verilator_tb/errors.hpp"

namespace sd::tb {

/// Values low..high of a cover point.
struct CoverBin {
  CoverBin(std::string bin_name, std::int64_t value)
      : CoverBin(std::move(bin_name), value, value) {}
  CoverBin(std::string bin_name, std::int64_t first, std::int64_t last)
      : name(std::move(bin_name)), low(first), high(last) {}
  std::string name;
  std::int64_t low, high;
  friend bool operator==(const CoverBin&, const CoverBin&) = default;
};

/// One bin of a point, or of a cross (its name is then "conv,two").
struct BinState {
  std::string name;
  std::uint64_t hits = 0;
  std::string ignored;  ///< why it need not be hit; empty: it must be
  friend bool operator==(const BinState&, const BinState&) = default;
};

class CoverGroup {
 public:
  explicit CoverGroup(std::string name) : name_(std::move(name)) {}

  /// Declares a point; bins of one point do not overlap. Declaring it again with the same bins
  /// changes nothing. Throws std::invalid_argument for anything that contradicts itself.
  void point(const std::string& name, const std::vector<CoverBin>& bins);
  /// Every combination of the bins of two or more points that are declared already.
  void cross(const std::string& name, const std::vector<std::string>& points);
  /// A bin (of a cross: one bin name per point, "*" for any) that cannot be hit, and why.
  void ignore(const std::string& point_or_cross, const std::vector<std::string>& bins,
              const std::string& reason);

  /// Counts the bins that these values lie in, and those of every cross all of whose points are
  /// among them. A value outside of all bins counts nowhere. Throws std::invalid_argument for a
  /// name that is no point.
  void sample(const std::map<std::string, std::int64_t>& values);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Points and crosses in order of declaration, with their bins.
  [[nodiscard]] std::vector<std::pair<std::string, std::vector<BinState>>> bins() const;

  friend bool operator==(const CoverGroup&, const CoverGroup&) = default;

 private:
  friend class FunctionalCoverage;
  struct Point {
    std::string name;
    std::vector<CoverBin> ranges;      ///< of a point
    std::vector<std::string> crosses;  ///< of a cross: its points
    std::vector<BinState> bins;
    friend bool operator==(const Point&, const Point&) = default;
  };
  [[nodiscard]] Point* find(const std::string& name);
  void merge(const CoverGroup& other);

  std::string name_;
  std::vector<Point> points_;
};

class FunctionalCoverage {
 public:
  /// The group of that name, made if it is not there. The reference stays valid.
  CoverGroup& group(const std::string& name);
  [[nodiscard]] const std::map<std::string, CoverGroup>& groups() const { return groups_; }

  /// Adds the hits of the same groups counted elsewhere; groups that are not here are taken over.
  /// Throws ToolError if a group is declared differently.
  void merge(const FunctionalCoverage& other);

  /// "group.point.bin" of every bin that must be hit and was not.
  [[nodiscard]] std::vector<std::string> missing() const;
  /// Of the bins that must be hit, in percent; 100 if there is none.
  [[nodiscard]] double percent() const;

  /// A table, one line a bin.
  [[nodiscard]] std::string text() const;
  /// Schema smartdeal.functional_coverage/1; save() writes the same.
  [[nodiscard]] std::string json() const;
  void save(const std::filesystem::path& file) const;
  /// Throws ToolError naming the file and what is wrong with it.
  [[nodiscard]] static FunctionalCoverage load(const std::filesystem::path& file);
  [[nodiscard]] static FunctionalCoverage from_json(const std::string& text,
                                                    const std::string& name);

  friend bool operator==(const FunctionalCoverage&, const FunctionalCoverage&) = default;

 private:
  std::map<std::string, CoverGroup> groups_;
};

}  // namespace sd::tb
