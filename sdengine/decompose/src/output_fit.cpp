#include "output_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cstddef>

#include "add_multiple.hpp"

namespace sd::decompose {

namespace {

using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

/// to += H x, for symmetric H
void add_product(const OutputForm& form, const std::vector<double>& x, std::vector<double>& to) {
  for (int k = 0; k < form.dimension; ++k) {
    const double factor = x[static_cast<std::size_t>(k)];
    if (factor != 0)
      add_multiple(to.data(), form.matrix.data() + std::ptrdiff_t{k} * form.dimension, factor,
                   form.dimension);
  }
}

}  // namespace

OutputFit::OutputFit(const MatrixLayout& layout, const CodeBook& book, double lambda,
                     std::span<const OutputTarget> targets, std::vector<float> bases)
    : layout_(layout),
      book_(&book),
      lambda_(lambda),
      targets_(targets),
      bases_(std::move(bases)),
      states_(targets.size()),
      searches_(static_cast<std::size_t>(layout.slices()), RowSearch(book, layout.columns)) {
  for (State& state : states_) state.codes.resize(static_cast<std::size_t>(layout.rows));
  rebuild();
}

const float* OutputFit::basis_of(int row) const {
  return bases_.data() +
         static_cast<std::ptrdiff_t>(row / layout_.slice_rows) * book_->rank * layout_.columns;
}

void OutputFit::rebuild() {
  for (int slice = 0; slice < layout_.slices(); ++slice)
    searches_[static_cast<std::size_t>(slice)].set_basis(basis_of(layout_.slice_begin(slice)));
  error_ = 0;
  bits_ = 0;
  std::vector<double> difference;
  for (std::size_t f = 0; f < states_.size(); ++f) {
    const OutputTarget& target = targets_[f];
    State& state = states_[f];
    state.stored.clear();
    for (int row = 0; row < layout_.rows; ++row) {
      const SignedCode code = state.codes[static_cast<std::size_t>(row)];
      const RowSearch& search = searches_[static_cast<std::size_t>(row / layout_.slice_rows)];
      for (int s = 0; s < layout_.columns; ++s)
        state.stored.push_back(target.scale * search.value(code, s));
      bits_ += static_cast<double>(book_->bits[static_cast<std::size_t>(code.code)]);
    }
    difference.resize(state.stored.size());
    for (std::size_t k = 0; k < difference.size(); ++k)
      difference[k] = target.weights[k] - state.stored[k];
    state.gradient.assign(difference.size(), 0.0);
    add_product(*target.form, difference, state.gradient);
    error_ += dot(difference, state.gradient);
  }
}

void OutputFit::compensate() {
  for (std::size_t f = 0; f < states_.size(); ++f) compensate(targets_[f], states_[f]);
  rebuild();
}

void OutputFit::compensate(const OutputTarget& target, State& state) {
  const auto n = static_cast<std::ptrdiff_t>(layout_.columns);
  const std::ptrdiff_t dimension = target.form->dimension;
  const double* const factor = target.form->inverse_factor.data();
  std::vector<double> moved = target.weights;
  Square metric(n, n);
  Vector moment(n);
  for (int row = 0; row < layout_.rows; ++row) {
    const std::ptrdiff_t at = row * n;
    // With e = (x - v) U_rr^-1 the rows up to this one cost e e' in all, once the rows after it
    // have taken up -e U_rk.
    Square block(n, n);
    for (std::ptrdiff_t i = 0; i < n; ++i)
      for (std::ptrdiff_t j = 0; j < n; ++j) block(i, j) = factor[(at + i) * dimension + at + j];
    const Square inverse =
        block.triangularView<Eigen::Upper>().solve(Square::Identity(n, n).eval());
    metric.noalias() = inverse * inverse.transpose();
    const Eigen::Map<const Vector> wanted(moved.data() + at, n);
    moment.noalias() = metric * wanted;
    // The search works on Ce * B; the scale goes into metric and moment.
    const double scale = target.scale;
    const Square scaled_metric = metric * (scale * scale);
    const Vector scaled_moment = moment * scale;
    const RowSearch& search = searches_[static_cast<std::size_t>(row / layout_.slice_rows)];
    const SignedCode code = search.best(scaled_metric.data(), scaled_moment.data(), lambda_);
    state.codes[static_cast<std::size_t>(row)] = code;
    Eigen::RowVectorXd rest(n);
    for (std::ptrdiff_t s = 0; s < n; ++s)
      rest(s) =
          moved[static_cast<std::size_t>(at + s)] - scale * search.value(code, static_cast<int>(s));
    const Eigen::RowVectorXd error = rest * inverse;
    const std::ptrdiff_t next = at + n;
    for (std::ptrdiff_t i = 0; i < n; ++i)
      add_multiple(moved.data() + next, factor + (at + i) * dimension + next, -error(i),
                   dimension - next);
  }
}

void OutputFit::improve_codes(int sweeps) {
  for (std::size_t f = 0; f < states_.size(); ++f)
    for (int k = 0; k < sweeps; ++k)
      if (!sweep(targets_[f], states_[f])) break;
  rebuild();
}

bool OutputFit::sweep(const OutputTarget& target, State& state) {
  const auto n = static_cast<std::size_t>(layout_.columns);
  const auto dimension = static_cast<std::size_t>(target.form->dimension);
  const double scale = target.scale;
  std::vector<double> metric(n * n);
  std::vector<double> moment(n);
  std::vector<double> step(n);
  bool changed = false;
  for (int row = 0; row < layout_.rows; ++row) {
    const std::size_t at = static_cast<std::size_t>(row) * n;
    const RowSearch& search = searches_[static_cast<std::size_t>(row / layout_.slice_rows)];
    // Where the row's point v is free: v' M v - 2 g' v, up to what does not depend on v.
    for (std::size_t i = 0; i < n; ++i) {
      moment[i] = state.gradient[at + i];
      for (std::size_t j = 0; j < n; ++j) {
        const double h = target.form->matrix[(at + i) * dimension + at + j];
        metric[i * n + j] = scale * scale * h;
        moment[i] += h * state.stored[at + j];
      }
      moment[i] *= scale;
    }
    SignedCode& held = state.codes[static_cast<std::size_t>(row)];
    const SignedCode found = search.best(metric.data(), moment.data(), lambda_);
    if (found == held) continue;
    const auto cost = [&](SignedCode code) {
      double sum = lambda_ * static_cast<double>(book_->bits[static_cast<std::size_t>(code.code)]);
      for (std::size_t i = 0; i < n; ++i) {
        const double v = search.value(code, static_cast<int>(i));
        sum -= 2 * moment[i] * v;
        for (std::size_t j = 0; j < n; ++j)
          sum += v * metric[i * n + j] * search.value(code, static_cast<int>(j));
      }
      return sum;
    };
    // The search compared in float; the held code stays unless the new one is better in double.
    if (!(cost(found) < cost(held))) continue;
    held = found;
    changed = true;
    for (std::size_t i = 0; i < n; ++i) {
      const double stored = scale * search.value(found, static_cast<int>(i));
      step[i] = stored - state.stored[at + i];
      state.stored[at + i] = stored;
    }
    for (std::size_t i = 0; i < n; ++i)
      add_multiple(state.gradient.data(), target.form->matrix.data() + (at + i) * dimension,
                   -step[i], static_cast<std::ptrdiff_t>(dimension));
  }
  return changed;
}

void OutputFit::refit_bases() {
  const int rank = book_->rank;
  std::vector<std::vector<double>> coefficients(states_.size());
  for (std::size_t f = 0; f < states_.size(); ++f)
    for (const SignedCode code : states_[f].codes)
      for (int j = 0; j < rank; ++j) {
        const double value = static_cast<double>(
            book_->values[static_cast<std::size_t>(j) * book_->size + code.code]);
        coefficients[f].push_back(code.negative ? -value : value);
      }
  auto refitted = least_squares_bases(layout_, rank, targets_, coefficients);
  if (!refitted) return;
  const double before = objective();
  std::swap(bases_, *refitted);
  rebuild();
  if (objective() <= before) return;
  std::swap(bases_, *refitted);
  rebuild();
}

std::vector<Coefficient> OutputFit::coefficients() const {
  std::vector<Coefficient> result;
  for (const State& state : states_)
    for (const SignedCode code : state.codes)
      for (int j = 0; j < book_->rank; ++j) {
        const int c = book_->codes[static_cast<std::size_t>(code.code) * book_->rank + j];
        result.push_back(static_cast<Coefficient>(code.negative ? -c : c));
      }
  return result;
}

}  // namespace sd::decompose
