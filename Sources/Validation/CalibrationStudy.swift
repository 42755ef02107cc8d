import Randomness
import Statistics

/// Simulates the size, power and coverage of the methods and compares them with independent
/// targets.
///
/// The study shows where a method fails as well as where it works: the Cochran–Armitage test that
/// ignores pairing, T01 under an inverted U, DeLong's plain interval at high AUROC, BCa at 40 questions
/// and the slope interval at rare events are among the targets.
public struct CalibrationStudy: Hashable, Sendable {
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    /// About a minute on two cores: fewer runs, so wider acceptance.
    case quick
    /// As many runs as the targets rest on.
    case full
  }

  public let mode: Mode
  public let seed: UInt64
  public let threadCount: Int

  public init(mode: Mode, seed: UInt64 = 20_260_101, threadCount: Int = 0) {
    self.mode = mode
    self.seed = seed
    self.threadCount = threadCount
  }

  /// - Parameters:
  ///   - groups: what to run.
  ///   - progress: finished and total scenarios, called in order from the calling thread.
  public func run(
    groups: Set<ValidationRow.Group> = Set(ValidationRow.Group.allCases),
    progress: (_ finished: Int, _ total: Int) -> Void = { _, _ in }
  ) -> ValidationReport {
    var jobs: [() -> [ValidationRow]] = []
    if groups.contains(.size) {
      jobs += rejectionTargets(ValidationTargets.null).map { target in
        { self.rejections(target, group: .size) }
      }
      jobs += lines(ValidationTargets.permutedOrder).map { line in
        { self.permutedOrderSizes(line) }
      }
    }
    if groups.contains(.power) {
      jobs += rejectionTargets(ValidationTargets.power).map { target in
        { self.rejections(target, group: .power) }
      }
    }
    if groups.contains(.coverage) {
      jobs += lines(ValidationTargets.auroc).map { line in { self.aurocCoverage(line) } }
      jobs += lines(ValidationTargets.slope).map { line in { self.slopeCoverage(line) } }
      jobs += lines(ValidationTargets.pairs).map { line in { self.pairedCoverage(line) } }
      jobs += lines(ValidationTargets.proportion).map { line in { self.proportionCoverage(line) } }
    }
    var rows: [ValidationRow] = []
    for (index, job) in jobs.enumerated() {
      rows += job()
      progress(index + 1, jobs.count)
    }
    return ValidationReport(mode: mode, seed: seed, rows: rows)
  }

  // MARK: - Rejection rates

  struct RejectionTarget {
    let scenario: DoseScenario
    let questions: Int
    let shares: [Double]
  }

  private func lines(_ table: String) -> [(key: String, numbers: [Double])] {
    table.split(separator: "\n").map { line in
      let parts = line.split(separator: "|")
      return (
        parts.dropLast().joined(separator: "|"),
        (parts.last ?? "").split(separator: " ").compactMap { Double($0) }
      )
    }
  }

  private func rejectionTargets(_ table: String) -> [RejectionTarget] {
    lines(table).compactMap { line in
      let parts = line.key.split(separator: "|")
      guard parts.count == 2, let questions = Int(parts[1]),
        let scenario = DoseScenario(name: String(parts[0]))
      else { return nil }
      return RejectionTarget(
        scenario: scenario, questions: questions, shares: line.numbers.map { $0 / 1_000 })
    }
  }

  /// Runs that the targets rest on.
  private func targetRuns(_ group: ValidationRow.Group, _ questions: Int) -> Int {
    group == .power ? (questions <= 100 ? 1_000 : 500) : (questions <= 100 ? 3_000 : 2_000)
  }

  func rejections(_ target: RejectionTarget, group: ValidationRow.Group) -> [ValidationRow] {
    let full = targetRuns(group, target.questions)
    let runs = mode == .full ? full : full / (group == .power ? 10 : 5)
    let methods = ValidationTargets.rejectionMethods
    let hash = RandomStream.hash("validate/\(group.rawValue)/\(target.scenario.name)")
    let flags = IndexParallel.rows(
      count: runs, width: methods.count, threadCount: threadCount, chunkLength: 4
    ) { range, output in
      for (offset, run) in range.enumerated() {
        var random = RandomStream(
          seed: seed, analysisHash: hash, index: UInt64(run), substream: UInt64(target.questions))
        let rejected = Self.rejected(target.scenario.draw(target.questions, &random), run: run)
        for method in methods.indices {
          output[offset * methods.count + method] = rejected[method] ? 1 : 0
        }
      }
    }
    return methods.indices.map { method in
      let hits = stride(from: method, to: flags.count, by: methods.count)
        .reduce(0) { $0 + Int(flags[$1]) }
      return ValidationRow(
        group: group, scenario: target.scenario.name, sampleSize: "\(target.questions)",
        method: methods[method], hits: hits, runCount: runs, target: target.shares[method],
        targetRunCount: full)
    }
  }

  /// One sample, every method at .05, in the order of the targets. A statistic that does not exist
  /// does not reject.
  private static func rejected(_ rows: [[Bool]], run: Int) -> [Bool] {
    let doses = [0.0, 1, 2, 3]
    var decisions = [Bool](repeating: false, count: ValidationTargets.rejectionMethods.count)
    guard let matrix = try? QuestionMatrix(rows, scores: doses) else { return decisions }
    let counts = doses.indices.map { dose in rows.count { $0[dose] } }
    let arms = try? DoseArm.arms(
      successes: counts, trials: counts.map { _ in rows.count }, scores: doses)
    let trend = WithinQuestionTrend(matrix)
    let studentised = try? WithinQuestionPermutation.test(
      DoseResponseRows(doses: doses, outcomes: rows.map { $0.map(Optional.some) }),
      permutationCount: 999, seed: UInt64(run), analysis: "validate/studentised", threadCount: 1)
    func isSmall(_ p: Double?) -> Bool { (p ?? 1) < 0.05 }
    decisions[0] = isSmall(arms.map { CochranArmitageTest($0, computesExact: false).pValue })
    decisions[1] = isSmall(trend.pValueAsymptotic)
    decisions[2] = isSmall(trend.robustPValue)
    decisions[3] = isSmall(trend.signFlipPValue.value)
    decisions[4] = isSmall(trend.permutation.value?.pValueTwoSided)
    decisions[5] = isSmall(studentised?.pValue)
    let numbers = rows.map { $0.map { $0 ? 1.0 : 0.0 } }
    decisions[10] = isSmall((try? DoseHomogeneityTest.test(rows: numbers))?.value?.pValue)
    guard let order = (try? PairedOrderTest.test(rows: numbers))?.value else { return decisions }
    decisions[6] = isSmall(order.increasing.pForOrder)
    decisions[7] = isSmall(order.increasing.pAgainstOrder)
    decisions[8] = isSmall(order.decreasing.pForOrder)
    decisions[9] = isSmall(order.decreasing.pAgainstOrder)
    return decisions
  }

  // MARK: - Coverage

  /// Binormal scores with equal variances. A sample without an interval does not cover, except for
  /// the plain interval, which is the point estimate then.
  private func aurocCoverage(_ line: (key: String, numbers: [Double])) -> [ValidationRow] {
    let parts = line.key.split(separator: " ").compactMap { Double($0) }
    guard parts.count == 3, line.numbers.count == 3 else { return [] }
    let (positives, negatives, area) = (Int(parts[0]), Int(parts[1]), parts[2])
    let shift = NormalDistribution.quantile(area) * 2.0.squareRoot()
    let runs = 2_000
    let hash = RandomStream.hash("validate/auroc/\(line.key)")
    let flags = IndexParallel.rows(
      count: runs, width: 3, threadCount: threadCount, chunkLength: 16
    ) { range, output in
      for (offset, run) in range.enumerated() {
        var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(run))
        let first = (0..<positives).map { _ in shift + random.normal() }
        let second = (0..<negatives).map { _ in random.normal() }
        guard let auroc = try? AUROC(positives: first, negatives: second) else { continue }
        let intervals = [
          auroc.waldInterval(confidenceLevel: 0.95).value,
          auroc.logitInterval(confidenceLevel: 0.95).value,
          // The targets rest on the degenerate root [1, 1] of a perfect sample; the open root that
          // the tool prints covers .97 instead of .92 at (20, 20) and an AUROC of .97.
          auroc.estimate.value.map {
            AUROCInterval.newcombe5(
              estimate: $0, positiveCount: positives, negativeCount: negatives,
              confidenceLevel: 0.95, boundaryIsOpen: false)
          },
        ]
        for (method, interval) in intervals.enumerated() {
          output[offset * 3 + method] = interval?.contains(area) == true ? 1 : 0
        }
      }
    }
    return ["DeLong", "DeLong, logit", "Newcombe method 5, closed"].enumerated().map {
      method, name in
      let hits = stride(from: method, to: flags.count, by: 3).reduce(0) { $0 + Int(flags[$1]) }
      return ValidationRow(
        group: .coverage, scenario: "AUROC \(area)", sampleSize: "\(positives) + \(negatives)",
        method: name, hits: hits, runCount: runs, target: line.numbers[method] / 1_000,
        targetRunCount: 2_000)
    }
  }

  /// Exact coverage of a proportion's interval over p = .05, .06, … .94, the grid of the targets.
  private func proportionCoverage(_ line: (key: String, numbers: [Double])) -> [ValidationRow] {
    let parts = line.key.split(separator: " ")
    guard parts.count == 2, let trials = Int(parts[1]), line.numbers.count == 2 else { return [] }
    let isWilson = parts[0] == "wilson"
    let intervals = (0...trials).compactMap { x -> Interval? in
      guard let share = try? Proportion(successes: x, trials: trials) else { return nil }
      return isWilson ? share.wilsonInterval() : share.clopperPearsonInterval()
    }
    let coverages = (5...94).map { step -> Double in
      let p = Double(step) / 100
      return intervals.enumerated().reduce(0) { sum, item in
        item.element.contains(p)
          ? sum + BinomialDistribution.mass(item.offset, trials: trials, probability: p) : sum
      }
    }
    let name = isWilson ? "Wilson" : "Clopper-Pearson"
    return [
      ValidationRow(
        exact: coverages.reduce(0, +) / Double(coverages.count), target: line.numbers[0] / 10_000,
        scenario: "mean over p in .05 to .94", sampleSize: "\(trials)", method: name,
        rounding: 0.00005),
      ValidationRow(
        exact: coverages.min() ?? .nan, target: line.numbers[1] / 10_000,
        scenario: "minimum over p in .05 to .94", sampleSize: "\(trials)", method: name,
        rounding: 0.00005),
    ]
  }
}
