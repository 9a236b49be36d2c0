#include <algorithm>
#include <stdexcept>

#include "regions.hpp"
#include "step.hpp"

namespace sd::schedule {

namespace {

constexpr std::size_t load = static_cast<std::size_t>(Unit::load),
                      compute = static_cast<std::size_t>(Unit::compute),
                      store = static_cast<std::size_t>(Unit::store);

/// A command with what it must wait for, before it is known who gives the tokens.
struct Entry {
  Command command;
  std::size_t unit = 0;
  Needed needed{};
};

bool& push_to(Command& command, std::size_t from, std::size_t to) {
  // load -> compute -> store -> load: the neighbour ahead is next.
  return (from + 1) % unit_count == to ? command.tokens.push_next : command.tokens.push_prev;
}

bool& pop_from(Command& command, std::size_t to, std::size_t from) {
  return (from + 1) % unit_count == to ? command.tokens.pop_prev : command.tokens.pop_next;
}

class Writer {
 public:
  explicit Writer(const design::DesignPoint& design) : design_(design) {}

  std::vector<Command> write(const std::vector<Step>& steps, std::vector<int>& layer_of) {
    std::vector<bool> loaded;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Step& step = steps[i];
      if (i == 0) loaded.assign(step.loads.size(), false);
      load_rest(step, loaded, layer_of);
      loaded.clear();
      if (i + 1 < steps.size()) loaded = load_ahead(step, steps[i + 1], layer_of);
      add(step.compute, Unit::compute, step, layer_of);
      for (const Operation& operation : step.stores) add(operation, Unit::store, step, layer_of);
    }
    give_tokens();
    std::vector<Command> commands;
    for (Entry& entry : entries_) commands.push_back(std::move(entry.command));
    commands.push_back({{}, 0, End{}});
    for (std::size_t i = 0; i < commands.size(); ++i)
      commands[i].id = static_cast<std::uint16_t>(i);
    return commands;
  }

 private:
  void load_rest(const Step& step, const std::vector<bool>& loaded, std::vector<int>& layer_of) {
    for (std::size_t k = 0; k < step.loads.size(); ++k)
      if (!loaded[k]) add(step.loads[k], Unit::load, step, layer_of);
  }

  /// The loads of the next step that this step's results and reads do not stand in the way of. What
  /// a load may not overtake stays behind with those of the same memory after it.
  std::vector<bool> load_ahead(const Step& step, const Step& next, std::vector<int>& layer_of) {
    auto held_up = accesses_of(step.compute, design_, step.weight_words);
    for (const Operation& operation : step.stores)
      for (const Access& access : accesses_of(operation, design_)) held_up.push_back(access);
    std::vector<bool> loaded;
    for (const Operation& operation : next.loads) {
      const auto accesses = accesses_of(operation, design_);
      loaded.push_back(!conflict(accesses, held_up));
      if (loaded.back())
        add(operation, Unit::load, next, layer_of);
      else
        held_up.insert(held_up.end(), accesses.begin(), accesses.end());
    }
    return loaded;
  }

  void add(const Operation& operation, Unit unit, const Step& step, std::vector<int>& layer_of) {
    Entry entry{{{}, 0, operation}, static_cast<std::size_t>(unit), {}};
    const auto accesses =
        accesses_of(operation, design_, unit == Unit::compute ? step.weight_words : 0);
    entry.needed = regions_.needed(unit, accesses);
    const std::int64_t number = ++counts_[entry.unit];
    regions_.touch(unit, number, accesses);
    if (unit == Unit::compute) set_fence(entry, number);
    entries_.push_back(std::move(entry));
    layer_of.push_back(step.layer);
  }

  /// A COMPUTE that touches what one that may still run writes, or writes what that one reads.
  /// (VECTOR waits by itself, and so does what comes behind it.)
  void set_fence(Entry& entry, std::int64_t number) {
    auto* command = std::get_if<Compute>(&entry.command.operation);
    const bool vector = command == nullptr;
    if (vector) {
      complete_ = number;  // itself included, for whatever follows
    } else if (entry.needed[compute] > complete_) {
      command->fence = 1;
      complete_ = number - 1;
    }
  }

  /// Waiting for the n-th command of a unit is taking the token that it gives; both units meet
  /// their commands in one order, so that tokens need no names.
  void give_tokens() {
    for (const auto& [from, to] :
         {std::pair{load, compute}, std::pair{compute, load}, std::pair{compute, store},
          std::pair{store, compute}, std::pair{store, load}}) {
      std::vector<Entry*> givers;
      for (Entry& entry : entries_)
        if (entry.unit == from) givers.push_back(&entry);
      std::int64_t taken = 0;
      for (Entry& entry : entries_) {
        if (entry.unit != to || entry.needed[from] <= taken) continue;
        taken = entry.needed[from];
        push_to(givers[static_cast<std::size_t>(taken - 1)]->command, from, to) = true;
        pop_from(entry.command, to, from) = true;
      }
    }
    // There is no token from load to store.
    for (const Entry& entry : entries_)
      if (entry.unit == store && entry.needed[load] > 0)
        throw std::logic_error("schedule: a store would have to wait for a load");
  }

  const design::DesignPoint& design_;
  Regions regions_;
  std::vector<Entry> entries_;
  Needed counts_{};
  std::int64_t complete_ = 0;  ///< so many commands of the compute unit are complete for sure
};

}  // namespace

std::vector<Command> command_list(const std::vector<Step>& steps, const design::DesignPoint& design,
                                  std::vector<int>& layer_of) {
  return Writer(design).write(steps, layer_of);
}

}  // namespace sd::schedule
