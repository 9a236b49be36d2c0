// The window, driven as a user drives it: the real job on a small accelerator.
#include <QAction>
#include <QBarSet>
#include <QChart>
#include <QDir>
#include <QLabel>
#include <QSignalSpy>
#include <QStackedBarSeries>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <fstream>

#include "main_window.hpp"
#include "views/energy_chart.hpp"

using sd::app::MainWindow;
using sd::app::RunController;

namespace {

constexpr int run_limit_ms = 540'000;

QAction* action(const MainWindow& window, const QString& text) {
  for (QAction* candidate : window.findChildren<QAction*>())
    if (candidate->text().remove('&').startsWith(text)) return candidate;
  return nullptr;
}

/// The built-in network on an array that verilates in seconds.
sd::core::RunOptions small_run(const QTemporaryDir& folder) {
  const auto design = std::filesystem::path(folder.path().toStdString()) / "small array.toml";
  std::ofstream(design) << "name = \"window-test\"\n[array]\nslices = 4\nlines = 4\nmacs = 4\n";
  sd::core::RunOptions options;
  options.design = design;
  options.images = 1;
  options.accuracy_images = 100;
  return options;
}

QString stage(const MainWindow& window) {
  return window.findChild<QLabel*>("stage")->text();
}

}  // namespace

class WindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void says_what_to_do_when_empty() {
    MainWindow window(&sd::core::run);
    window.show();
    QVERIFY(window.findChild<QLabel*>("emptyState")->isVisible());
    QVERIFY(action(window, "Run")->isEnabled());
    QVERIFY(!action(window, "Cancel")->isEnabled());
    QVERIFY(!action(window, "Save report")->isEnabled());
    for (const QAction* candidate : window.findChildren<QAction*>())
      if (!candidate->text().isEmpty() && candidate->menu<QObject*>() == nullptr)
        QVERIFY2(!candidate->toolTip().isEmpty(), qPrintable(candidate->text()));
  }

  void runs_the_main_job_and_shows_it() {
    QTemporaryDir folder;
    MainWindow window(&sd::core::run);
    window.set_options(small_run(folder));
    window.show();
    QSignalSpy finished(&window.controller(), &RunController::finished);
    QSignalSpy failed(&window.controller(), &RunController::failed);
    QSignalSpy progress(&window.controller(), &RunController::progress);
    action(window, "Run")->trigger();
    QVERIFY(action(window, "Cancel")->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(!finished.isEmpty() || !failed.isEmpty(), run_limit_ms);
    QVERIFY2(failed.isEmpty(), qPrintable(stage(window)));
    QVERIFY(progress.size() > 5);

    auto* layers = window.findChild<QTableView*>("layerTable");
    QVERIFY(layers->isVisible());
    QVERIFY(layers->model()->rowCount() >= 6);
    auto* summary = window.findChild<QTableView*>("summaryTable");
    QVERIFY(summary->model()->rowCount() >= 8);
    auto* chart = window.findChild<sd::app::EnergyChart*>("energyChart")->chart();
    QCOMPARE(chart->series().size(), 1);
    auto* bars = qobject_cast<QStackedBarSeries*>(chart->series().front());
    QVERIFY(bars->count() >= 6);
    double energy = 0;
    for (const QBarSet* set : bars->barSets()) energy += set->sum();
    QVERIFY(energy > 0);
    QCOMPARE(stage(window), "Done: bit-exact");

    const QDir pictures(SD_BINARY_DIR "/screenshots");
    QVERIFY(pictures.mkpath("."));
    QTest::qWait(50);  // let the chart lay itself out
    QVERIFY(window.grab().save(pictures.filePath("window-after-run.png")));
  }

  void cancels_and_leaves_nothing_running() {
    QTemporaryDir folder;
    MainWindow window(&sd::core::run);
    auto options = small_run(folder);
    options.cache = std::filesystem::path(folder.path().toStdString()) /
                    "cache";  // so that the build has to start
    window.set_options(options);
    window.show();
    QSignalSpy cancelled(&window.controller(), &RunController::cancelled);
    action(window, "Run")->trigger();
    action(window, "Cancel")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!cancelled.isEmpty(), 60'000);
    QVERIFY(!window.controller().running());
    QVERIFY(action(window, "Run")->isEnabled());
    QCOMPARE(stage(window), "Cancelled");
  }

  void says_what_is_wrong_with_a_bad_network() {
    QTemporaryDir folder;
    const auto file = std::filesystem::path(folder.path().toStdString()) / "not a network.onnx";
    std::ofstream(file) << "this is text";
    MainWindow window(&sd::core::run);
    sd::core::RunOptions options;
    options.model = file;
    options.data = folder.path().toStdString();
    window.set_options(options);
    window.show();
    QSignalSpy failed(&window.controller(), &RunController::failed);
    action(window, "Run")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!failed.isEmpty(), 60'000);
    QVERIFY2(stage(window).contains("not a network.onnx"), qPrintable(stage(window)));
    QVERIFY(action(window, "Run")->isEnabled());
  }

  void closing_stops_the_job() {
    std::atomic<bool> stopped = false;
    {
      MainWindow window([&](const sd::core::RunOptions&, const sd::core::RunObserver&,
                            std::stop_token stop) -> sd::core::RunReport {
        while (!stop.stop_requested()) std::this_thread::yield();
        stopped = true;
        throw sd::tb::Cancelled();
      });
      window.show();
      action(window, "Run")->trigger();
      window.close();
    }
    QVERIFY(stopped);
  }
};

QTEST_MAIN(WindowTest)
#include "window_test.moc"
