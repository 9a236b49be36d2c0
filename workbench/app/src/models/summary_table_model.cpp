#include "models/summary_table_model.hpp"

#include <QLocale>

namespace sd::app {

namespace {

QString grouped(double value) {
  return QLocale(QLocale::English).toString(value, 'f', 0);
}
/// Words to the left, numbers to the right; titles as what is below them.
QVariant alignment_of(int column) {
  return QVariant::fromValue(Qt::Alignment(
      Qt::AlignVCenter | (column == SummaryTableModel::quantity ? Qt::AlignLeft : Qt::AlignRight)));
}

QString percent(double fraction) {
  return QString::number(100.0 * fraction, 'f', 2) + " %";
}
QString times(double dense, double sd) {
  return sd > 0 ? QString::number(dense / sd, 'f', 2) + "x" : QString();
}

}  // namespace

void SummaryTableModel::set_report(const core::RunReport& report) {
  beginResetModel();
  lines_.clear();
  const auto images = static_cast<double>(report.sd.images > 0 ? report.sd.images : 1);
  const auto counted = [&](const QString& name, double sd_total, double dense_total,
                           const QString& help) {
    lines_.push_back({name, grouped(sd_total / images), grouped(dense_total / images),
                      times(dense_total, sd_total), help});
  };
  lines_.push_back({tr("Accuracy, float"),
                    percent(report.accuracy.float32),
                    {},
                    {},
                    tr("The network as loaded, on %1 images").arg(report.accuracy.images)});
  lines_.push_back({tr("Accuracy, weights rebuilt"),
                    percent(report.accuracy.sd_float),
                    {},
                    {},
                    tr("Float arithmetic with the rebuilt weights Ce B")});
  lines_.push_back({tr("Accuracy, integer"),
                    percent(report.accuracy.sd_integer),
                    percent(report.accuracy.dense_integer),
                    {},
                    tr("The integers that the accelerator computes")});
  const tb::Counters& sd_counters = report.sd.counters;
  const tb::Counters& dense_counters = report.baseline.counters;
  counted(tr("Cycles per image"), static_cast<double>(sd_counters.cycles),
          static_cast<double>(dense_counters.cycles), tr("Layers on the accelerator"));
  lines_.push_back({tr("MAC utilisation"),
                    percent(report.sd.mac_utilisation),
                    percent(report.baseline.mac_utilisation),
                    {},
                    tr("MAC-cycles with a useful operation / (cycles x MACs)")});
  counted(tr("DRAM bytes read per image"), static_cast<double>(report.sd.dram_read_bytes),
          static_cast<double>(report.baseline.dram_read_bytes), {});
  counted(tr("DRAM bytes written per image"), static_cast<double>(report.sd.dram_write_bytes),
          static_cast<double>(report.baseline.dram_write_bytes), {});
  lines_.push_back(
      {tr("Rows skipped per image"),
       grouped(static_cast<double>(sd_counters.rows_skipped_weight +
                                   sd_counters.rows_skipped_activation) /
               images),
       grouped(static_cast<double>(dense_counters.rows_skipped_weight +
                                   dense_counters.rows_skipped_activation) /
               images),
       {},
       tr("Pairs of a coefficient row and an activation row that were never fetched")});
  const double sd_energy = report.sd.energy_per_image.total_pj();
  const double dense_energy = report.baseline.energy_per_image.total_pj();
  lines_.push_back({tr("Energy per image (uJ, estimate)"),
                    QString::number(sd_energy * 1e-6, 'f', 3),
                    QString::number(dense_energy * 1e-6, 'f', 3), times(dense_energy, sd_energy),
                    tr("Action counts x unit energies of the technology file")});
  lines_.push_back({tr("Bit-exact"),
                    report.bit_exact ? tr("yes") : tr("NO"),
                    {},
                    {},
                    tr("Every layer on the accelerator equals the integer reference")});
  endResetModel();
}

void SummaryTableModel::clear() {
  beginResetModel();
  lines_.clear();
  endResetModel();
}

int SummaryTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(lines_.size());
}

int SummaryTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : column_count;
}

QVariant SummaryTableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
    return {};
  const Line& line = lines_[static_cast<std::size_t>(index.row())];
  if (role == Qt::ToolTipRole) return line.help;
  if (role == Qt::TextAlignmentRole) return alignment_of(index.column());
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case quantity:
      return line.quantity;
    case sd:
      return line.sd;
    case dense:
      return line.dense;
    case ratio:
      return line.ratio;
    default:
      return {};
  }
}

QVariant SummaryTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole) return alignment_of(section);
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
    return QAbstractTableModel::headerData(section, orientation, role);
  switch (section) {
    case quantity:
      return tr("Quantity");
    case sd:
      return tr("SmartDeal");
    case dense:
      return tr("Dense baseline");
    case ratio:
      return tr("Dense / SD");
    default:
      return {};
  }
}

}  // namespace sd::app
