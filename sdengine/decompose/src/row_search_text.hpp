// The text of the search. It is included once for each set of vector instructions, inside a
// namespace of its own and after a pragma that names the set: GCC cuts vectors wider than the
// target's registers to pieces before it clones anything, so that target_clones will not do. No
// include guard, and no includes, for that reason.
//
// A block of codes is priced at once: its costs stay in registers while the factors are broadcast.
// SD_SEARCH_WIDTH is the number of floats in a register.

constexpr std::size_t lanes = SD_SEARCH_WIDTH;
constexpr std::size_t vectors = 2;
typedef float Floats __attribute__((vector_size(lanes * sizeof(float))));
typedef std::int32_t Ints __attribute__((vector_size(lanes * sizeof(std::int32_t))));

__attribute__((always_inline)) inline void add_product(Floats& sum, float factor,
                                                       const float* from) {
  Floats values;
  std::memcpy(&values, from, sizeof values);
  sum += factor * values;
}

/// Index of the cheapest code. The padding consists of zero codes, which lose to code 0. `N`
/// columns, or task.columns of them where N is 0.
template <int N>
__attribute__((always_inline)) inline std::int32_t search(const Task& task) {
  const int columns = N != 0 ? N : task.columns;
  const int products = columns * (columns + 1) / 2;
  std::array<Floats, vectors> least;
  std::array<Ints, vectors> found{};
  for (Floats& l : least) l = Floats{} + std::numeric_limits<float>::infinity();
  for (std::size_t begin = 0; begin < task.stride; begin += lanes * vectors) {
    std::array<Floats, vectors> cost{};
    std::array<Floats, vectors> dot{};
    for (std::size_t v = 0; v < vectors; ++v)
      add_product(cost[v], task.price, task.bits + begin + v * lanes);
    for (int q = 0; q < products; ++q)
      for (std::size_t v = 0; v < vectors; ++v)
        add_product(cost[v], task.metric[q],
                    task.products + static_cast<std::size_t>(q) * task.stride + begin + v * lanes);
    for (int s = 0; s < columns; ++s)
      for (std::size_t v = 0; v < vectors; ++v)
        add_product(dot[v], task.moment[s],
                    task.points + static_cast<std::size_t>(s) * task.stride + begin + v * lanes);
    for (std::size_t v = 0; v < vectors; ++v) {
      cost[v] -= (Floats)((Ints)dot[v] & 0x7fffffff);
      const Ints cheaper = cost[v] < least[v];
      least[v] = cheaper ? cost[v] : least[v];
      found[v] = cheaper ? (Ints{} + static_cast<std::int32_t>(begin)) : found[v];
    }
  }
  // The first of the cheapest, so that the number of lanes cannot show.
  float smallest = std::numeric_limits<float>::infinity();
  std::int32_t best = 0;
  for (std::size_t v = 0; v < vectors; ++v)
    for (std::size_t l = 0; l < lanes; ++l) {
      const float cost = least[v][l];
      const std::int32_t index = found[v][l] + static_cast<std::int32_t>(v * lanes + l);
      if (cost < smallest || (cost == smallest && index < best)) {
        smallest = cost;
        best = index;
      }
    }
  return best;
}

std::int32_t cheapest(const Task& task) {
  switch (task.columns) {
    case 3:
      return search<3>(task);
    case 5:
      return search<5>(task);
    default:
      return search<0>(task);
  }
}
