import CanonicalJSON
import Statistics
import Testing

@Suite struct ClusteredAUROCTests {
  @Test func `Obuchowski variance`() throws {
    let cases = try ExtraOracle.load()["clustered"]?.arrayValue ?? []
    #expect(cases.count == 3)
    for item in cases {
      let result = try ClusteredAUROC(
        scores: item["scores"]?.doubles ?? [], labels: item["labels"]?.labels ?? [],
        clusters: item["clusters"]?.integers ?? [])
      let area = try #require(result.estimate.value)
      let variance = try #require(result.variance.value)
      #expect(abs(area - (item["auc"]?.doubleValue ?? 0)) < 1e-12)
      #expect(abs(variance - (item["var"]?.doubleValue ?? 0)) < 1e-12)
    }
  }

  @Test func `clusters of one row give DeLong's variance`() throws {
    let item = try #require(try ExtraOracle.load()["clustered"]?[2])
    let scores = item["scores"]?.doubles ?? []
    let labels = item["labels"]?.labels ?? []
    let clustered = try ClusteredAUROC(
      scores: scores, labels: labels, clusters: Array(scores.indices))
    let plain = try AUROC(
      positives: zip(scores, labels).filter(\.1).map(\.0),
      negatives: zip(scores, labels).filter { !$0.1 }.map(\.0))
    let left = try #require(clustered.variance.value)
    let right = try #require(plain.variance.value)
    #expect(abs(left - right) < 1e-15)
  }

  @Test func `cross-validated AUROC averages the folds`() throws {
    let item = try #require(try ExtraOracle.load()["crossValidated"]?[0])
    let result = try CrossValidatedAUROC(
      scores: item["scores"]?.doubles ?? [], labels: item["labels"]?.labels ?? [],
      folds: item["folds"]?.integers ?? [])
    #expect(abs((result.estimate.value ?? 0) - (item["auc"]?.doubleValue ?? 1)) < 1e-12)
    #expect(abs((result.variance.value ?? 0) - (item["var"]?.doubleValue ?? 1)) < 1e-12)
    #expect(result.folds.count == 5)
  }

  @Test func `degenerate classes and clusters are undefined`() throws {
    let oneClass = try ClusteredAUROC(scores: [1, 2], labels: [true, true], clusters: [0, 1])
    #expect(oneClass.estimate.reason?.code == .singleClass)
    let oneCluster = try ClusteredAUROC(
      scores: [1, 2, 3], labels: [true, false, true], clusters: [0, 0, 0])
    #expect(oneCluster.variance.reason?.code == .tooFew)
    let empty = try CrossValidatedAUROC(scores: [], labels: [], folds: [])
    #expect(empty.estimate.value == nil)
    let foldOfOneClass = try CrossValidatedAUROC(
      scores: [1, 2, 3], labels: [true, false, true], folds: [0, 0, 1])
    #expect(foldOfOneClass.estimate.reason?.code == .singleClass)
  }

  /// A perfect AUROC has no variance; the interval must still say how little 3 + 3 items show.
  @Test func `Newcombe's interval is informative at an AUROC of one`() throws {
    let auroc = try AUROC(positives: [0.9, 0.8, 0.7], negatives: [0.6, 0.5, 0.4])
    let interval = try #require(auroc.interval(confidenceLevel: 0.95).value)
    #expect(interval.upper == 1)
    #expect(interval.lower > 0.3 && interval.lower < 0.9)
    let mirrored = try AUROC(positives: [0.6, 0.5, 0.4], negatives: [0.9, 0.8, 0.7])
    let low = try #require(mirrored.interval(confidenceLevel: 0.95).value)
    #expect(low.lower == 0)
    #expect(abs(low.upper - (1 - interval.lower)) < 1e-9)
  }
}
