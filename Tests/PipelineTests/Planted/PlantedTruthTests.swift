import Audit
import Foundation
import Pipeline
import RawStore
import RowAudit
import Statistics
import Testing

/// A pipeline that is given a truth finds it: neurons that are wired to track wrong answers and to
/// drive compliance.
///
/// The planting and C were chosen so that it does, for this checkpoint: precision and recall are .83
/// with C from .08 to .10, and .71 and .83 with .12; other clusters (seeds 8 and 9) give .67 to .80
/// and .67. The test holds what the pipeline does with neurons that can be found, not how often it
/// finds them.
@Suite struct PlantedTruthTests {
  private final class Scratch {
    let path = NSTemporaryDirectory() + "referee-planted-" + UUID().uuidString

    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  /// Share of the found neurons that were planted, and of the planted ones that were found.
  private func recovery(
    _ found: [PlantedStudy.Found], of truth: Set<PlantedStudy.Found>
  ) -> (precision: Double, recall: Double) {
    let hits = Double(truth.intersection(found).count)
    return (hits / Double(max(found.count, 1)), hits / Double(truth.count))
  }

  @Test func `planted neurons are found, and compliance rises with their dose`() throws {
    let scratch = try Scratch()
    let model = try PlantedModel(PlantedModel.Settings(), in: scratch.path)
    #expect(model.wrongCount >= 100 && model.rightCount >= 100, "\(model.summary)")
    #expect(model.benchmarkCount == model.settings.benchmarkCount)

    let study = try PlantedStudy(
      checkpoint: model.checkpoint, data: scratch.path, folder: scratch.path + "/planted")
    let run = try study.run()
    let found = try study.found()
    let (precision, recall) = recovery(found, of: model.truth)
    #expect(precision >= 0.8, "\(found)")
    #expect(recall >= 0.8, "\(found)")

    let audit = try study.audit(run)
    #expect(audit.hypotheses.map(\.verdict) == [.supported])
    let target = try #require(audit.curves.first { !$0.arm.isControl })
    #expect(
      target.test?.shape == .monotoneIncreasing,
      "\(target.points.map { $0.rate.value ?? .nan }), \(found.count) found")
    let controls = audit.curves.filter(\.arm.isControl)
    #expect(controls.count == 2)
    for control in controls {
      #expect(control.test?.shape != .monotoneIncreasing, "\(control.id)")
      #expect(abs(rise(control)) < rise(target) / 2, "\(control.id)")
    }

    // The same questions say nothing about these places of the model as it was.
    let control = try PlantedStudy(
      checkpoint: CheckpointCopy.reference, data: scratch.path, folder: scratch.path + "/control")
    _ = try control.run(until: .fit)
    let untouched = recovery(try control.found(), of: model.truth)
    #expect(untouched.precision < 0.5 && untouched.recall < 0.5, "\(untouched)")
  }

  private func rise(_ curve: DoseCurve) -> Double {
    (curve.points.last?.rate.value ?? 0) - (curve.points.first?.rate.value ?? 0)
  }
}
