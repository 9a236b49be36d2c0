// The window: choose a network, images and a design; run the main job; see layers, energy and
// results.
#pragma once

#include <QMainWindow>

#include <memory>

#include "models/layer_table_model.hpp"
#include "models/summary_table_model.hpp"
#include "run_controller.hpp"

class QAction;
class QLabel;
class QProgressBar;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace sd::app {

class EnergyChart;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(RunController::Job job, QWidget* parent = nullptr);

  void set_options(const core::RunOptions& options);
  [[nodiscard]] const core::RunOptions& options() const { return options_; }
  [[nodiscard]] RunController& controller() { return controller_; }

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void build_actions();
  void build_views();
  void connect_controller();

  void open_network();
  void open_images();
  void open_design();
  void use_built_in();
  void save_report();
  void run();

  void show_choice();
  void show_progress(const QString& stage, double fraction, const QString& detail);
  void show_report(const std::shared_ptr<const core::RunReport>& report);
  void show_failure(const QString& sentence);
  void set_running(bool running);

  core::RunOptions options_;
  std::shared_ptr<const core::RunReport> report_;

  LayerTableModel layers_;
  SummaryTableModel summary_;
  RunController controller_;

  QAction *open_network_ = nullptr, *open_images_ = nullptr, *open_design_ = nullptr,
          *built_in_ = nullptr;
  QAction *run_ = nullptr, *cancel_ = nullptr, *save_report_ = nullptr;
  QStackedWidget* layer_pages_ = nullptr;
  QTableView* layer_view_ = nullptr;
  QTableView* summary_view_ = nullptr;
  EnergyChart* energy_chart_ = nullptr;
  QLabel *choice_ = nullptr, *stage_ = nullptr;
  QProgressBar* progress_ = nullptr;
};

}  // namespace sd::app
