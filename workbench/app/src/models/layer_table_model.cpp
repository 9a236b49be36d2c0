#include "models/layer_table_model.hpp"

#include <QLocale>

#include <array>
#include <utility>

namespace sd::app {

namespace {

struct ColumnText {
  const char* title;
  const char* help;
};

constexpr std::array<ColumnText, LayerTableModel::column_count> columns = {{
    {"Layer", "Name of the operator in the network"},
    {"Kind", "What the operator computes"},
    {"Rows", "Rows of the coefficient matrix per filter"},
    {"Zero rows",
     "Share of coefficient rows that are zero: they cost one index bit and are never fetched"},
    {"Error", "Relative Frobenius error of the rebuilt weights, |W - Ce B| / |W|"},
    {"Bits dense", "Bits of the layer with dense 8-bit weights"},
    {"Bits packed", "Bits of the layer in packed SD form"},
    {"Ratio", "Bits dense / bits packed"},
    {"Cycles", "Accelerator cycles, summed over the images"},
    {"Runs on", "RTL: on the simulated accelerator; otherwise the integer reference"},
}};

QString grouped(std::int64_t value) {
  return QLocale(QLocale::English).toString(static_cast<qlonglong>(value));
}

/// Words to the left, numbers to the right; titles as what is below them.
QVariant alignment_of(int column) {
  using enum LayerTableModel::Column;
  const bool words = column == name || column == kind || column == where;
  return QVariant::fromValue(
      Qt::Alignment(Qt::AlignVCenter | (words ? Qt::AlignLeft : Qt::AlignRight)));
}

double ratio_of(const core::LayerReport& layer) {
  return layer.bits_packed > 0
             ? static_cast<double>(layer.bits_dense) / static_cast<double>(layer.bits_packed)
             : 0.0;
}

}  // namespace

void LayerTableModel::set_layers(std::vector<core::LayerReport> layers) {
  beginResetModel();
  layers_ = std::move(layers);
  endResetModel();
}

int LayerTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(layers_.size());
}

int LayerTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : column_count;
}

QString LayerTableModel::text(const core::LayerReport& layer, int column) const {
  switch (column) {
    case name:
      return QString::fromStdString(layer.name);
    case kind:
      return QString::fromStdString(layer.kind);
    case where:
      if (!layer.on_rtl) return tr("reference");
      if (!layer.simulated) return tr("RTL");
      return layer.bit_exact ? tr("RTL, bit-exact") : tr("RTL, DIFFERS");
    case cycles:
      return layer.cycles > 0 ? grouped(static_cast<std::int64_t>(layer.cycles)) : QString();
    default:
      break;
  }
  if (!layer.decomposed) return {};
  switch (column) {
    case rows:
      return grouped(layer.rows);
    case row_sparsity:
      return QString::number(100.0 * layer.row_sparsity, 'f', 1) + " %";
    case relative_error:
      return QString::number(layer.relative_error, 'f', 4);
    case bits_dense:
      return grouped(layer.bits_dense);
    case bits_packed:
      return grouped(layer.bits_packed);
    case ratio:
      return QString::number(ratio_of(layer), 'f', 2) + "x";
    default:
      return {};
  }
}

QVariant LayerTableModel::number(const core::LayerReport& layer, int column) const {
  switch (column) {
    case rows:
      return layer.rows;
    case row_sparsity:
      return layer.row_sparsity;
    case relative_error:
      return layer.relative_error;
    case bits_dense:
      return static_cast<qlonglong>(layer.bits_dense);
    case bits_packed:
      return static_cast<qlonglong>(layer.bits_packed);
    case ratio:
      return ratio_of(layer);
    case cycles:
      return static_cast<qulonglong>(layer.cycles);
    default:
      return text(layer, column);
  }
}

QString LayerTableModel::tool_tip(const core::LayerReport& layer, int column) const {
  if (column == where && !layer.on_rtl && !layer.off_chip_reason.empty())
    return QString::fromStdString(layer.off_chip_reason);
  const QString value = text(layer, column);
  const QString help = tr(columns[static_cast<std::size_t>(column)].help);
  return value.isEmpty()
             ? help
             : QStringLiteral("%1: %2\n%3").arg(QString::fromStdString(layer.name), value, help);
}

QVariant LayerTableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
    return {};
  const core::LayerReport& layer = layers_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return text(layer, index.column());
    case sort_role:
      return number(layer, index.column());
    case Qt::ToolTipRole:
      return tool_tip(layer, index.column());
    case Qt::TextAlignmentRole:
      return alignment_of(index.column());
    default:
      return {};
  }
}

QVariant LayerTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= column_count) {
    return QAbstractTableModel::headerData(section, orientation, role);
  }
  const ColumnText& column = columns[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole) return tr(column.title);
  if (role == Qt::ToolTipRole) return tr(column.help);
  if (role == Qt::TextAlignmentRole) return alignment_of(section);
  return {};
}

}  // namespace sd::app
