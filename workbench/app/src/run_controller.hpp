// Runs the main job in a worker thread and brings its news to the GUI thread as signals.
#pragma once

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "workbench/core/run_job.hpp"

namespace sd::app {

class RunController : public QObject {
  Q_OBJECT

 public:
  using Job = std::function<core::RunReport(const core::RunOptions&, const core::RunObserver&,
                                            std::stop_token)>;

  explicit RunController(Job job, QObject* parent = nullptr);
  /// Stops a running job and waits for it: nothing is left running.
  ~RunController() override;

  [[nodiscard]] bool running() const { return running_; }
  /// Ignored while a job runs.
  void start(const core::RunOptions& options);
  void cancel();

 Q_SIGNALS:
  void started();
  void progress(const QString& stage, double fraction,
                const QString& detail);  ///< fraction < 0: unknown
  void layers_changed(const std::vector<sd::core::LayerReport>& layers);
  void finished(std::shared_ptr<const sd::core::RunReport> report);
  void failed(const QString& sentence);
  void cancelled();

 private:
  void work(const core::RunOptions& options, std::stop_token stop);
  /// Runs `news` on the GUI thread.
  void post(std::function<void()> news);

  Job job_;
  bool running_ = false;
  std::jthread worker_;
};

}  // namespace sd::app
