// One chart: energy per image by component, SD next to the dense baseline.
#pragma once

#include <QChartView>

#include "workbench/core/run_job.hpp"

namespace sd::app {

class EnergyChart : public QChartView {
  Q_OBJECT

 public:
  explicit EnergyChart(QWidget* parent = nullptr);

  void set_report(const core::RunReport& report);
  /// Back to the empty state, which says what to do.
  void clear();

 private:
  void show_value(const QString& component, bool entered, int bar, double microjoule);
};

}  // namespace sd::app
