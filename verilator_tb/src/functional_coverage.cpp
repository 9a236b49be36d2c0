#include "verilator_tb/functional_coverage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace sd::tb {
namespace {

[[noreturn]] void refuse(const std::string& group, const std::string& what) {
  throw std::invalid_argument(fmt::format("cover group {}: {}", group, what));
}

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ","));
}

}  // namespace

CoverGroup::Point* CoverGroup::find(const std::string& name) {
  const auto found = std::find_if(points_.begin(), points_.end(),
                                  [&](const Point& point) { return point.name == name; });
  return found == points_.end() ? nullptr : &*found;
}

void CoverGroup::point(const std::string& name, const std::vector<CoverBin>& bins) {
  if (const Point* known = find(name)) {
    if (known->ranges != bins) refuse(name_, "point " + name + " is declared with other bins");
    return;
  }
  if (bins.empty()) refuse(name_, "point " + name + " has no bins");
  Point point{name, bins, {}, {}};
  std::vector<CoverBin> sorted = bins;
  std::sort(sorted.begin(), sorted.end(),
            [](const CoverBin& a, const CoverBin& b) { return a.low < b.low; });
  std::set<std::string> names;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i].high < sorted[i].low)
      refuse(name_, fmt::format("bin {} is empty", sorted[i].name));
    if (i > 0 && sorted[i].low <= sorted[i - 1].high)
      refuse(name_, fmt::format("bins {} and {} of point {} overlap", sorted[i - 1].name,
                                sorted[i].name, name));
    if (!names.insert(sorted[i].name).second ||
        sorted[i].name.find_first_of(",*") != std::string::npos)
      refuse(name_, fmt::format("bin name \"{}\" of point {} stands twice or holds , or *",
                                sorted[i].name, name));
  }
  for (const CoverBin& bin : bins) point.bins.push_back({bin.name, 0, {}});
  points_.push_back(std::move(point));
}

void CoverGroup::cross(const std::string& name, const std::vector<std::string>& points) {
  if (const Point* known = find(name)) {
    if (known->crosses != points) refuse(name_, "cross " + name + " is declared with other points");
    return;
  }
  if (points.size() < 2) refuse(name_, "cross " + name + " needs two points or more");
  Point cross{name, {}, points, {{"", 0, {}}}};
  for (const std::string& part : points) {
    const Point* one = find(part);
    if (one == nullptr || !one->crosses.empty())
      refuse(name_, fmt::format("cross {} speaks of {}, which is no point", name, part));
    std::vector<BinState> all;
    for (const BinState& before : cross.bins)
      for (const BinState& bin : one->bins)
        all.push_back({before.name.empty() ? bin.name : before.name + "," + bin.name, 0, {}});
    if (all.size() > 1'000'000) refuse(name_, "cross " + name + " has more than a million bins");
    cross.bins = std::move(all);
  }
  points_.push_back(std::move(cross));
}

void CoverGroup::ignore(const std::string& point_or_cross, const std::vector<std::string>& bins,
                        const std::string& reason) {
  Point* const point = find(point_or_cross);
  if (point == nullptr) refuse(name_, "no point or cross " + point_or_cross);
  if (reason.empty()) refuse(name_, "an ignored bin needs a reason");
  const std::size_t parts = std::max<std::size_t>(1, point->crosses.size());
  if (bins.size() != parts)
    refuse(name_, fmt::format("{} needs {} bin names, not {}", point_or_cross, parts, bins.size()));
  bool any = false;
  for (BinState& bin : point->bins) {
    std::string_view rest = bin.name;
    bool same = true;
    for (const std::string& wanted : bins) {
      const std::string_view part = rest.substr(0, rest.find(','));
      same = same && (wanted == "*" || wanted == part);
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    }
    if (!same) continue;
    bin.ignored = reason;
    any = true;
  }
  if (!any) refuse(name_, fmt::format("{} has no bin {} to ignore", point_or_cross, joined(bins)));
}

