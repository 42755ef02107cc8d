import Statistics

// The same work as Tests/Benchmarks/statistics/peer.py on the same input, one JSON line for each
// benchmark: name, seconds (best of the repeats), value.

struct Sample {
  let positives: [Double]
  let negatives: [Double]
  let rows: [[Bool]]

  /// A linear congruential sequence, so that both sides read identical numbers.
  init() {
    var state: UInt64 = 12_345
    let values = (0..<9_000).map { _ in
      state = (state * 1_103_515_245 + 12_345) % (1 << 31)
      return Double(state) / 0x1p31
    }
    positives = values[0..<500].map { ($0 * 100 + 20).rounded(.toNearestOrEven) / 100 }
    negatives = values[500..<1_000].map { ($0 * 100).rounded(.toNearestOrEven) / 100 }
    rows = (0..<1_000).map { question in
      (0..<7).map { dose in values[1_000 + question * 7 + dose] < 0.3 + 0.05 * Double(dose) }
    }
  }
}

let doses = (0..<7).map { 0.5 * Double($0) }
let sample = Sample()

func aurocBCa() throws -> Double {
  let distribution = try AUROCResampler(
    positives: sample.positives, negatives: sample.negatives
  ).distribution(Bootstrap(seed: 1, analysis: "benchmark/auroc", resampleCount: 10_000))
  return distribution.biasCorrectedInterval(confidenceLevel: 0.95).value?.interval.lower ?? .nan
}

func slopeBootstrap() throws -> Double {
  let rows = try DoseResponseRows(doses: doses, outcomes: sample.rows.map { $0.map(Optional.some) })
  let distribution = try MeanResampler(slopesOf: rows)
    .distribution(Bootstrap(seed: 1, analysis: "benchmark/slope", resampleCount: 10_000))
  return distribution.percentileInterval(confidenceLevel: 0.95).value?.lower ?? .nan
}

func studentisedPermutation() throws -> Double {
  let rows = try DoseResponseRows(doses: doses, outcomes: sample.rows.map { $0.map(Optional.some) })
  return try WithinQuestionPermutation.test(
    rows, permutationCount: 9_999, seed: 1, analysis: "benchmark/permutation"
  ).pValue
}

let repeats = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3
let clock = ContinuousClock()
let work: [(String, () throws -> Double)] = [
  ("auroc-bca", aurocBCa), ("slope-bootstrap", slopeBootstrap),
  ("studentised-permutation", studentisedPermutation),
]
for (name, run) in work {
  var best = Double.infinity
  var value = Double.nan
  for _ in 0..<max(1, repeats) {
    let start = clock.now
    value = try run()
    let elapsed = clock.now - start
    best = min(
      best,
      Double(elapsed.components.attoseconds) * 1e-18
        + Double(elapsed.components.seconds))
  }
  print("{\"name\": \"\(name)\", \"seconds\": \(best), \"value\": \(value)}")
}
