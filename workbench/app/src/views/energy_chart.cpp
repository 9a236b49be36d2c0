#include "views/energy_chart.hpp"

#include <QBarCategoryAxis>
#include <QBarSet>
#include <QChart>
#include <QCursor>
#include <QStackedBarSeries>
#include <QToolTip>
#include <QValueAxis>

#include <algorithm>

namespace sd::app {

namespace {

constexpr double picojoule_per_microjoule = 1e6;

// Distinguishable for colour-blind readers too (after Okabe and Ito, "Color Universal Design",
// 2008).
const QColor component_colours[] = {QColor(0x00, 0x72, 0xb2), QColor(0xe6, 0x9f, 0x00),
                                    QColor(0x00, 0x9e, 0x73), QColor(0xcc, 0x79, 0xa7),
                                    QColor(0x56, 0xb4, 0xe9), QColor(0xd5, 0x5e, 0x00),
                                    QColor(0xf0, 0xe4, 0x42), QColor(0x99, 0x99, 0x99)};

double component_pj(const energy::EnergyBreakdown& energy, const std::string& name) {
  const auto& parts = energy.components;
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [&](const auto& part) { return part.first == name; });
  return found == parts.end() ? 0.0 : found->second;
}

void remove_axes(QChart* chart) {
  for (QAbstractAxis* axis : chart->axes()) {
    chart->removeAxis(axis);
    delete axis;
  }
}

}  // namespace

EnergyChart::EnergyChart(QWidget* parent) : QChartView(new QChart, parent) {
  setRenderHint(QPainter::Antialiasing);
  setObjectName("energyChart");
  setAccessibleName(tr("Energy per image by component"));
  clear();
}

void EnergyChart::clear() {
  chart()->removeAllSeries();
  remove_axes(chart());
  chart()->legend()->hide();
  chart()->setTitle(tr("Energy per image appears here after a run (Ctrl+R)"));
}

void EnergyChart::set_report(const core::RunReport& report) {
  clear();
  auto* series = new QStackedBarSeries(chart());
  std::size_t colour = 0;
  for (const auto& [name, sd_pj] : report.sd.energy_per_image.components) {
    const double dense_pj = component_pj(report.baseline.energy_per_image, name);
    auto* set = new QBarSet(QString::fromStdString(name).replace('_', ' '), series);
    *set << sd_pj / picojoule_per_microjoule << dense_pj / picojoule_per_microjoule;
    set->setColor(component_colours[colour++ % std::size(component_colours)]);
    connect(set, &QBarSet::hovered, this, [this, set](bool entered, int bar) {
      show_value(set->label(), entered, bar, set->at(bar));
    });
    series->append(set);
  }
  chart()->addSeries(series);

  auto* bars = new QBarCategoryAxis(chart());
  bars->append({tr("SmartDeal"), tr("Dense baseline")});
  chart()->addAxis(bars, Qt::AlignBottom);
  series->attachAxis(bars);

  auto* energy = new QValueAxis(chart());
  energy->setTitleText(tr("uJ per image (estimate)"));
  const double top =
      std::max(report.sd.energy_per_image.total_pj(), report.baseline.energy_per_image.total_pj());
  energy->setRange(0, top > 0 ? 1.05 * top / picojoule_per_microjoule : 1.0);
  energy->applyNiceNumbers();
  chart()->addAxis(energy, Qt::AlignLeft);
  series->attachAxis(energy);

  chart()->legend()->setAlignment(Qt::AlignRight);
  chart()->legend()->show();
  chart()->setTitle(tr("Energy per image: the dense baseline takes %1x as much")
                        .arg(report.energy_ratio, 0, 'f', 2));
}

void EnergyChart::show_value(const QString& component, bool entered, int bar, double microjoule) {
  if (!entered) {
    QToolTip::hideText();
    return;
  }
  const QString chip = bar == 0 ? tr("SmartDeal") : tr("Dense baseline");
  QToolTip::showText(
      QCursor::pos(),
      QStringLiteral("%1, %2: %3 uJ").arg(chip, component).arg(microjoule, 0, 'f', 4), this);
}

}  // namespace sd::app
