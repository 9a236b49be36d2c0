// How the window is put together: views, actions, and the controller's news. What it does is in
// main_window.cpp.
#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QMenuBar>
#include <QProgressBar>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QStyle>
#include <QTableView>
#include <QToolBar>
#include <QVBoxLayout>

#include "main_window.hpp"
#include "views/energy_chart.hpp"

namespace sd::app {

namespace {

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

void MainWindow::build_views() {
  auto* sorted = new QSortFilterProxyModel(this);
  sorted->setSourceModel(&layers_);
  sorted->setSortRole(LayerTableModel::sort_role);
  layer_view_ = table("layerTable", tr("Layers"));
  layer_view_->setModel(sorted);
  layer_view_->setSortingEnabled(true);
  layer_view_->sortByColumn(-1, Qt::AscendingOrder);  // network order until a header is clicked
  layer_view_->horizontalHeader()->setStretchLastSection(true);

  auto* empty =
      new QLabel(tr("Open a network (Ctrl+O) and a folder of test images (Ctrl+I), or press Ctrl+R "
                    "to run the built-in network.\n"
                    "A network file can also be dropped here."));
  empty->setAlignment(Qt::AlignCenter);
  empty->setObjectName("emptyState");
  layer_pages_ = new QStackedWidget;
  layer_pages_->addWidget(empty);
  layer_pages_->addWidget(layer_view_);

  summary_view_ = table("summaryTable", tr("Results"));
  summary_view_->setModel(&summary_);
  summary_view_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  summary_view_->horizontalHeader()->setSectionResizeMode(SummaryTableModel::quantity,
                                                          QHeaderView::Stretch);
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
  const auto action = [this](const QString& text, const QKeySequence& keys,
                             QStyle::StandardPixmap icon, const QString& tip, auto slot) {
    auto* made = new QAction(style()->standardIcon(icon), text, this);
    made->setShortcut(keys);
    made->setToolTip(keys.isEmpty() ? tip
                                    : QStringLiteral("%1 (%2)").arg(
                                          tip, keys.toString(QKeySequence::NativeText)));
    connect(made, &QAction::triggered, this, slot);
    return made;
  };
  open_network_ = action(tr("&Open network..."), QKeySequence::Open, QStyle::SP_DialogOpenButton,
                         tr("Open an ONNX network"), &MainWindow::open_network);
  open_images_ =
      action(tr("&Images..."), QKeySequence(tr("Ctrl+I")), QStyle::SP_DirOpenIcon,
             tr("Folder of test images, one folder per class"), &MainWindow::open_images);
  open_design_ =
      action(tr("&Design point..."), QKeySequence(tr("Ctrl+D")), QStyle::SP_FileDialogDetailedView,
             tr("Open a design point (TOML)"), &MainWindow::open_design);
  built_in_ =
      action(tr("&Built-in network"), QKeySequence(tr("Ctrl+B")), QStyle::SP_FileDialogNewFolder,
             tr("Back to the built-in network, images and design"), &MainWindow::use_built_in);
  run_ = action(tr("&Run"), QKeySequence(tr("Ctrl+R")), QStyle::SP_MediaPlay,
                tr("Decompose, generate, simulate and compare"), &MainWindow::run);
  cancel_ = action(tr("&Cancel"), QKeySequence(Qt::Key_Escape), QStyle::SP_MediaStop,
                   tr("Stop the run"), [this] {
                     stage_->setText(tr("Stopping..."));
                     controller_.cancel();
                   });
  save_report_ = action(tr("&Save report..."), QKeySequence::Save, QStyle::SP_DialogSaveButton,
                        tr("Write the report as JSON"), &MainWindow::save_report);
  auto* quit = action(tr("&Quit"), QKeySequence::Quit, QStyle::SP_DialogCloseButton, tr("Leave"),
                      &MainWindow::close);

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
  connect(&controller_, &RunController::layers_changed, this,
          [this](const std::vector<core::LayerReport>& layers) {
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

}  // namespace sd::app
