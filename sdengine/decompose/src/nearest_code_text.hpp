// The text of the search. It is included once for each set of vector instructions, inside a
// namespace of its own and after a pragma that names the set: GCC cuts vectors wider than the
// target's registers to pieces before it clones anything, so that target_clones will not do. No
// include guard, and no includes, for that reason.
//
// A block of rows is compared with one candidate at a time: the rows stay in registers, the
// candidate is broadcast, and no reduction across lanes is needed. SD_SEARCH_WIDTH is the number of
// floats in a register.

constexpr int lanes = SD_SEARCH_WIDTH;
constexpr int vectors = 2;
constexpr int block = lanes * vectors;
typedef float Floats __attribute__((vector_size(lanes * sizeof(float))));
typedef std::int32_t Ints __attribute__((vector_size(lanes * sizeof(std::int32_t))));

/// ||x -+ v||^2 / 2 = ||x||^2 / 2 + (||v||^2 / 2 -+ x.v): the better sign has -|x.v|, and ||x||^2
/// is the same for all. Divided by the row's weight, a bit costs its price. `N` columns, or
/// task.columns of them where N is 0.
template <int N, bool priced>
__attribute__((always_inline)) inline void search(const Task& task) {
  const int columns = N != 0 ? N : task.columns;
  const int size = task.candidates->size;
  const float* const values = task.candidates->values.data();
  const float* const half_norm = task.candidates->half_norm.data();
  for (int begin = 0; begin < task.stride; begin += block) {
    std::array<Floats, vectors> least{};
    std::array<Ints, vectors> best{};
    std::array<Floats, vectors> price{};
    if constexpr (priced) {
      std::memcpy(price.data(), task.price + begin, sizeof price);
      for (int v = 0; v < vectors; ++v) least[v] = price[v] * task.candidates->bits[0];
    }
    for (int k = 1; k < size; ++k) {
      std::array<Floats, vectors> dot{};
      for (int j = 0; j < columns; ++j) {
        const float value = values[static_cast<std::size_t>(j) * size + k];
        for (int v = 0; v < vectors; ++v) {
          Floats x;
          std::memcpy(&x, task.rows + static_cast<std::size_t>(j) * task.stride + begin + v * lanes,
                      sizeof x);
          dot[v] += x * value;
        }
      }
      for (int v = 0; v < vectors; ++v) {
        const Floats magnitude = (Floats)((Ints)dot[v] & 0x7fffffff);
        Floats distance = half_norm[k] - magnitude;
        if constexpr (priced) distance += price[v] * task.candidates->bits[k];
        const Ints nearer = distance < least[v];
        least[v] = nearer ? distance : least[v];
        best[v] = nearer ? (Ints{} + k) : best[v];
      }
    }
    std::memcpy(task.best + begin, best.data(), sizeof best);
  }
}

template <bool priced>
__attribute__((always_inline)) inline void search_columns(const Task& task) {
  switch (task.columns) {
    case 1:
      return search<1, priced>(task);
    case 2:
      return search<2, priced>(task);
    case 3:
      return search<3, priced>(task);
    case 4:
      return search<4, priced>(task);
    case 5:
      return search<5, priced>(task);
    case 7:
      return search<7, priced>(task);
    default:
      return search<0, priced>(task);
  }
}

void search_unpriced(const Task& task) {
  search_columns<false>(task);
}

void search_priced(const Task& task) {
  search_columns<true>(task);
}
