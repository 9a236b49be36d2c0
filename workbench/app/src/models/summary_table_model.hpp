// The result in figures: the SD accelerator next to the dense baseline.
#pragma once

#include <QAbstractTableModel>

#include <vector>

#include "workbench/core/run_job.hpp"

namespace sd::app {

class SummaryTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { quantity, sd, dense, ratio, column_count };

  using QAbstractTableModel::QAbstractTableModel;

  void set_report(const core::RunReport& report);
  void clear();

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                    int role = Qt::DisplayRole) const override;

 private:
  struct Line {
    QString quantity, sd, dense, ratio, help;
  };
  std::vector<Line> lines_;
};

}  // namespace sd::app
