#include "rtl/hcl/register_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <stdexcept>

#include "rtl/hcl/error.hpp"

namespace hcl {

namespace {

std::string with_case(std::string text, int (*change)(int)) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [&](unsigned char c) { return static_cast<char>(change(c)); });
  return text;
}
std::string lower(const std::string& text) {
  return with_case(text, [](int c) { return std::tolower(c); });
}
std::string upper(const std::string& text) {
  return with_case(text, [](int c) { return std::toupper(c); });
}

bool is_upper_case(const std::string& name) {
  return !name.empty() && name[0] >= 'A' && name[0] <= 'Z' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

/// In a cell of a table.
std::string cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::uint64_t mask_of(const RegisterMap::Field& field) {
  return (field.width() >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << field.width()) - 1)
         << field.low;
}

std::uint64_t reset_of(const RegisterMap::Register& reg) {
  std::uint64_t value = 0;
  for (const RegisterMap::Field& field : reg.fields) value |= field.reset << field.low;
  return value;
}

/// A word of fields, zeros between them.
UInt word_of(const std::map<int, UInt>& fields, int data_bits) {
  std::vector<UInt> parts;
  int next = data_bits;
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    const int end = field->first + field->second.width();
    if (next > end) parts.push_back(u(0, next - end));
    parts.push_back(field->second);
    next = field->first;
  }
  if (next > 0) parts.push_back(u(0, next));
  return cat(parts);
}

}  // namespace

std::string access_name(Access access) {
  switch (access) {
    case Access::read_only:
      return "RO";
    case Access::read_write:
      return "RW";
    case Access::write_one_to_clear:
      return "W1C";
    case Access::write_one_to_act:
      break;
  }
  return "W1P";
}

RegisterMap& RegisterMap::reg(std::uint32_t offset, std::string name, std::string about,
                              Where where) {
  const auto report = [&](std::string what, std::string remedy) {
    problems_.push_back({name_, name, std::move(what), std::move(remedy), {where}});
  };
  const auto bytes = static_cast<std::uint32_t>(data_bits_ / 8);
  if (!is_upper_case(name)) report("is not an UPPER_CASE name", "use letters, digits and _");
  if (offset % bytes != 0)
    report(fmt::format("stands at offset {:#x}, not a multiple of {} bytes", offset, bytes),
           "align it");
  for (const Register& other : registers_) {
    if (other.offset == offset)
      report(fmt::format("stands at offset {:#x} like {}", offset, other.name),
             "give it an offset of its own");
    if (other.name == name) report("is described twice", "give it a name of its own");
  }
  registers_.push_back({std::move(name), offset, std::move(about), {}});
  return *this;
}

RegisterMap& RegisterMap::field(std::string name, int high, int low, Access access,
                                std::string about, std::uint64_t reset, Where where) {
  const auto report = [&](std::string what, std::string remedy) {
    problems_.push_back({name_,
                         registers_.empty() ? name : registers_.back().name + "." + name,
                         std::move(what),
                         std::move(remedy),
                         {where}});
  };
  if (registers_.empty()) {
    report("is a field before the first register", "call reg first");
    return *this;
  }
  if (!is_upper_case(name)) report("is not an UPPER_CASE name", "use letters, digits and _");
  if (low < 0 || high < low || high >= data_bits_) {
    report(fmt::format("is given bits {}:{} of {}", high, low, data_bits_),
           "give the high bit, then the low one");
    return *this;
  }
  Field made{std::move(name), high, low, access, reset, std::move(about)};
  name = made.name;
  if (static_cast<int>(std::bit_width(reset)) > made.width())
    report(fmt::format("has {} bits and is reset to {}", made.width(), reset),
           "make it wider, or give a value that it holds");
  const bool keeps = access == Access::read_write || access == Access::write_one_to_clear;
  if (reset != 0 && !keeps)
    report("keeps nothing and has a reset value", "leave the reset value out");
  for (const Field& other : registers_.back().fields) {
    if (other.name == made.name) report("is described twice", "give it a name of its own");
    if ((mask_of(other) & mask_of(made)) != 0)
      report(fmt::format("shares bits with {}", other.name), "give it bits of its own");
  }
  registers_.back().fields.push_back(std::move(made));
  return *this;
}

int RegisterMap::offset_bits() const {
  std::uint32_t last = 0;
  for (const Register& reg : registers_) last = std::max(last, reg.offset);
  return clog2(std::int64_t{last} + data_bits_ / 8);
}

void RegisterMap::check() const {
  std::vector<Problem> all = problems_;
  if (data_bits_ != 32 && data_bits_ != 64)
    all.push_back({name_, "", fmt::format("registers of {} bits", data_bits_), "use 32 or 64", {}});
  if (registers_.empty())
    all.push_back({name_, "", "a register map without registers", "describe some with reg", {}});
  if (!all.empty()) throw ElaborationError(std::move(all));
}

