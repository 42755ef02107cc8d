/// Every confusion table that a published accuracy, AUROC and class count allow.
///
/// One point of a ROC curve bounds its area: TPR(1 − FPR) ≤ AUROC ≤ 1 − FPR(1 − TPR).
/// - Source: the rectangle bounds of a monotone ROC curve. Oracle: `confusion_feasible.json`.
public struct FeasibleConfusion: Hashable, Sendable {
  /// Number of feasible tables.
  public let count: Int
  /// Range of true positives; undefined when no table is feasible.
  public let truePositives: Measured<ClosedRange<Int>>
  public let trueNegatives: Measured<ClosedRange<Int>>
  /// Range of the share predicted positive.
  public let predictedPositiveShare: Measured<ClosedRange<Double>>
  public let positives: Int
  public let negatives: Int

  public var isFeasible: Bool { count > 0 }

  /// Bound on the tables tried.
  public static let tableLimit = 20_000_000

  /// - Parameter halfWidth: rounding of the AUROC, 5e-4 for three decimals.
  public init(
    total: Int, positives: Int, correct: Int, auroc: Double, halfWidth: Double = 5e-4
  ) throws(StatisticsError) {
    guard total >= 0, total <= Self.tableLimit else {
      throw .argumentOutOfRange(
        argument: "n", found: "\(total)", expected: "in 0...\(Self.tableLimit)")
    }
    guard positives >= 0, positives <= total else {
      throw .argumentOutOfRange(
        argument: "positives", found: "\(positives)", expected: "in 0...\(total)")
    }
    guard correct >= 0, correct <= total else {
      throw .argumentOutOfRange(
        argument: "correct", found: "\(correct)", expected: "in 0...\(total)")
    }
    guard auroc >= 0, auroc <= 1 else {
      throw .argumentOutOfRange(argument: "auroc", found: "\(auroc)", expected: "in 0...1")
    }
    guard halfWidth >= 0, halfWidth <= 1 else {
      throw .argumentOutOfRange(
        argument: "halfWidth", found: "\(halfWidth)", expected: "in 0...1")
    }
    let negatives = total - positives
    self.positives = positives
    self.negatives = negatives
    guard positives > 0, negatives > 0 else {
      let reason = UndefinedReason(.singleClass, "all \(total) items are of one class")
      count = 0
      (truePositives, trueNegatives) = (.undefined(reason), .undefined(reason))
      predictedPositiveShare = .undefined(reason)
      return
    }
    var (count, first, last) = (0, -1, -1)
    for tp in stride(from: max(0, correct - negatives), through: min(positives, correct), by: 1) {
      let tpr = Double(tp) / Double(positives)
      let fpr = 1 - Double(correct - tp) / Double(negatives)
      let room = halfWidth + 1e-12
      if tpr * (1 - fpr) - room <= auroc, auroc <= 1 - fpr * (1 - tpr) + room {
        if first < 0 { first = tp }
        last = tp
        count += 1
      }
    }
    self.count = count
    guard count > 0 else {
      let reason = UndefinedReason(
        .outOfDomain, "no confusion table has \(correct) of \(total) correct and this AUROC")
      (truePositives, trueNegatives) = (.undefined(reason), .undefined(reason))
      predictedPositiveShare = .undefined(reason)
      return
    }
    truePositives = .defined(first...last)
    trueNegatives = .defined(correct - last...correct - first)
    // Predicted positive = TP + N − TN = N − correct + 2 TP, increasing in TP.
    func share(_ tp: Int) -> Double { Double(negatives - correct + 2 * tp) / Double(total) }
    predictedPositiveShare = .defined(share(first)...share(last))
  }

  public var sensitivity: Measured<ClosedRange<Double>> {
    truePositives.map {
      Double($0.lowerBound) / Double(positives)...Double($0.upperBound) / Double(positives)
    }
  }

  public var specificity: Measured<ClosedRange<Double>> {
    trueNegatives.map {
      Double($0.lowerBound) / Double(negatives)...Double($0.upperBound) / Double(negatives)
    }
  }
}
