internal import Classifier
internal import Dispatch
internal import Study
internal import Synchronization

/// Detectors of the H-neurons and of matched random sets, fitted alike.
///
/// A random set has no weights of its own, so each set, the H-neurons included, gets a logistic
/// regression on the training rows restricted to its columns (L1 with C = 100, next to no penalty):
/// the comparison is between sets of neurons. The fits are the same for every question set.
struct SetRefits {
  /// Weak enough that no set loses to the penalty, strong enough that a solution exists.
  static let cost = 100.0

  let plan: StudyPlan
  let fitted: FittedDetector
  let randomSetCount: Int
  let trainingStore: String
  let settings: RunSettings
  let threads: Int

  /// The H-neurons' first, then those of the random sets; empty without H-neurons. Sets are dealt to
  /// the threads and each is fitted by one.
  func detectors() throws -> [FrozenDetector] {
    let training = try TileStore(path: trainingStore)
    let sets = try comparedSets(training)
    let labels = try FitStage.rowRule(plan).labels(of: training)
    let progress = Mutex<(next: Int, done: [Int: FrozenDetector], failure: (any Error)?)>(
      (0, [:], nil))
    DispatchQueue.concurrentPerform(iterations: min(max(threads, 1), max(sets.count, 1))) { _ in
      while let index = progress.withLock({ state -> Int? in
        guard state.next < sets.count, state.failure == nil else { return nil }
        state.next += 1
        return state.next - 1
      }) {
        let result = Result { try refit(sets[index], on: training, labels: labels) }
        let isCancelled = settings.isCancelled()
        // Told under the lock: counts never go backwards, and the listener hears one at a time.
        progress.withLock { state in
          switch result {
          case .success(let detector): state.done[index] = detector
          case .failure(let error): state.failure = state.failure ?? error
          }
          if isCancelled, state.done.count < sets.count {
            state.failure =
              state.failure
              ?? PipelineError.interrupted(
                stage: "detect", done: state.done.count, total: sets.count)
          }
          settings.progress(.detect, state.done.count, sets.count)
        }
      }
    }
    return try progress.withLock { state in
      if let failure = state.failure { throw failure }
      return sets.indices.compactMap { state.done[$0] }
    }
  }

  private func comparedSets(_ training: TileStore) throws -> [[Int]] {
    guard !fitted.positiveColumns.isEmpty, let layout = training.layout else { return [] }
    return [fitted.positiveColumns]
      + (try fitted.matchedSets(
        randomSetCount, matching: plan.design.matching, layout: layout, seed: plan.design.seed))
  }

  /// A detector of its own for a set of columns.
  private func refit(
    _ columns: [Int], on training: TileStore, labels: [Double]
  ) throws -> FrozenDetector {
    let values = try training.values(ofColumns: columns)
    var matrix = SparseMatrix(columnCount: columns.count)
    let kept = labels.indices.filter { labels[$0] != 0 }
    for row in kept {
      for (place, column) in columns.enumerated() {
        guard let value = values[column]?[row], value != 0 else { continue }
        matrix.columns.append(UInt32(place))
        matrix.values.append(value)
      }
      matrix.starts.append(matrix.columns.count)
      matrix.labels.append(labels[row])
    }
    let store = try TileStore.build(
      from: matrix, dtype: .f64, source: "columns of a neuron set")
    var options = FitStage.options(plan, threads: 1)
    options.scale = .none
    options.gapTolerance = 1e-6
    options.violationTolerance = 1e-4
    options.examinesMargins = false
    let keptLabels = kept.map { labels[$0] }
    let solver = try PathSolver(store: store, labels: keptLabels, options: options)
    let weighting: Classifier.ClassWeight =
      plan.classifier.classWeight == .balanced ? .balanced : .none
    let weights = weighting.rowWeights(
      labels: keptLabels, sampleWeights: kept.map { _ in 1 })
    let fit = try solver.solve([
      LogisticProblem(name: "neuron set", cost: Self.cost, rowWeights: weights)
    ])[0]
    return FrozenDetector(
      weights: fit.weights.map { (columns[$0.column], $0.rawWeight) },
      intercept: fit.rawIntercept)
  }
}
