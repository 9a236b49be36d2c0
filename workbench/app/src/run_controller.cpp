#include "run_controller.hpp"

#include <QMetaObject>

#include <exception>
#include <utility>

namespace sd::app {

RunController::RunController(Job job, QObject* parent) : QObject(parent), job_(std::move(job)) {}

RunController::~RunController() {
  worker_.request_stop();
  if (worker_.joinable()) worker_.join();
}

void RunController::start(const core::RunOptions& options) {
  if (running_) return;
  running_ = true;
  Q_EMIT started();
  worker_ = std::jthread([this, options](std::stop_token stop) { work(options, std::move(stop)); });
}

void RunController::cancel() {
  worker_.request_stop();
}

void RunController::post(std::function<void()> news) {
  QMetaObject::invokeMethod(this, std::move(news), Qt::QueuedConnection);
}

void RunController::work(const core::RunOptions& options, std::stop_token stop) {
  core::RunObserver observer;
  observer.progress = [this](const std::string& stage, double fraction, const std::string& detail) {
    post([this, stage, fraction, detail] {
      Q_EMIT progress(QString::fromStdString(stage), fraction, QString::fromStdString(detail));
    });
  };
  observer.layers = [this](const std::vector<core::LayerReport>& layers) {
    post([this, layers] { Q_EMIT layers_changed(layers); });
  };
  // The last news of a job; `running_` belongs to the GUI thread, so it falls there.
  const auto end_with = [this](std::function<void()> news) {
    post([this, news = std::move(news)] {
      running_ = false;
      news();
    });
  };
  try {
    auto report = std::make_shared<const core::RunReport>(job_(options, observer, std::move(stop)));
    end_with([this, report] { Q_EMIT finished(report); });
  } catch (const tb::Cancelled&) {
    end_with([this] { Q_EMIT cancelled(); });
  } catch (const std::exception& error) {
    end_with([this, sentence = QString::fromUtf8(error.what())] { Q_EMIT failed(sentence); });
  }
}

}  // namespace sd::app
