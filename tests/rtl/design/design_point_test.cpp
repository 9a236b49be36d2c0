#include "rtl/design/design_point.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <set>

namespace {

using namespace sd::design;
using testing::HasSubstr;

std::string error_of(const std::function<void(DesignPoint&)>& change) {
  DesignPoint point;
  change(point);
  try {
    validate(point);
  } catch (const DesignError& error) {
    return error.what();
  }
  return "";
}

TEST(DesignPoint, DefaultIsValidAndDerivesAsWorkedOutByHand) {
  const DesignPoint p;
  EXPECT_NO_THROW(validate(p));
  EXPECT_EQ(p.code_bits(), 3);  // 7 codes
  EXPECT_EQ(p.row_bits(), 12);
  EXPECT_EQ(p.weight_word_bits(), 96);
  EXPECT_EQ(p.weight_words(), 1365);
  EXPECT_EQ(p.row_align_bytes(), 8);
  EXPECT_EQ(p.window_bytes(), 17);
  EXPECT_EQ(p.beat_segments(1), 4);
  EXPECT_EQ(p.beat_segments(2), 2);
  EXPECT_EQ(p.beat_bytes(), 34);  // four segments and two columns more
  // 34 bytes from byte 7 of a word lie in six words; banks are a power of two.
  EXPECT_EQ(p.input_banks(), 8);
  EXPECT_EQ(p.input_words(), 8192);
  EXPECT_EQ(p.output_words(), 4096);
  EXPECT_EQ(p.parameter_records(), 32);
  EXPECT_EQ(p.zero_flags(), 8192);
  EXPECT_EQ(p.total_macs(), 512);
}

TEST(DesignPoint, CodeBitsAreTheLogarithmOfTheNumberOfCodes) {
  for (int levels = 1; levels <= 15; ++levels) {
    DesignPoint p;
    p.levels = levels;
    const int codes = 2 * levels + 1;
    EXPECT_GE(1 << p.code_bits(), codes);
    EXPECT_LT(1 << (p.code_bits() - 1), codes);
  }
}

TEST(DesignPoint, APartOfAWeightWordHoldsABasisElement) {
  DesignPoint p;
  p.rank = 2, p.levels = 1;
  EXPECT_EQ(p.row_bits(), 8);
  p.rank = 5;
  EXPECT_EQ(p.row_bits(), 10);
}

TEST(DesignPoint, AnySegmentLiesInOneWordOfEveryBank) {
  for (int macs : {2, 4, 8, 16, 32, 64})
    for (int stride = 1; stride <= 8; ++stride)
      for (int columns = 2; columns <= 15; ++columns) {
        DesignPoint p;
        p.macs = macs;
        p.max_stride = stride;
        p.columns = columns;
        for (int used = 1; used <= stride; ++used) {
          const int last = macs - 1 + (p.beat_segments(used) * macs - 1) * used + columns - 1;
          EXPECT_GE(p.input_banks(), last / macs + 1);  // from the last byte of a word
        }
        EXPECT_GE(p.input_banks() * macs, p.axi_bytes());
        EXPECT_EQ(p.input_banks() & (p.input_banks() - 1), 0);
      }
}

TEST(DesignPoint, DenseBaselineKeepsArrayAndBuffers) {
  const DesignPoint p;
  const DesignPoint dense = p.dense_baseline();
  EXPECT_NO_THROW(validate(dense));
  EXPECT_FALSE(dense.rebuild || dense.skip_weight_rows || dense.skip_activation_rows);
  EXPECT_EQ(dense.row_bits(), 24);
  EXPECT_EQ(dense.weight_words(), 682);
  EXPECT_EQ(dense.name, "default-dense");
  EXPECT_EQ(dense.dense_baseline(), dense);
  EXPECT_EQ(dense.total_macs(), p.total_macs());
  EXPECT_EQ(dense.input_buffer_bytes, p.input_buffer_bytes);
}

TEST(DesignPoint, RangesNameFieldValueAndAllowedRange) {
  EXPECT_EQ(error_of([](auto& p) { p.slices = 0; }),
            "slices: 0 is out of range; allowed are 1 to 128");
  EXPECT_EQ(error_of([](auto& p) { p.macs = 12; }),
            "macs: 12 is out of range; allowed are powers of two from 2 to 64");
  EXPECT_EQ(error_of([](auto& p) { p.axi_data_bits = 32; }),
            "axi_data_bits: 32 is out of range; allowed are powers of two from 64 to 128");
  EXPECT_EQ(error_of([](auto& p) { p.clock_mhz = -5; }),
            "clock_mhz: -5 is out of range; allowed are 1 to 10000");
  EXPECT_EQ(
      error_of([](auto& p) { p.name = "a\nb"; }),
      "name: is not a plain name; allowed are 1 to 64 letters, digits, spaces, '_', '-' and '.'");
  EXPECT_THAT(error_of([](auto& p) { p.name = ""; }), HasSubstr("name: "));
}

TEST(DesignPoint, RulesBetweenFieldsSayWhichAndWhy) {
  EXPECT_EQ(
      error_of([](auto& p) { p.lines = 64, p.slices = 128, p.macs = 16; }),
      "lines: 64 is out of range: slices * lines * macs is at most 65536; allowed are 1 to 32");
  EXPECT_EQ(
      error_of([](auto& p) { p.input_buffer_bytes = 1000; }),
      "input_buffer_bytes: 1000 does not fit 8 banks of 8 bytes; allowed are multiples of 64");
  EXPECT_EQ(error_of([](auto& p) { p.input_buffer_bytes = 1024 * 1024; }),
            "input_buffer_bytes: 1048576 is out of range: it holds two lines of banks at least, "
            "and 65536 words of 8 bytes at most; allowed are 128 to 524288");
  EXPECT_EQ(error_of([](auto& p) { p.weight_buffer_bytes = 300; }),
            "weight_buffer_bytes: 300 is out of range: words are 96 bits wide, each half holds 15 "
            "of them at least, and 16 "
            "bits address the words; allowed are 360 to 786443");
  EXPECT_EQ(error_of([](auto& p) { p.output_buffer_bytes = 68; }),
            "output_buffer_bytes: 68 does not fit rows of 8 bytes; allowed are multiples of 8");
  EXPECT_EQ(error_of([](auto& p) { p.output_buffer_bytes = 64; }),
            "output_buffer_bytes: 64 is out of range: each half holds one row of 8 bytes per slice "
            "at least, and 16 bits "
            "address the words; allowed are 128 to 524288");
}

TEST(DesignPoint, AllowedRangesOfTheRulesAreTight) {
  EXPECT_EQ(error_of([](auto& p) { p.weight_buffer_bytes = 360; }), "");
  EXPECT_EQ(error_of([](auto& p) { p.weight_buffer_bytes = 786443; }), "");
  DesignPoint p;
  p.weight_buffer_bytes = 786443;
  EXPECT_EQ(p.weight_words(), 65536);
  EXPECT_NE(error_of([](auto& q) { q.weight_buffer_bytes = 786444; }), "");
  EXPECT_EQ(error_of([](auto& q) { q.output_buffer_bytes = 128; }), "");
  EXPECT_EQ(error_of([](auto& q) { q.input_buffer_bytes = 524288; }), "");
}

TEST(DesignPoint, HashIsStableAndSeesEveryField) {
  const DesignPoint p;
  EXPECT_EQ(content_hash(p).size(), 16U);
  EXPECT_EQ(content_hash(p), content_hash(DesignPoint{}));
  std::set<std::string> hashes{content_hash(p)};
  const auto changed = [&](auto member, auto value) {
    DesignPoint q;
    q.*member = value;
    hashes.insert(content_hash(q));
  };
  using D = DesignPoint;
  changed(&D::name, "other");
  changed(&D::mac_kind, MacKind::parallel);
  for (auto member : {&D::rebuild, &D::skip_weight_rows, &D::skip_activation_rows})
    changed(member, false);
  for (auto member : {&D::slices, &D::lines, &D::macs, &D::rank, &D::levels, &D::columns,
                      &D::slice_rows, &D::block_segments, &D::max_stride, &D::input_buffer_bytes,
                      &D::weight_buffer_bytes, &D::index_buffer_entries, &D::output_buffer_bytes,
                      &D::axi_data_bits, &D::axi_burst_beats, &D::clock_mhz})
    changed(member, 77);
  EXPECT_EQ(hashes.size(), 22U);
}

}  // namespace
