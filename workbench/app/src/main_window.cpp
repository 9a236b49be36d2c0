#include "main_window.hpp"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QProgressBar>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QStyle>
#include <QTableView>
#include <QToolBar>
#include <QVBoxLayout>

#include <exception>
#include <utility>

#include "views/energy_chart.hpp"
#include "workbench/core/mismatch_text.hpp"
#include "workbench/core/report_json.hpp"

namespace sd::app {

namespace {

QString shown(const std::optional<std::filesystem::path>& path, const QString& otherwise) {
  return path ? QString::fromStdString(path->filename().empty() ? path->parent_path().filename().string() : path->filename().string()) : otherwise;
}

std::filesystem::path to_path(const QString& text) { return std::filesystem::path(text.toStdString()); }

QTableView* table(const QString& object_name, const QString& accessible_name) {
  auto* view = new QTableView;
  view->setObjectName(object_name);
  view->setAccessibleName(accessible_name);
  view->setAlternatingRowColors(true);
  view->setSelectionBehavior(QAbstractItemView::SelectRows);
  view->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view->setShowGrid(false);
  view->verticalHeader()->hide();
  view->verticalHeader()->setDefaultSectionSize(view->fontMetrics().height() + 8);
  view->horizontalHeader()->setHighlightSections(false);
  view->setTabKeyNavigation(false);
  return view;
}

}  // namespace

MainWindow::MainWindow(RunController::Job job, QWidget* parent) : QMainWindow(parent), controller_(std::move(job)) {
  setWindowTitle(tr("SmartDeal Workbench"));
  setAcceptDrops(true);
  resize(1280, 860);
  build_views();
  build_actions();
  connect_controller();
  set_running(false);
  show_choice();
}

void MainWindow::build_views() {
  auto* sorted = new QSortFilterProxyModel(this);
  sorted->setSourceModel(&layers_);
  sorted->setSortRole(LayerTableModel::sort_role);
  layer_view_ = table("layerTable", tr("Layers"));
  layer_view_->setModel(sorted);
  layer_view_->setSortingEnabled(true);
  layer_view_->sortByColumn(-1, Qt::AscendingOrder);  // network order until a header is clicked
  layer_view_->horizontalHeader()->setStretchLastSection(true);

  auto* empty = new QLabel(tr("Open a network (Ctrl+O) and a folder of test images (Ctrl+I), or press Ctrl+R to run the built-in network.\n"
                              "A network file can also be dropped here."));
  empty->setAlignment(Qt::AlignCenter);
  empty->setObjectName("emptyState");
  layer_pages_ = new QStackedWidget;
  layer_pages_->addWidget(empty);
  layer_pages_->addWidget(layer_view_);

  summary_view_ = table("summaryTable", tr("Results"));
  summary_view_->setModel(&summary_);
  summary_view_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  summary_view_->horizontalHeader()->setSectionResizeMode(SummaryTableModel::quantity, QHeaderView::Stretch);
  energy_chart_ = new EnergyChart;

  auto* results = new QSplitter(Qt::Horizontal);
  results->addWidget(summary_view_);
  results->addWidget(energy_chart_);
  results->setStretchFactor(0, 1);
  results->setStretchFactor(1, 1);
  results->setSizes({640, 640});

  auto* parts = new QSplitter(Qt::Vertical);
  parts->addWidget(layer_pages_);
  parts->addWidget(results);
  parts->setStretchFactor(0, 1);
  parts->setStretchFactor(1, 1);

  choice_ = new QLabel;
  choice_->setObjectName("choice");
  choice_->setContentsMargins(8, 4, 8, 0);
  choice_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* central = new QWidget;
  auto* layout = new QVBoxLayout(central);
  layout->setContentsMargins(4, 4, 4, 4);
  layout->addWidget(choice_);
  layout->addWidget(parts, 1);
  setCentralWidget(central);

  stage_ = new QLabel;
  stage_->setObjectName("stage");
  progress_ = new QProgressBar;
  progress_->setMaximumWidth(320);
  progress_->setObjectName("progress");
  statusBar()->addWidget(stage_, 1);
  statusBar()->addPermanentWidget(progress_);
}

void MainWindow::build_actions() {
  const auto action = [this](const QString& text, const QKeySequence& keys, QStyle::StandardPixmap icon, const QString& tip, auto slot) {
    auto* made = new QAction(style()->standardIcon(icon), text, this);
    made->setShortcut(keys);
    made->setToolTip(keys.isEmpty() ? tip : QStringLiteral("%1 (%2)").arg(tip, keys.toString(QKeySequence::NativeText)));
    connect(made, &QAction::triggered, this, slot);
    return made;
  };
  open_network_ = action(tr("&Open network..."), QKeySequence::Open, QStyle::SP_DialogOpenButton, tr("Open an ONNX network"), &MainWindow::open_network);
  open_images_ = action(tr("&Images..."), QKeySequence(tr("Ctrl+I")), QStyle::SP_DirOpenIcon, tr("Folder of test images, one folder per class"), &MainWindow::open_images);
  open_design_ = action(tr("&Design point..."), QKeySequence(tr("Ctrl+D")), QStyle::SP_FileDialogDetailedView, tr("Open a design point (TOML)"), &MainWindow::open_design);
  built_in_ = action(tr("&Built-in network"), QKeySequence(tr("Ctrl+B")), QStyle::SP_FileDialogNewFolder, tr("Back to the built-in network, images and design"), &MainWindow::use_built_in);
  run_ = action(tr("&Run"), QKeySequence(tr("Ctrl+R")), QStyle::SP_MediaPlay, tr("Decompose, generate, simulate and compare"), &MainWindow::run);
  cancel_ = action(tr("&Cancel"), QKeySequence(Qt::Key_Escape), QStyle::SP_MediaStop, tr("Stop the run"), [this] {
    stage_->setText(tr("Stopping..."));
    controller_.cancel();
  });
  save_report_ = action(tr("&Save report..."), QKeySequence::Save, QStyle::SP_DialogSaveButton, tr("Write the report as JSON"), &MainWindow::save_report);
  auto* quit = action(tr("&Quit"), QKeySequence::Quit, QStyle::SP_DialogCloseButton, tr("Leave"), &MainWindow::close);

  auto* file = menuBar()->addMenu(tr("&File"));
  file->addActions({open_network_, open_images_, open_design_, built_in_});
  file->addSeparator();
  file->addActions({save_report_, quit});
  menuBar()->addMenu(tr("&Run"))->addActions({run_, cancel_});

  auto* bar = addToolBar(tr("Main"));
  bar->setObjectName("mainToolBar");
  bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  bar->setMovable(false);
  bar->addActions({open_network_, open_images_, open_design_, built_in_});
  bar->addSeparator();
  bar->addActions({run_, cancel_, save_report_});
}

void MainWindow::connect_controller() {
  connect(&controller_, &RunController::started, this, [this] { set_running(true); });
  connect(&controller_, &RunController::progress, this, &MainWindow::show_progress);
  connect(&controller_, &RunController::layers_changed, this, [this](const std::vector<core::LayerReport>& layers) {
    layers_.set_layers(layers);
    layer_pages_->setCurrentWidget(layer_view_);
    layer_view_->resizeColumnsToContents();
  });
  connect(&controller_, &RunController::finished, this, &MainWindow::show_report);
  connect(&controller_, &RunController::failed, this, &MainWindow::show_failure);
  connect(&controller_, &RunController::cancelled, this, [this] {
    set_running(false);
    stage_->setText(tr("Cancelled"));
  });
}

void MainWindow::set_options(const core::RunOptions& options) {
  options_ = options;
  show_choice();
}

void MainWindow::open_network() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Open network"), {}, tr("ONNX networks (*.onnx);;All files (*)"));
  if (file.isEmpty()) return;
  options_.model = to_path(file);
  show_choice();
}

