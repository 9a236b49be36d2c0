// Random trees of conditions and drives, as hardware and as a program that an interpreter runs.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "rtl/hcl/hcl.hpp"

namespace hcl::test {

inline constexpr int soup_conditions = 5;  ///< Boolean inputs c0 ...
inline constexpr int soup_wires = 4;      ///< outputs w0 ..., 6 bits; wire k may read wires below k
inline constexpr int soup_registers = 4;  ///< outputs r0 ..., 6 bits

/// What a drive gives: constant + input d + one register + (if `wire` >= 0) one wire, modulo 64.
struct SoupValue {
  int constant = 0, reg = 0, wire = -1;
  bool data = false;
};

struct SoupStatement {
  enum class Form { drive_wire, drive_register, when, choose } form = Form::drive_wire;
  int target = 0;
  SoupValue value;
  std::vector<int> conditions;  ///< when: one input a branch; choose: labels of the 2-bit selector
  std::vector<std::vector<SoupStatement>>
      branches;  ///< one more than conditions if there is an otherwise
};

struct SoupProgram {
  explicit SoupProgram(std::uint32_t seed);
  std::vector<SoupStatement> body;

  struct Inputs {
    std::vector<bool> conditions;
    int selector = 0, data = 0;
  };
  /// The wires' values in this cycle, and the registers' values in the next.
  void run(const Inputs& inputs, const std::vector<int>& registers, std::vector<int>& wires,
           std::vector<int>& next) const;
};

struct StatementSoupIo {
  std::vector<Bool> conditions;
  UInt selector, data;
  std::vector<UInt> wires, registers;
  explicit StatementSoupIo(Ports& p);
};

class StatementSoup : public Module<StatementSoupIo> {
 public:
  StatementSoup(Context& at, std::uint32_t seed);

 private:
  void build(const std::vector<SoupStatement>& block);
  [[nodiscard]] UInt value(const SoupValue& v) const;
  std::vector<UInt> wires_, registers_;
};

}  // namespace hcl::test
