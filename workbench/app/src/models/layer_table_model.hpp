// The per-layer table: what SD did to each layer and where it ran.
#pragma once

#include <QAbstractTableModel>

#include <vector>

#include "workbench/core/run_job.hpp"

namespace sd::app {

class LayerTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column {
    name,
    kind,
    rows,
    row_sparsity,
    relative_error,
    bits_dense,
    bits_packed,
    ratio,
    cycles,
    where,
    column_count
  };

  /// Numbers for sorting; the display role holds the same as people read them.
  static constexpr int sort_role = Qt::UserRole;

  using QAbstractTableModel::QAbstractTableModel;

  void set_layers(std::vector<core::LayerReport> layers);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                    int role = Qt::DisplayRole) const override;

 private:
  [[nodiscard]] QString text(const core::LayerReport& layer, int column) const;
  [[nodiscard]] QVariant number(const core::LayerReport& layer, int column) const;
  [[nodiscard]] QString tool_tip(const core::LayerReport& layer, int column) const;

  std::vector<core::LayerReport> layers_;
};

}  // namespace sd::app
