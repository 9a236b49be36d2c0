// The desktop's models, without a window.
#include <QAbstractItemModelTester>
#include <QSortFilterProxyModel>
#include <QTest>

#include "models/layer_table_model.hpp"
#include "models/summary_table_model.hpp"

using sd::app::LayerTableModel;
using sd::app::SummaryTableModel;

namespace {

sd::core::LayerReport layer(const char* name, bool decomposed, bool on_rtl) {
  sd::core::LayerReport report;
  report.name = name;
  report.kind = decomposed ? "convolution" : "add";
  report.decomposed = decomposed;
  report.on_rtl = on_rtl;
  report.bit_exact = on_rtl;
  if (!on_rtl) report.off_chip_reason = "residual add is not in the array yet";
  report.rows = 48;
  report.row_sparsity = 0.25;
  report.relative_error = 0.1032;
  report.bits_dense = 18432;
  report.bits_packed = 6144;
  report.cycles = on_rtl ? 1234567 : 0;
  report.simulated = on_rtl;
  return report;
}

}  // namespace

class ModelsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void layer_model_keeps_the_rules_of_models() {
    LayerTableModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.set_layers({layer("conv1", true, true), layer("add1", false, false)});
    QCOMPARE(model.rowCount(), 2);
    model.set_layers({});
    QCOMPARE(model.rowCount(), 0);
  }

  void layer_model_shows_numbers_as_people_read_them() {
    LayerTableModel model;
    model.set_layers({layer("conv1", true, true), layer("add1", false, false)});
    const auto text = [&](int row, int column) {
      return model.index(row, column).data().toString();
    };
    QCOMPARE(text(0, LayerTableModel::name), "conv1");
    QCOMPARE(text(0, LayerTableModel::row_sparsity), "25.0 %");
    QCOMPARE(text(0, LayerTableModel::relative_error), "0.1032");
    QCOMPARE(text(0, LayerTableModel::bits_dense), "18,432");
    QCOMPARE(text(0, LayerTableModel::ratio), "3.00x");
    QCOMPARE(text(0, LayerTableModel::where), "RTL, bit-exact");
    QCOMPARE(text(0, LayerTableModel::cycles), "1,234,567");
    QCOMPARE(text(1, LayerTableModel::ratio), "");
    QCOMPARE(text(1, LayerTableModel::where), "reference");
    QVERIFY(model.index(1, LayerTableModel::where)
                .data(Qt::ToolTipRole)
                .toString()
                .contains("residual add"));
  }

  void layer_model_sorts_by_value() {
    LayerTableModel model;
    auto small = layer("a", true, true);
    small.bits_packed = 900;
    auto large = layer("b", true, true);
    large.bits_packed = 10000;  // "10,000" sorts before "900" as text
    model.set_layers({large, small});
    QSortFilterProxyModel sorted;
    sorted.setSourceModel(&model);
    sorted.setSortRole(LayerTableModel::sort_role);
    sorted.sort(LayerTableModel::bits_packed);
    QCOMPARE(sorted.index(0, LayerTableModel::name).data().toString(), "a");
  }

  void summary_model_keeps_the_rules_and_compares() {
    SummaryTableModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    sd::core::RunReport report;
    report.sd.images = report.baseline.images = 2;
    report.sd.counters.cycles = 2000;
    report.baseline.counters.cycles = 6000;
    report.bit_exact = true;
    model.set_report(report);
    bool found = false;
    for (int row = 0; row < model.rowCount(); ++row) {
      if (model.index(row, SummaryTableModel::quantity).data().toString() != "Cycles per image")
        continue;
      found = true;
      QCOMPARE(model.index(row, SummaryTableModel::sd).data().toString(), "1,000");
      QCOMPARE(model.index(row, SummaryTableModel::dense).data().toString(), "3,000");
      QCOMPARE(model.index(row, SummaryTableModel::ratio).data().toString(), "3.00x");
    }
    QVERIFY(found);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
  }
};

QTEST_GUILESS_MAIN(ModelsTest)
#include "models_test.moc"