void CoverGroup::sample(const std::map<std::string, std::int64_t>& values) {
  std::map<std::string, std::size_t> hit;  // point -> bin
  for (const auto& [name, value] : values) {
    Point* const point = find(name);
    if (point == nullptr || !point->crosses.empty()) refuse(name_, name + " is no point");
    for (std::size_t i = 0; i < point->ranges.size(); ++i)
      if (value >= point->ranges[i].low && value <= point->ranges[i].high) {
        ++point->bins[i].hits;
        hit[name] = i;
      }
  }
  for (Point& cross : points_) {
    if (cross.crosses.empty()) continue;
    std::size_t index = 0;
    bool all = true;
    for (const std::string& part : cross.crosses) {
      const auto at = hit.find(part);
      all = all && at != hit.end();
      if (all) index = index * find(part)->bins.size() + at->second;
    }
    if (all) ++cross.bins[index].hits;
  }
}

std::vector<std::pair<std::string, std::vector<BinState>>> CoverGroup::bins() const {
  std::vector<std::pair<std::string, std::vector<BinState>>> all;
  for (const Point& point : points_) all.emplace_back(point.name, point.bins);
  return all;
}

void CoverGroup::merge(const CoverGroup& other) {
  const auto differs = [this] {
    throw ToolError(fmt::format(
        "cover group {} is declared differently by another run: its results are of another version "
        "of the program; remove them and run again",
        name_));
  };
  if (points_.size() != other.points_.size()) differs();
  for (std::size_t i = 0; i < points_.size(); ++i) {
    Point& own = points_[i];
    const Point& theirs = other.points_[i];
    if (own.name != theirs.name || own.ranges != theirs.ranges || own.crosses != theirs.crosses)
      differs();
    for (std::size_t b = 0; b < own.bins.size(); ++b) {
      own.bins[b].hits += theirs.bins[b].hits;
      if (own.bins[b].ignored.empty()) own.bins[b].ignored = theirs.bins[b].ignored;
    }
  }
}

CoverGroup& FunctionalCoverage::group(const std::string& name) {
  return groups_.try_emplace(name, name).first->second;
}

void FunctionalCoverage::merge(const FunctionalCoverage& other) {
  for (const auto& [name, theirs] : other.groups_) {
    const auto [own, added] = groups_.try_emplace(name, theirs);
    if (!added) own->second.merge(theirs);
  }
}

std::vector<std::string> FunctionalCoverage::missing() const {
  std::vector<std::string> list;
  for (const auto& [name, group] : groups_)
    for (const auto& [point, bins] : group.bins())
      for (const BinState& bin : bins)
        if (bin.hits == 0 && bin.ignored.empty())
          list.push_back(fmt::format("{}.{}.{}", name, point, bin.name));
  return list;
}

double FunctionalCoverage::percent() const {
  std::uint64_t wanted = 0, hit = 0;
  for (const auto& [name, group] : groups_)
    for (const auto& [point, bins] : group.bins())
      for (const BinState& bin : bins)
        if (bin.ignored.empty()) {
          ++wanted;
          hit += bin.hits > 0 ? 1 : 0;
        }
  return wanted == 0 ? 100.0 : 100.0 * static_cast<double>(hit) / static_cast<double>(wanted);
}

std::string FunctionalCoverage::text() const {
  std::string all = fmt::format("functional coverage: {:.2f} % of the bins\n", percent());
  for (const auto& [name, group] : groups_)
    for (const auto& [point, bins] : group.bins()) {
      all += fmt::format("{}.{}\n", name, point);
      for (const BinState& bin : bins)
        all += fmt::format("  {:>12}  {}{}\n", bin.hits, bin.name,
                           !bin.ignored.empty() ? "  (ignored: " + bin.ignored + ")"
                           : bin.hits == 0      ? "  <- missing"
                                                : "");
    }
  return all;
}

}  // namespace sd::tb