void MainWindow::open_images() {
  const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder of test images"));
  if (folder.isEmpty()) return;
  options_.data = to_path(folder);
  show_choice();
}

void MainWindow::open_design() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Open design point"), {}, tr("Design points (*.toml);;All files (*)"));
  if (file.isEmpty()) return;
  options_.design = to_path(file);
  show_choice();
}

void MainWindow::use_built_in() {
  options_.model.reset();
  options_.data.reset();
  options_.design.reset();
  show_choice();
}

void MainWindow::run() {
  if (options_.model && !options_.data) {
    stage_->setText(tr("Choose the folder of test images first (Ctrl+I)"));
    return;
  }
  controller_.start(options_);
}

void MainWindow::save_report() {
  if (!report_) return;
  const QString file = QFileDialog::getSaveFileName(this, tr("Save report"), "report.json", tr("JSON (*.json)"));
  if (file.isEmpty()) return;
  try {
    core::write_report(*report_, to_path(file));
    stage_->setText(tr("Report written to %1").arg(file));
  } catch (const std::exception& error) {
    show_failure(QString::fromUtf8(error.what()));
  }
}

void MainWindow::show_choice() {
  choice_->setText(tr("Network: <b>%1</b> &nbsp; Images: <b>%2</b> &nbsp; Design: <b>%3</b>")
                       .arg(shown(options_.model, tr("built-in (generated shapes)")).toHtmlEscaped(),
                            shown(options_.data, options_.model ? tr("none yet (Ctrl+I)") : tr("generated shapes")).toHtmlEscaped(),
                            shown(options_.design, tr("default")).toHtmlEscaped()));
}

