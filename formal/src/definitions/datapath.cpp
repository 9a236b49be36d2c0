// The arithmetic blocks, each in the transaction that its definition describes.
#include <fmt/format.h>

#include "definitions/definitions.hpp"
#include "formal/proofs.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/booth_recoder.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/mac.hpp"
#include "rtl/accelerator/compute/rebuild_engine.hpp"

namespace sd::formal {

using namespace hcl;

Proof equivalence(const std::string& name, const std::string& what, const std::string& parameters,
                  const Definition& gold, int cycles, const std::function<Task()>& gate,
                  const std::vector<std::string>& fault_modules) {
  Proof proof;
  proof.name = name;
  proof.what = what;
  proof.parameters = parameters;
  proof.method = Method::equivalence;
  proof.depth = cycles;
  proof.task = gate;
  proof.gold = gold;
  proof.fault_modules = fault_modules;
  proof.faults = 6;
  proof.faults_refuted_at_least = 4;
  return proof;
}

namespace {

/// `value`, or 0 in its place where it is over `largest`: a proof over all inputs then is one over
/// the legal ones.
UInt legal(const UInt& value, int largest) {
  return mux(value <= largest, value, u(0, value.width()));
}

/// Every magnitude legal.
UInt legal_codes(const UInt& codes, const design::DesignPoint& point) {
  std::vector<UInt> parts;
  const int bits = point.code_bits();
  for (int j = point.rank - 1; j >= 0; --j) {
    parts.push_back(codes.bits((j + 1) * bits - 1, (j + 1) * bits - 1));
    parts.push_back(legal(codes.bits((j + 1) * bits - 2, j * bits), point.levels));
  }
  return cat(parts);
}

/// Step 0 loads a row, step 1 writes its low byte into one register and loads the second row, step
/// 2 writes the second row's weight into a register; step 3 shows one of the two.
Task rebuild_gate(const design::DesignPoint& point) {
  return task(elaborate(ModuleName("rebuild_transaction"), [&](TopModule& m) {
    const auto step = m.input<UInt>("step", 4);
    auto dut = m.instance<rtl::RebuildEngine>("u_dut", point);
    const int index_bits = rtl::run_index_bits(point), last = 2 * point.columns - 1;
    const Bool first = m.name("first", step == 0), second = m.name("second", step == 1);
    const Bool third = m.name("third", step == 2);
    const auto codes_a = m.input<UInt>("codes_a", point.row_bits());
    const UInt codes_b = legal_codes(m.input<UInt>("codes_b", point.row_bits()), point);
    const auto other_codes = m.input<UInt>("noise_codes", point.row_bits());
    const UInt index_a = m.name("index_a", legal(m.input<UInt>("first_index", index_bits), last));
    const UInt index_b = m.name("index_b", legal(m.input<UInt>("second_index", index_bits), last));
    dut.load <<= first | second;
    dut.codes <<= mux(first, codes_a, mux(second, codes_b, other_codes));
    dut.fill <<= second | third;
    dut.fill_index <<= mux(third, index_b, index_a);
    dut.run_index <<= mux(m.input<Bool>("of_second"), index_b, index_a);
    dut.shift <<= m.input<UInt>("shift", 5);
    dut.bypass <<= second | m.input<Bool>("bypass_b");
    for (int j = 0; j < point.rank; ++j)
      dut.basis[j] <<= m.input<UInt>(fmt::format("basis_{}", j), 8);
    m.output<UInt>("weight", 8) <<= dut.weight.as_uint();
  }));
}

/// Step 0 clears the sum, steps 1 to 4 add a digit each, of weight 1, as long as there are any.
Task booth_gate() {
  return task(elaborate(ModuleName("booth_transaction"), [&](TopModule& m) {
    const auto step = m.input<UInt>("step", 4);
    auto recoder = m.instance<rtl::BoothRecoder>("u_recoder");
    auto mac = m.instance<rtl::MacBooth>("u_mac", 1);
    auto taken = m.reg<UInt>("taken", no_reset, 4);
    auto sum = m.reg<UInt>("sum", no_reset, 32);
    const Bool first = m.name("first", step == 0);
    recoder.activation <<= m.input<SInt>("activation", 8).as_uint();
    recoder.taken <<= taken;
    taken <<= mux(first, u(0, 4), mux(recoder.digit, recoder.taken_after, taken));
    mac.replace <<= false;
    mac.before <<= sum;
    mac.digit <<= recoder.digit.as_uint();
    mac.weight <<= s(1, 8);
    mac.negate <<= (recoder.negate & recoder.digit).as_uint();
    mac.shift <<= recoder.shift;
    sum <<= mux(first, u(0, 32), mac.after);
    m.output<SInt>("value", 32) <<= sum.as_sint();
    // A digit is left in the step after `last` never, and in the last step never.
    auto was_last = m.reg<Bool>("was_last", no_reset);
    auto wrong = m.reg<Bool>("wrong", no_reset);
    was_last <<= recoder.last & !first;
    wrong <<= !first & (wrong | (was_last & recoder.digit));
    m.output<Bool>("left") <<= recoder.digit | wrong;
  }));
}

/// One step of a row of two lanes, from any sums.
template <class Mac, class Connect>
Task mac_gate(const std::string& name, const Connect& connect) {
  return task(elaborate(ModuleName(name), [&](TopModule& m) {
    auto mac = m.instance<Mac>("u_dut", 2);
    mac.replace <<= m.input<Bool>("replace");
    mac.before <<= m.input<UInt>("before", 64);
    mac.weight <<= m.input<SInt>("weight", 8);
    connect(m, mac);
    m.output<UInt>("after", 64) <<= mac.after;
  }));
}

Proof rebuild_proof(int rank, int levels, int columns) {
  design::DesignPoint point;
  point.rank = rank;
  point.levels = levels;
  point.columns = columns;
  Proof proof = equivalence(
      fmt::format("rebuild_rank{}_levels{}_columns{}", rank, levels, columns),
      "RebuildEngine: weights, bypass and registers equal sat_8(round_shift(sum, q))",
      fmt::format("rank {}, levels {}, {} columns, q 0 to 31", rank, levels, columns),
      rebuild_definition(point), 3, [point] { return rebuild_gate(point); }, {"rebuild_engine"});
  proof.faults = 4;
  // With one level nothing is shifted: a changed shift is none.
  proof.faults_refuted_at_least = levels == 1 ? 1 : 2;
  return proof;
}

}  // namespace

std::vector<Proof> datapath_proofs() {
  std::vector<Proof> proofs;
  // Every rank, every number of levels and every width of a code; the paper's 3 x 7 and the
  // default 4 x 3 among them, and the largest.
  for (const auto& [rank, levels, columns] : {std::tuple{2, 7, 3},
                                              {3, 7, 3},
                                              {4, 3, 3},
                                              {4, 1, 2},
                                              {5, 2, 5},
                                              {5, 4, 3},
                                              {6, 5, 3},
                                              {3, 6, 7},
                                              {6, 7, 3}})
    proofs.push_back(rebuild_proof(rank, levels, columns));

  proofs.push_back(equivalence(
      "booth_digits", "BoothRecoder and MacBooth: at most four digits, whose sum is the activation",
      "all 2^8 activations", booth_digits_definition(), 5, [] { return booth_gate(); },
      {"booth_recoder", "mac_booth"}));
  proofs.push_back(equivalence(
      "mac_booth_step", "MacBooth: a lane with a digit adds +-(weight << shift) to any sum",
      "2 lanes, 32-bit sums", mac_booth_definition(), 0,
      [] {
        return mac_gate<rtl::MacBooth>("step_of_mac_booth", [](TopModule& m, const auto& mac) {
          const auto digit = m.input<UInt>("digit", 2);
          mac.digit <<= digit;
          mac.negate <<= digit & m.input<UInt>("negate", 2);
          mac.shift <<= m.input<UInt>("shift", 6);
        });
      },
      {"mac_booth"}));
  proofs.push_back(equivalence("mac_parallel_step",
                               "MacParallel: a lane adds weight * activation to any sum",
                               "2 lanes, 32-bit sums", mac_parallel_definition(), 0,
                               [] {
                                 return mac_gate<rtl::MacParallel>(
                                     "step_of_mac_parallel", [](TopModule& m, const auto& mac) {
                                       mac.activations <<= m.input<UInt>("activations", 16);
                                     });
                               },
                               {"mac_parallel"}));

  proofs.push_back(
      equivalence("round_shift", "round_shift: (v + (1 << (k - 1))) >> k, and v for 0",
                  "values of 48 bits, k 0 to 47", round_shift_definition(48, 6), 0,
                  [] {
                    return task(elaborate(ModuleName("round_shift_alone"), [](TopModule& m) {
                      const SInt result =
                          rtl::round_shift(m.input<SInt>("value", 48), m.input<UInt>("shift", 6));
                      m.output<SInt>("result", result.width()) <<= result;
                    }));
                  },
                  {"round_shift_alone"}));
  proofs.back().faults_refuted_at_least = 2;  // it is two operations long
  proofs.push_back(equivalence(
      "saturate_8", "saturate_8: to -128 .. 127", "values of 49 bits", saturate_definition(49), 0,
      [] {
        return task(elaborate(ModuleName("saturate_alone"), [](TopModule& m) {
          m.output<SInt>("result", 8) <<= rtl::saturate_8(m.input<SInt>("value", 49));
        }));
      },
      {"saturate_alone"}));
  proofs.back().faults_refuted_at_least = 3;  // at the two limits `<` and `<=` are one

  for (Proof& proof : output_stage_proofs()) proofs.push_back(std::move(proof));
  return proofs;
}

}  // namespace sd::formal
