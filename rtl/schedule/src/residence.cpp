#include "residence.hpp"

#include <algorithm>
#include <numeric>

#include "task_shape.hpp"

namespace sd::schedule {

namespace {

/// Something that takes words of the input buffer during some tasks.
struct Tenant {
  std::int64_t words = 0;
  int first_task = 0, last_task = 0;
  int map = -1;
  std::int64_t word = 0;
};

/// Largest first, each at the lowest place that is free during its tasks. False if one does not
/// fit.
bool settle(std::vector<Tenant>& tenants, std::int64_t capacity) {
  std::stable_sort(tenants.begin(), tenants.end(),
                   [](const Tenant& a, const Tenant& b) { return a.words > b.words; });
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    Tenant& tenant = tenants[i];
    std::vector<const Tenant*> others;
    for (std::size_t k = 0; k < i; ++k)
      if (tenants[k].first_task <= tenant.last_task && tenant.first_task <= tenants[k].last_task)
        others.push_back(&tenants[k]);
    std::sort(others.begin(), others.end(),
              [](const Tenant* a, const Tenant* b) { return a->word < b->word; });
    tenant.word = 0;
    for (const Tenant* other : others)
      if (other->word < tenant.word + tenant.words)
        tenant.word = std::max(tenant.word, other->word + other->words);
    if (tenant.word + tenant.words > capacity) return false;
  }
  return true;
}

class Chooser {
 public:
  Chooser(NetworkPlan& plan, const pack::PackedModel& model, const design::DesignPoint& design)
      : plan_(plan), design_(design) {
    for (const Task& task : plan.tasks) needs_.push_back(needs_of(model, plan, task, design));
  }

  void choose() {
    for (const int index : by_benefit()) {
      Map& map = plan_.maps[static_cast<std::size_t>(index)];
      map.resident = true;
      if (!fits()) map.resident = false;
    }
    fits();  // places the maps that stay
    for (Map& map : plan_.maps)
      if (!map.resident) map.in_dram = true;
  }

  std::vector<Room> rooms() const {
    std::vector<Room> rooms;
    for (int t = 0; t < static_cast<int>(plan_.tasks.size()); ++t) rooms.push_back(room_of(t));
    return rooms;
  }

 private:
  /// DRAM traffic saved per word and task, in words.
  [[nodiscard]] double benefit(int index) const {
    const Map& map = plan_.maps[static_cast<std::size_t>(index)];
    int uses = map.in_dram ? 0 : 1;  // the write
    for (const Task& task : plan_.tasks) {
      for (const View& input : task.inputs) uses += input.map == index ? 1 : 0;
      uses += task.fused_add >= 0 && task.residual.map == index ? 1 : 0;
    }
    return static_cast<double>(uses) / (map.last_task - map.first_task + 1);
  }

  [[nodiscard]] std::vector<int> by_benefit() const {
    std::vector<int> order;
    for (int i = 0; i < static_cast<int>(plan_.maps.size()); ++i) {
      const Map& map = plan_.maps[static_cast<std::size_t>(i)];
      if (!map.must_stay_off_chip && map.first_task >= 0 && map.last_task > map.first_task)
        order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return benefit(a) > benefit(b); });
    return order;
  }

  bool fits() {
    std::vector<Tenant> tenants;
    for (int i = 0; i < static_cast<int>(plan_.maps.size()); ++i) {
      const Map& map = plan_.maps[static_cast<std::size_t>(i)];
      if (map.resident) tenants.push_back({map.words(design_), map.first_task, map.last_task, i});
    }
    for (int t = 0; t < static_cast<int>(plan_.tasks.size()); ++t) {
      const std::int64_t words = least_words(needs_[static_cast<std::size_t>(t)], plan_.maps);
      // What does not fit at all is for the caller to find.
      if (words > 0 && words <= design_.input_words()) tenants.push_back({words, t, t});
    }
    if (!settle(tenants, design_.input_words())) return false;
    for (const Tenant& tenant : tenants)
      if (tenant.map >= 0) plan_.maps[static_cast<std::size_t>(tenant.map)].word = tenant.word;
    return true;
  }

  /// The largest gap between the maps that are alive.
  [[nodiscard]] Room room_of(int task) const {
    std::vector<std::pair<std::int64_t, std::int64_t>> taken;
    for (const Map& map : plan_.maps)
      if (map.resident && map.first_task <= task && task <= map.last_task)
        taken.emplace_back(map.word, map.word + map.words(design_));
    std::sort(taken.begin(), taken.end());
    taken.emplace_back(design_.input_words(), design_.input_words());
    Room room;
    std::int64_t free_from = 0;
    for (const auto& [begin, end] : taken) {
      if (begin - free_from > room.words) room = {free_from, begin - free_from};
      free_from = std::max(free_from, end);
    }
    return room;
  }

  NetworkPlan& plan_;
  const design::DesignPoint& design_;
  std::vector<TaskNeeds> needs_;  ///< per task
};

}  // namespace

std::vector<Room> choose_residences(NetworkPlan& plan, const pack::PackedModel& model,
                                    const design::DesignPoint& design,
                                    const ScheduleOptions& options) {
  Chooser chooser(plan, model, design);
  if (options.keep_on_chip) {
    chooser.choose();
  } else {
    for (Map& map : plan.maps) map.in_dram = true;
  }
  return chooser.rooms();
}

}  // namespace sd::schedule
