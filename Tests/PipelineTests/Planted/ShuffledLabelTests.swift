import Classifier
import Foundation
import Pipeline
import Statistics
import Testing

/// With shuffled labels there is nothing to find; what is claimed all the same is counted.
@Suite struct ShuffledLabelTests {
  private static let drawCount = 500
  private static let level = 0.05

  private final class Scratch {
    let path = NSTemporaryDirectory() + "referee-shuffled-" + UUID().uuidString

    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  /// Counts that a binomial variable leaves with a probability of at most .005 on each side.
  private static func binomialRange(_ trials: Int, _ probability: Double) -> ClosedRange<Int> {
    let lower =
      (0...trials).first {
        BinomialDistribution.cdf($0, trials: trials, probability: probability) > 0.005
      } ?? 0
    let upper =
      (0...trials).last {
        BinomialDistribution.upperTail($0, trials: trials, probability: probability) > 0.005
      } ?? trials
    return lower...upper
  }

  @Test func `shuffled labels are claimed no more often than the level allows`() throws {
    let scratch = try Scratch()
    let questions = CheckpointCopy.reference + "/questions/"
    for (from, to) in [("training", "training"), ("false-premise", "benchmark")] {
      try FileManager.default.copyItem(
        atPath: "\(questions)\(from).jsonl", toPath: "\(scratch.path)/\(to).jsonl")
    }
    let study = try PlantedStudy(
      checkpoint: CheckpointCopy.reference, data: scratch.path, folder: scratch.path + "/study",
      limit: 350)
    _ = try study.run(until: .contributions)
    let labels = try ShuffledLabels(
      store: try study.folder(of: "contributions") + "/store", cost: 10,
      planFolder: scratch.path + "/plan")
    #expect(labels.itemCount >= 200 && labels.wrongCount >= 60)

    let draws = try (0..<Self.drawCount).map { try labels.draw($0) }
    // A detector without a neuron ranks nothing and could claim nothing.
    #expect(draws.count { $0.selected > 0 } == draws.count)
    let claims = draws.count { $0.isClaim }
    let range = Self.binomialRange(draws.count, Self.level)
    #expect(range.contains(claims), "\(claims) of \(draws.count), expected \(range)")

    // The variance of the rank statistic under chance; draws differ in the labels alone.
    let mean = draws.reduce(0) { $0 + $1.area } / Double(draws.count)
    let variance = draws.reduce(0.0) { sum, draw in
      let (m, n) = (Double(draw.positives), Double(draw.negatives))
      return sum + (m + n + 1) / (12 * m * n)
    }
    let error = variance.squareRoot() / Double(draws.count)
    let bound = NormalDistribution.criticalValue(confidenceLevel: 0.99) * error
    #expect(abs(mean - 0.5) <= bound, "mean AUROC \(mean), bound \(bound)")
    let above = draws.count { $0.area > 0.5 }
    let half = Self.binomialRange(draws.count { $0.area != 0.5 }, 0.5)
    #expect(half.contains(above), "\(above) above one half, expected \(half)")
  }
}
