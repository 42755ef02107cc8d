import Audit
import RawStore
import Statistics

extension RowContext {
  /// Every analysis of the table in a fixed order: arms, controls, configurations, no-op dose,
  /// detection, instruments.
  var analyses: [HypothesisResult] {
    let matrixHash = { (id: String) in self.curve(id)?.contentHash ?? self.table.contentHash }
    var results: [HypothesisResult] = []
    for curve in curves {
      let family = curves.filter {
        $0.arm.isControl == curve.arm.isControl && $0.test != nil
      }.map { CurveAnalysis.id($0) }
      results.append(CurveAnalysis(curve: curve, settings: settings, family: family).result)
    }
    results += envelopes.map {
      EnvelopeAnalysis(envelope: $0, inputsHash: matrixHash($0.target)).result
    }
    results += replications.map { replication in
      ReplicationAnalysis(
        replication: replication, curves: replication.curves.compactMap(curve),
        settings: settings, inputsHash: table.contentHash
      ).result
    }
    results += noOpChecks.map { NoOpResults.result($0, inputsHash: matrixHash($0.curve)) }
    results += noOpPairs.map { NoOpResults.result($0, inputsHash: table.contentHash) }
    results += unscored.map { NoOpResults.result($0, inputsHash: matrixHash($0.curve)) }
    let calibration = calibrationPValues
    results += targetDetection.enumerated().map { index, analysis in
      DetectionResult(
        analysis: analysis, calibrationPValue: calibration[index], settings: settings
      ).result
    }
    results += invariance.map {
      InstrumentResults.result($0, inputsHash: table.contentHash)
    }
    results += retests.map { InstrumentResults.result($0, inputsHash: table.contentHash) }
    results += judges.map { InstrumentResults.result($0, inputsHash: table.contentHash) }
    results += funnels.map { InstrumentResults.result($0, inputsHash: table.contentHash) }
    results += overlaps.map { InstrumentResults.result($0, inputsHash: table.contentHash) }
    results += table.classifierRows.map {
      InstrumentResults.result($0, inputsHash: table.contentHash)
    }
    results += layers.map { InstrumentResults.result($0, inputsHash: table.contentHash) }
    results += ModelCheckResults.results(
      ModelChecks(table.runs), inputsHash: table.contentHash)
    if let routing = RoutingFigures(table.runs) {
      results += RoutingResults.results(routing, inputsHash: table.contentHash)
    }
    results += JudgeResults.results(
      validations, table: table, confidenceLevel: settings.confidenceLevel)
    return results
  }
}
