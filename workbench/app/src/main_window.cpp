#include "main_window.hpp"

#include <QAction>
#include <QCloseEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QProgressBar>
#include <QStackedWidget>
#include <QTableView>

#include <exception>
#include <utility>

#include "views/energy_chart.hpp"
#include "workbench/core/mismatch_text.hpp"
#include "workbench/core/report_json.hpp"

namespace sd::app {

namespace {

QString shown(const std::optional<std::filesystem::path>& path, const QString& otherwise) {
  return path ? QString::fromStdString(path->filename().empty()
                                           ? path->parent_path().filename().string()
                                           : path->filename().string())
              : otherwise;
}

std::filesystem::path to_path(const QString& text) {
  return std::filesystem::path(text.toStdString());
}

}  // namespace

MainWindow::MainWindow(RunController::Job job, QWidget* parent)
    : QMainWindow(parent), controller_(std::move(job)) {
  setWindowTitle(tr("SmartDeal Workbench"));
  setAcceptDrops(true);
  resize(1280, 860);
  build_views();
  build_actions();
  connect_controller();
  set_running(false);
  show_choice();
}

void MainWindow::set_options(const core::RunOptions& options) {
  options_ = options;
  show_choice();
}

void MainWindow::open_network() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Open network"), {},
                                                    tr("ONNX networks (*.onnx);;All files (*)"));
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
  const QString file = QFileDialog::getOpenFileName(this, tr("Open design point"), {},
                                                    tr("Design points (*.toml);;All files (*)"));
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
  const QString file =
      QFileDialog::getSaveFileName(this, tr("Save report"), "report.json", tr("JSON (*.json)"));
  if (file.isEmpty()) return;
  try {
    core::write_report(*report_, to_path(file));
    stage_->setText(tr("Report written to %1").arg(file));
  } catch (const std::exception& error) {
    show_failure(QString::fromUtf8(error.what()));
  }
}

void MainWindow::show_choice() {
  choice_->setText(
      tr("Network: <b>%1</b> &nbsp; Images: <b>%2</b> &nbsp; Design: <b>%3</b>")
          .arg(shown(options_.model, tr("built-in (generated shapes)")).toHtmlEscaped(),
               shown(options_.data,
                     options_.model ? tr("none yet (Ctrl+I)") : tr("generated shapes"))
                   .toHtmlEscaped(),
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
    show_failure(QString::fromStdString(
        core::mismatch_text("The SmartDeal accelerator", *report->sd.mismatch)));
  } else if (report->baseline.mismatch) {
    show_failure(QString::fromStdString(
        core::mismatch_text("The dense baseline", *report->baseline.mismatch)));
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
  for (QAction* action : {open_network_, open_images_, open_design_, built_in_, run_})
    action->setEnabled(!running);
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
  if (!controller_.running() && urls.size() == 1 && urls.front().isLocalFile())
    event->acceptProposedAction();
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
