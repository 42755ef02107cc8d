import Statistics
import Study

// "Layer 12 has five": single layers against the largest count that chance gives.
extension MultiplicityRule {
  func layers(_ context: StudyContext) -> [Finding] {
    let claims = context.subjects(of: .layersStandOut)
    let byLayer = context.study.neurons.filter { $0.layer != nil && $0.attention == nil }
    let groups = StudyContext.ordered(byLayer.map(Self.group))
    let sums = context.study.neurons.filter { $0.layer == nil && $0.attention == nil }
    let tested = groups.compactMap { group -> LayerGroup? in
      let rows = byLayer.filter { Self.group($0) == group }
      guard let largest = rows.max(by: { $0.count < $1.count }),
        let whole = sums.first(where: { $0.set == largest.set && $0.kind == largest.kind }),
        let layerCount = context.study.model?.layerCount,
        let p = Self.maximumPValue(largest.count, units: whole.count, layers: layerCount)
      else { return nil }
      return LayerGroup(
        name: group, rows: rows, largest: largest, whole: whole, layerCount: layerCount,
        pValue: p, groupCount: groups.count)
    }
    guard !tested.isEmpty else {
      guard !claims.isEmpty else { return [] }
      return [
        .notRun(
          Self.id, subject: "layers", .notReported, "no counts of neurons by layer are reported",
          assessments: claims.map { $0.assessed(.notTestable) })
      ]
    }
    let adjusted = PValueAdjustment.holm.adjust(tested.map(\.pValue))
    return zip(tested, adjusted).map { group, adjusted in
      layerFinding(
        group, adjusted: adjusted,
        claims: claims.compactMap { claim in
          group.reading(of: claim, context).map { (claim, $0) }
        },
        context)
    }
  }

  private static func group(_ row: NeuronCount) -> String { "\(row.set)/\(row.kind.rawValue)" }

  /// P(some layer holds at least `count`), whatever the other layers hold: the test depends on that
  /// count and the sum only, so the unpublished counts are filled evenly. It is also the single-step
  /// adjusted p of any one layer with that count.
  fileprivate static func maximumPValue(_ count: Int, units: Int, layers: Int) -> Double? {
    let others = layers - 1
    let rest = units - count
    guard others > 0, layers <= 100_000, rest >= 0, count > 0 else { return nil }
    let filled = (0..<others).map { rest / others + ($0 < rest % others ? 1 : 0) }
    // By the pigeonhole principle some layer holds that many.
    guard (filled.max() ?? 0) <= count else { return 1 }
    return (try? LayerMaximumTest(counts: [count] + filled))?.pValue.value
  }

  /// Published layer counts of one kind of neuron.
  fileprivate struct LayerGroup {
    let name: String
    let rows: [NeuronCount]
    let largest: NeuronCount
    let whole: NeuronCount
    let layerCount: Int
    /// Of the largest published count.
    let pValue: Double
    let groupCount: Int

    /// `nil` when the claim is about neurons of another kind.
    func reading(of subject: ClaimSubject, _ context: StudyContext) -> LayerReading? {
      let referenced = subject.neurons.filter { $0.set == whole.set && $0.kind == whole.kind }
      guard subject.neurons.isEmpty || !referenced.isEmpty else { return nil }
      let named =
        subject.claim.terms["layers"].map(Self.numbers)
        ?? referenced.compactMap(\.layer)
      let layers = named.isEmpty ? [largest.layer].compactMap { $0 } : named
      let published = rows.filter { $0.layer.map(layers.contains) ?? false }
      let outcomes = published.map { row in
        (
          row: row,
          p: min(
            1,
            (MultiplicityRule.maximumPValue(row.count, units: whole.count, layers: layerCount) ?? 1)
              * Double(groupCount))
        )
      }
      let missing = layers.filter { layer in !published.contains { $0.layer == layer } }
      let verdict: Verdict =
        published.isEmpty
        ? .notTestable
        : missing.isEmpty && outcomes.allSatisfy { $0.p <= context.settings.level }
          ? .supported : .inconclusive
      return LayerReading(outcomes: outcomes, missing: missing, verdict: verdict)
    }

    /// "4, 12 and 29": the whole numbers of a text.
    private static func numbers(_ text: String) -> [Int] {
      text.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
    }
  }

  fileprivate struct LayerReading {
    let outcomes: [(row: NeuronCount, p: Double)]
    /// Layers of the claim without a published count.
    let missing: [Int]
    let verdict: Verdict
  }

  private func layerFinding(
    _ group: LayerGroup, adjusted: Double, claims: [(subject: ClaimSubject, reading: LayerReading)],
    _ context: StudyContext
  ) -> Finding {
    let sources = [group.largest.source, group.whole.source]
    let standsOut = adjusted <= context.settings.level
    let fires = claims.contains { $0.reading.verdict != .supported }
    var evidence: [String: Evidence] = [
      "layer": .text("\(group.largest.layer ?? 0)", "layer", sources: [group.largest.source]),
      "largest": .count(group.largest.count, "largest published layer count", sources: sources),
      "total": .count(group.whole.count, "neurons of the kind", sources: [group.whole.source]),
      "kind": .text(group.largest.kind.rawValue, "kind of expert"),
      "layers": .count(group.layerCount, "layers"),
      "published": .count(
        group.rows.count, "layers with a published count", sources: group.rows.map(\.source)),
      "p": .number(
        group.pValue, .pStatement, "p-value of the largest layer count",
        method: "multinomial maximum, exact", sources: sources),
      "adjusted": .number(adjusted, .pStatement, "Holm-adjusted", method: "Holm"),
    ]
    var sentence: Prose = """
      The largest published layer count is {largest} of {total} {kind} neurons (layer {layer}); with \
      {layers} equally likely layers a maximum that large has {p} (Holm {adjusted}).
      """
    for (index, claim) in claims.enumerated() {
      let place = "\(index + 1)"
      evidence["quote-" + place] = .text(
        claim.subject.claim.quote, "claim", sources: [claim.subject.claim.source])
      evidence["named-" + place] = .list(
        claim.reading.outcomes.map { outcome in
          "layer \(outcome.row.layer ?? 0) with \(outcome.row.count) "
            + NumberStyle.pStatement.text(outcome.p)
        }, "layers of the claim with a published count",
        sources: claim.reading.outcomes.map(\.row.source))
      evidence["missing-" + place] = .list(
        claim.reading.missing.map(String.init), "layers of the claim without a published count")
      sentence =
        sentence
        + Prose(
          claim.reading.outcomes.isEmpty
            ? "“{quote-\(place)}” names no layer with a published count."
            : "“{quote-\(place)}” names {named-\(place)}.")
      if !claim.reading.missing.isEmpty {
        sentence =
          sentence + Prose("The counts of its layers {missing-\(place)} are not published.")
      }
    }
    let isPartial = standsOut && claims.contains { !$0.reading.missing.isEmpty }
    return Finding(
      rule: Self.id, subject: "layers/\(group.name)",
      status: fires ? .fired(.minor) : .passed,
      title: isPartial
        ? "Layer {layer} stands out; other layers of the claim are not published"
        : standsOut ? "Layer {layer} stands out" : "No layer stands out beyond chance",
      sentence: sentence,
      remedy: fires ? "Report all layer counts and test them together." : "", evidence: evidence,
      assessments: claims.map { $0.subject.assessed($0.reading.verdict) })
  }
}