void MainWindow::show_progress(const QString& stage, double fraction, const QString& detail) {
  stage_->setText(detail.isEmpty() ? stage : QStringLiteral("%1: %2").arg(stage, detail));
  progress_->setRange(0, fraction < 0 ? 0 : 1000);
  if (fraction >= 0) progress_->setValue(static_cast<int>(1000 * fraction));
}

void MainWindow::show_report(const std::shared_ptr<const core::RunReport>& report) {
  report_ = report;
  layers_.set_layers(report->layers);
  layer_pages_->setCurrentWidget(layer_view_);
  layer_view_->resizeColumnsToContents();
  summary_.set_report(*report);
  energy_chart_->set_report(*report);
  set_running(false);
  if (report->sd.mismatch) {
    show_failure(QString::fromStdString(core::mismatch_text("The SmartDeal accelerator", *report->sd.mismatch)));
  } else if (report->baseline.mismatch) {
    show_failure(QString::fromStdString(core::mismatch_text("The dense baseline", *report->baseline.mismatch)));
  } else {
    stage_->setText(tr("Done: bit-exact"));
  }
}

void MainWindow::show_failure(const QString& sentence) {
  set_running(controller_.running());
  stage_->setText(sentence);
  stage_->setToolTip(sentence);
}

void MainWindow::set_running(bool running) {
  for (QAction* action : {open_network_, open_images_, open_design_, built_in_, run_}) action->setEnabled(!running);
  cancel_->setEnabled(running);
  save_report_->setEnabled(!running && report_ != nullptr);
  progress_->setVisible(running);
  stage_->setToolTip({});
  if (running) {
    report_.reset();
    summary_.clear();
    energy_chart_->clear();
  } else if (stage_->text().isEmpty()) {
    stage_->setText(tr("Ready"));
  }
}

void MainWindow::closeEvent(QCloseEvent* event) {
  controller_.cancel();  // the controller's destructor waits for the worker
  event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  const auto urls = event->mimeData()->urls();
  if (!controller_.running() && urls.size() == 1 && urls.front().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  const QFileInfo dropped(event->mimeData()->urls().front().toLocalFile());
  if (dropped.isDir()) {
    options_.data = to_path(dropped.filePath());
  } else if (dropped.suffix() == "toml") {
    options_.design = to_path(dropped.filePath());
  } else {
    options_.model = to_path(dropped.filePath());
  }
  show_choice();
}

}  // namespace sd::app
