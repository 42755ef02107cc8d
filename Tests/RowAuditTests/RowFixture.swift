import Randomness
import RawStore

/// Tables made in code: questions with a difficulty of their own, so that answers at different
/// doses are alike.
enum RowFixture {
  static let doses: [Double] = [0, 0.5, 1, 1.5, 2, 2.5, 3]

  static func arm(
    _ set: String = "h-neurons", configuration: String = "a", isControl: Bool = false,
    benchmark: String = "quiz", judge: String = "rule"
  ) -> Arm {
    Arm(
      benchmark: benchmark, configuration: configuration, neuronSet: set, isControl: isControl,
      endpoint: "compliance", judge: judge)
  }

  /// `rates[dose]` are reached exactly, to the nearest question. A question's rank decides at which
  /// rates it answers `true`; a share of the ranks is shuffled anew at each dose unless the dose is
  /// the no-op dose, where nothing is.
  static func matrix(
    _ arm: Arm, rates: [Double], items: Int = 1_000, doses: [Double] = doses, seed: UInt64 = 1,
    noise: Double = 0.05, unscored: [Int] = []
  ) -> OutcomeMatrix {
    var cells = [UInt8](repeating: 0, count: items * doses.count)
    for (column, rate) in rates.enumerated() {
      var ranks = Array(0..<items)
      if doses[column] != 1 {
        var random = RandomStream(seed: seed, analysis: arm.neuronSet, index: UInt64(column))
        for place in ranks.indices where random.uniform() < noise {
          ranks.swapAt(place, random.integer(below: items))
        }
      }
      let trues = Int((rate * Double(items)).rounded())
      for item in 0..<items {
        cells[item * doses.count + column] = ranks[item] < trues ? 1 : 0
      }
      if unscored.indices.contains(column) {
        for item in 0..<unscored[column] { cells[item * doses.count + column] = 2 }
      }
    }
    return OutcomeMatrix(
      arm: arm, doses: doses, items: names(items), replicateCount: 1, cells: cells,
      unscoredClasses: unscored.isEmpty ? [] : ["parse-failure"],
      contentHash: String(repeating: "0", count: 63) + "\(seed % 10)")
  }

  static func names(_ count: Int) -> [String] {
    (0..<count).map { "q" + String(repeating: "0", count: 7 - String($0).count) + String($0) }
  }

  /// A detector whose score is `separation` standard deviations higher on positives.
  static func detection(
    set: String = "in-domain", detector: String = "h-neurons", isControl: Bool = false,
    items: Int = 300, separation: Double = 1.5, seed: UInt64 = 5, threshold: Double = 0.5,
    lengths: [Int?]? = nil
  ) -> DetectionScores {
    var random = RandomStream(seed: seed, analysis: detector)
    let labels = (0..<items).map { $0 % 2 == 0 }
    let scores = labels.map { label -> Double in
      let value = random.normal() + (label ? separation / 2 : -separation / 2)
      return 0.5 + 0.5 * value / (1 + abs(value))
    }
    let none = [Int?](repeating: nil, count: items)
    return DetectionScores(
      set: set, detector: detector, isControl: isControl, items: names(items), labels: labels,
      scores: scores, predictions: scores.map { $0 >= threshold }, spanLengths: none,
      responseLengths: lengths ?? none, contentHash: "d")
  }

  static func table(
    _ outcomes: [OutcomeMatrix] = [], identical: [IdenticalResponses] = [],
    detection: [DetectionScores] = [], samples: [SampledItem] = [], neurons: [NeuronRow] = [],
    splits: [String: [String]] = [:], classifierRows: [ClassifierRowCount] = [],
    runs: [RunRecord] = []
  ) -> RawTable {
    RawTable(
      study: "fixture", outcomes: outcomes.sorted { $0.arm < $1.arm },
      identicalResponses: identical, detection: detection, samples: samples, neurons: neurons,
      splits: splits, classifierRows: classifierRows, runs: runs, contentHash: "t")
  }
}
