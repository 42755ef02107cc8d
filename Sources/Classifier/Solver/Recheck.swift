/// f64 products of chosen columns with chosen residuals, each tile read once.
struct Recheck {
  private struct Wish {
    var slot: Int
    var problem: Int
  }

  private var wishes: [Wish] = []
  private var found: [[Int: Double]]

  init(problemCount: Int) { found = [[Int: Double]](repeating: [:], count: problemCount) }

  mutating func want(_ slot: Int, problem: Int) {
    wishes.append(Wish(slot: slot, problem: problem))
  }

  /// xⱼᵀ r of a wish after ``run(_:states:threads:)``.
  func product(_ slot: Int, problem: Int) -> Double? { found[problem][slot] }

  mutating func run(
    _ store: TileStore, scale: FeatureScale, states: [ProblemState], threads: Int
  ) throws(ClassifierError) {
    wishes.sort { ($0.slot, $0.problem) < ($1.slot, $1.problem) }
    let sums = states.map(\.residualSum)
    let results = Buffer<Double>(wishes.count, repeating: 0)
    let runs = store.runs(wishes.map(\.slot))
    let failure = ParallelFailure()
    let wishes = wishes
    Parallel.forEach(
      runs.count, threads: threads, context: { SectionReader(store.sections.values) }
    ) { reader, run in
      for index in runs[run] {
        let wish = wishes[index]
        do throws(ClassifierError) {
          results[index] = try store.exactProduct(
            wish.slot, scale: scale, residual: states[wish.problem].residual.pointer,
            residualSum: sums[wish.problem], reader: reader)
        } catch { failure.record(error, at: index) }
      }
    }
    try failure.check()
    for (index, wish) in wishes.enumerated() { found[wish.problem][wish.slot] = results[index] }
  }
}