std::string RegisterMap::c_header() const {
  check();
  const std::string prefix = upper(name_);
  const char* suffix = data_bits_ == 64 ? "ull" : "u";
  std::string text = fmt::format("/* Registers of {}.{} Generated, do not edit. */\n", name_,
                                 about_.empty() ? "" : " " + about_);
  text += fmt::format("#ifndef {0}_REGISTERS_H\n#define {0}_REGISTERS_H\n\n#include <stdint.h>\n",
                      prefix);
  std::vector<const Register*> sorted;
  for (const Register& reg : registers_) sorted.push_back(&reg);
  std::sort(sorted.begin(), sorted.end(),
            [](const Register* a, const Register* b) { return a->offset < b->offset; });
  for (const Register* reg : sorted) {
    const std::string stem = prefix + "_" + reg->name;
    text += fmt::format("\n/* {} */\n", reg->about);
    text += fmt::format("#define {}_OFFSET {:#x}u\n", stem, reg->offset);
    text += fmt::format("#define {}_RESET {:#x}{}\n", stem, reset_of(*reg), suffix);
    for (const Field& field : reg->fields) {
      text += fmt::format("/* {}: {} */\n", access_name(field.access), field.about);
      text += fmt::format("#define {}_{}_SHIFT {}\n", stem, field.name, field.low);
      text += fmt::format("#define {}_{}_WIDTH {}\n", stem, field.name, field.width());
      text += fmt::format("#define {}_{}_MASK {:#x}{}\n", stem, field.name, mask_of(field), suffix);
    }
  }
  text += fmt::format("\ntypedef struct {{\n");
  const auto bytes = static_cast<std::uint32_t>(data_bits_ / 8);
  std::uint32_t next = 0;
  for (const Register* reg : sorted) {
    if (reg->offset > next)
      text += fmt::format("  uint{}_t reserved_{:x}[{}];\n", data_bits_, next,
                          (reg->offset - next) / bytes);
    text += fmt::format("  volatile uint{}_t {};\n", data_bits_, lower(reg->name));
    next = reg->offset + bytes;
  }
  text += fmt::format("}} {}_registers_t;\n", lower(name_));
  return text + fmt::format("\n#endif /* {}_REGISTERS_H */\n", prefix);
}

std::string RegisterMap::markdown() const {
  check();
  std::string text = fmt::format("# Registers of {}\n\n", name_);
  if (!about_.empty()) text += about_ + "\n\n";
  text += fmt::format(
      "Registers of {} bits; offsets in bytes. RO read only, RW read and write, W1C "
      "write one to clear, W1P write one to act.\n\n",
      data_bits_);
  text += "| offset | register | bits | field | access | reset | meaning |\n";
  text += "|---|---|---|---|---|---|---|\n";
  for (const Register& reg : registers_) {
    text += fmt::format("| {:#04x} | `{}` | | | | {:#x} | {} |\n", reg.offset, reg.name,
                        reset_of(reg), cell(reg.about));
    for (const Field& field : reg.fields)
      text += fmt::format("| | | {} | `{}` | {} | {:#x} | {} |\n",
                          field.width() == 1 ? std::to_string(field.low)
                                             : fmt::format("{}:{}", field.high, field.low),
                          field.name, access_name(field.access), field.reset, cell(field.about));
  }
  return text;
}

RegisterFileIo::RegisterFileIo(Ports& p, const RegisterMap& map)
    : write(p.input<Valid<RegisterWrite>>("write", map.offset_bits(), map.data_bits())),
      read_offset(p.input<UInt>("read_offset", map.offset_bits())),
      read_data(p.output<UInt>("read_data", map.data_bits())) {
  for (const RegisterMap::Register& reg : map.registers())
    for (const RegisterMap::Field& field : reg.fields) {
      const std::string name = lower(reg.name + "_" + field.name);
      const bool is_input =
          field.access == Access::read_only || field.access == Access::write_one_to_clear;
      fields_.emplace(reg.name + "." + field.name, is_input ? p.input<UInt>(name, field.width())
                                                            : p.output<UInt>(name, field.width()));
    }
}

const UInt& RegisterFileIo::operator[](const std::string& field) const {
  const auto found = fields_.find(field);
  if (found == fields_.end())
    throw std::out_of_range(fmt::format("the register map has no field {}", field));
  return found->second;
}

RegisterFile::RegisterFile(Context& at, const RegisterMap& map)
    : Module(at,
             ModuleName("register_file")
                 .with("MAP", lower(map.name()))
                 .about("The registers that software sees of " + map.name() + "."),
             map) {
  map.check();
  io.read_data <<= 0;
  for (const RegisterMap::Register& reg : map.registers()) {
    const std::string stem = lower(reg.name);
    const bool can_be_written = std::any_of(
        reg.fields.begin(), reg.fields.end(),
        [](const RegisterMap::Field& field) { return field.access != Access::read_only; });
    const Bool hit = io.write.valid & (io.write.bits.offset == reg.offset);
    const Bool is_written = can_be_written ? name(stem + "_written", hit) : hit;
    std::map<int, UInt> shown;  // by the lowest bit
    for (const RegisterMap::Field& field : reg.fields) {
      const UInt& port = io[reg.name + "." + field.name];
      const UInt data = io.write.bits.data.bits(field.high, field.low);
      const UInt mask = io.write.bits.mask.bits(field.high, field.low);
      switch (field.access) {
        case Access::read_only:
          shown.emplace(field.low, port);
          break;
        case Access::read_write: {
          auto kept =
              this->reg<UInt>(stem + "_" + lower(field.name), Reset{field.reset}, field.width());
          when(is_written, [&] { kept <<= (kept & ~mask) | (data & mask); });
          port <<= kept;
          shown.emplace(field.low, kept);
          break;
        }
        case Access::write_one_to_clear: {
          auto kept =
              this->reg<UInt>(stem + "_" + lower(field.name), Reset{field.reset}, field.width());
          kept <<= kept | port;
          when(is_written, [&] { kept <<= (kept & ~(data & mask)) | port; });
          shown.emplace(field.low, kept);
          break;
        }
        case Access::write_one_to_act:
          port <<= mux(is_written, data & mask, u(0, field.width()));
          break;
      }
    }
    when(io.read_offset == reg.offset, [&] { io.read_data <<= word_of(shown, map.data_bits()); });
  }
}

}  // namespace hcl
