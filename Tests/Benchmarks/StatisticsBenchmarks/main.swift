import Glibc
import Statistics

// The same work as Tests/Benchmarks/statistics/peer.py on the same input. One JSON line for each
// benchmark: wall and CPU seconds of each repeat, a value to compare, and the peak memory so far.
//   StatisticsBenchmarks [repeats] [name ...]

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

func exactCochranArmitage() throws -> Double {
  let arms = try DoseArm.arms(
    successes: [10, 12, 11, 15, 14, 18, 20], trials: [Int](repeating: 100, count: 7),
    scores: doses)
  return CochranArmitageTest(arms).exact.value?.pValueTwoSided ?? .nan
}

func clopperPearsonTables() -> (successes: [Int], trials: [Int]) {
  let trials = (0..<1_000_000).map { 20 + $0 * 7_919 % 981 }
  return (trials.enumerated().map { $0.offset * 104_729 % ($0.element + 1) }, trials)
}

/// The sum of all bounds.
func clopperPearson() throws -> Double {
  let tables = clopperPearsonTables()
  let bounds = try ClopperPearsonTable(successes: tables.successes, trials: tables.trials)
  return bounds.lower.reduce(0, +) + bounds.upper.reduce(0, +)
}

/// The same for tables that share no trials, where nothing can be reused.
func clopperPearsonDistinct() throws -> Double {
  let trials = (0..<1_000_000).map { 20 + $0 }
  let successes = trials.map { $0 * 104_729 % ($0 % 981 + 1) }
  let bounds = try ClopperPearsonTable(successes: successes, trials: trials)
  return bounds.lower.reduce(0, +) + bounds.upper.reduce(0, +)
}

func usage() -> (cpuSeconds: Double, peakMegabytes: Double) {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
  return (seconds(usage.ru_utime) + seconds(usage.ru_stime), Double(usage.ru_maxrss) / 1_024)
}

let arguments = CommandLine.arguments.dropFirst()
let repeats = max(1, arguments.first.flatMap { Int($0) } ?? 3)
let chosen = Set(arguments.dropFirst())
let work: [(name: String, run: () throws -> Double)] = [
  ("auroc-bca", aurocBCa), ("slope-bootstrap", slopeBootstrap),
  ("studentised-permutation", studentisedPermutation),
  ("exact-cochran-armitage", exactCochranArmitage), ("clopper-pearson", clopperPearson),
  ("clopper-pearson-distinct", clopperPearsonDistinct),
]
let clock = ContinuousClock()
for (name, run) in work where chosen.isEmpty || chosen.contains(name) {
  var wall: [Double] = []
  var cpu: [Double] = []
  var value = Double.nan
  for _ in 0..<repeats {
    let before = usage().cpuSeconds
    let start = clock.now
    value = try run()
    let elapsed = (clock.now - start).components
    wall.append(Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    cpu.append(usage().cpuSeconds - before)
  }
  print(
    "{\"name\": \"\(name)\", \"wall\": \(wall), \"cpu\": \(cpu), \"value\": \(value), "
      + "\"peakMegabytes\": \(usage().peakMegabytes)}")
}
