// Registers that software sees: one description gives the hardware, a C header and a Markdown
// table.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rtl/hcl/error.hpp"
#include "rtl/hcl/module.hpp"

namespace hcl {

/// What software may do with a field.
enum class Access {
  read_only,           ///< shows an input of the hardware
  read_write,          ///< software's own; the hardware reads it
  write_one_to_clear,  ///< set by the hardware, cleared where software writes ones
  write_one_to_act,    ///< a pulse of one cycle where software writes ones; reads zero
};
/// `RO`, `RW`, `W1C`, `W1P`.
[[nodiscard]] std::string access_name(Access access);

/// A description of registers, built in reading order:
///
///   RegisterMap map("timer", "A timer.");
///   map.reg(0x0, "CONTROL", "Starts and stops.")
///       .field("ENABLE", 0, 0, Access::read_write, "Counts while set.")
///       .reg(0x4, "COUNT", "Cycles counted.")
///       .field("VALUE", 31, 0, Access::read_only, "Since the last start.");
class RegisterMap {
 public:
  struct Field {
    std::string name;  ///< UPPER_CASE
    int high, low;
    Access access;
    std::uint64_t reset;
    std::string about;
    [[nodiscard]] int width() const { return high - low + 1; }
    bool operator==(const Field&) const = default;
  };
  struct Register {
    std::string name;  ///< UPPER_CASE
    std::uint32_t offset;
    std::string about;
    std::vector<Field> fields;
    bool operator==(const Register&) const = default;
  };

  /// `data_bits`: bits of a register, 32 or 64; offsets are in bytes and multiples of that.
  explicit RegisterMap(std::string name, std::string about = "", int data_bits = 32)
      : name_(std::move(name)), about_(std::move(about)), data_bits_(data_bits) {}
  RegisterMap& reg(std::uint32_t offset, std::string name, std::string about,
                   Where where = Where::current());
  /// A field of the last register.
  RegisterMap& field(std::string name, int high, int low, Access access, std::string about,
                     std::uint64_t reset = 0, Where where = Where::current());

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] int data_bits() const { return data_bits_; }
  [[nodiscard]] const std::vector<Register>& registers() const { return registers_; }
  /// Bits of an offset.
  [[nodiscard]] int offset_bits() const;

  /// Throws ElaborationError with everything that is wrong: offsets that overlap or do not align,
  /// fields that overlap, do not fit, have the name of another or a reset value that they cannot
  /// hold.
  void check() const;
  /// Offsets, shifts, masks and reset values as macros, and a struct of the registers. C99.
  [[nodiscard]] std::string c_header() const;
  [[nodiscard]] std::string markdown() const;

  bool operator==(const RegisterMap& other) const {
    return name_ == other.name_ && data_bits_ == other.data_bits_ && registers_ == other.registers_;
  }

 private:
  std::string name_, about_;
  int data_bits_;
  std::vector<Register> registers_;
  std::vector<Problem> problems_;
};

/// A write of the masked bits of a register.
struct RegisterWrite {
  UInt offset, data, mask;
  RegisterWrite(Fields& f, int offset_bits, int data_bits)
      : offset(f.field<UInt>("offset", offset_bits)),
        data(f.field<UInt>("data", data_bits)),
        mask(f.field<UInt>("mask", data_bits)) {}
};

struct RegisterFileIo {
  Valid<RegisterWrite> write;
  UInt read_offset;
  UInt read_data;  ///< in the same cycle; zero where there is no register
  RegisterFileIo(Ports& p, const RegisterMap& map);
  /// The field's side of the hardware, by `REGISTER.FIELD`: an input for `read_only` (its value)
  /// and `write_one_to_clear` (bits to set, which win over clearing), an output for the others.
  /// Throws std::out_of_range naming the field.
  [[nodiscard]] const UInt& operator[](const std::string& field) const;

 private:
  std::map<std::string, UInt> fields_;
};

/// The registers of a map, behind a port that any bus can drive.
class RegisterFile : public Module<RegisterFileIo> {
 public:
  RegisterFile(Context& at, const RegisterMap& map);
};

}  // namespace hcl
