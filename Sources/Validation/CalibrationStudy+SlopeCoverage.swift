import Randomness
import Statistics

extension CalibrationStudy {
  /// Resamples of one BCa interval, as in the targets.
  static let slopeResamples = 2_000

  /// Coverage of the intervals of a slope over four doses on the same questions: the robust t that
  /// the tool prints and the BCa bootstrap that it does not. Both fail at rare events.
  ///
  /// A sample without an interval does not cover.
  func slopeCoverage(_ line: (key: String, numbers: [Double])) -> [ValidationRow] {
    let parts = line.key.split(separator: "|")
    guard parts.count == 2, let questions = Int(parts[1]), line.numbers.count == 2,
      let scenario = DoseScenario(name: String(parts[0]))
    else { return [] }
    let doses = [0.0, 1, 2, 3]
    let slope = zip(doses, scenario.rates).reduce(0) { $0 + ($1.0 - 1.5) * $1.1 } / 5
    let full = 1_000
    let runs = mode == .full ? full : full / 5
    let hash = RandomStream.hash("validate/slope/\(line.key)")
    let flags = IndexParallel.rows(
      count: runs, width: 2, threadCount: threadCount, chunkLength: 4
    ) { range, output in
      for (offset, run) in range.enumerated() {
        var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(run))
        let rows = scenario.draw(questions, &random)
        guard let matrix = try? QuestionMatrix(rows, scores: doses),
          let sample = try? DoseResponseRows(
            doses: doses, outcomes: rows.map { $0.map(Optional.some) }),
          let resampler = try? MeanResampler(slopesOf: sample)
        else { continue }
        let robust = WithinQuestionTrend(matrix).slopeInterval.value
        let bootstrap = Bootstrap(
          seed: seed, analysis: "validate/slope/\(line.key)/\(run)",
          resampleCount: Self.slopeResamples, threadCount: 1)
        let corrected = resampler.distribution(bootstrap)
          .biasCorrectedInterval(confidenceLevel: 0.95).value?.interval
        output[offset * 2] = robust?.contains(slope) == true ? 1 : 0
        output[offset * 2 + 1] = corrected?.contains(slope) == true ? 1 : 0
      }
    }
    return ["slope, robust t", "slope, BCa bootstrap"].enumerated().map { method, name in
      let hits = stride(from: method, to: flags.count, by: 2).reduce(0) { $0 + Int(flags[$1]) }
      return ValidationRow(
        group: .coverage, scenario: scenario.name, sampleSize: "\(questions)", method: name,
        hits: hits, runCount: runs, target: line.numbers[method] / 1_000, targetRunCount: full)
    }
  }
}
