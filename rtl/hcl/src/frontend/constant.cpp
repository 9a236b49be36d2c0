// Numbers that keep their names in the text.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "frontend/node.hpp"
#include "rtl/hcl/module.hpp"

namespace hcl {

UInt ModuleBase::constant(const Name& name, std::int64_t value) {
  if (value < 0) {
    module_->report(name.text, fmt::format("is a constant and is given {}", value),
                    "give a number that is not negative", {name.where});
    value = 0;
  }
  const graph::Constant& named = module_->constants.emplace_back(
      graph::Constant{name.text, static_cast<std::uint64_t>(value), name.where});
  return UInt(frontend::constant(named, name.where));
}

UInt ModuleBase::parameter(const Name& name) {
  const auto same_name = [&](const auto& known) { return known.name == name.text; };
  if (const auto known =
          std::find_if(module_->constants.begin(), module_->constants.end(), same_name);
      known != module_->constants.end())
    return UInt(frontend::constant(*known, name.where));
  for (const auto& [parameter, text] : module_->parameters) {
    if (parameter != name.text) continue;
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, value);
        read.ec == std::errc() && read.ptr == end)
      return constant(name, value);
    module_->report(name.text, fmt::format("is the parameter {} and is used as a number", text),
                    "give ModuleName::with a number", {name.where, module_->where});
    return UInt(frontend::literal({1}, 0, name.where));
  }
  module_->report(name.text, "is no parameter of this module", "say it with ModuleName::with",
                  {name.where, module_->where});
  return UInt(frontend::literal({1}, 0, name.where));
}

}  // namespace hcl
