public import Study

extension StudyFixture {
  /// Adds a claim. Its id is `claim-1`, `claim-2`, … unless given; values are numbers as printed.
  public func claim(
    _ predicate: ClaimPredicate, id: String? = nil, quote: String = "Quoted words",
    version: String? = nil, benchmarks: [String] = [], configurations: [String] = [],
    datasets: [String] = [], references: [String] = [], values: [String: String] = [:],
    terms: [String: String] = [:]
  ) -> StudyFixture {
    with {
      let id = id ?? "claim-\(claims.count + 1)"
      $0.claims.append(
        Claim(
          id: id, quote: quote, place: "Section 1", version: version, predicate: predicate,
          benchmarks: benchmarks, configurations: configurations, datasets: datasets,
          references: references, values: values.mapValues(Self.number), terms: terms,
          source: source("claims.yaml", claims.count, id)))
    }
  }

  public func reviewerNote(_ id: String, _ note: String, claims: [String]) -> StudyFixture {
    with {
      let choices = $0.auditor
      $0.auditor = AuditorChoices(
        level: choices.level, confidenceLevel: choices.confidenceLevel,
        equivalenceMargin: choices.equivalenceMargin, powerTarget: choices.powerTarget,
        seed: choices.seed,
        reviewerNotes: choices.reviewerNotes + [
          ReviewerNote(
            id: id, note: note, claims: claims,
            source: source("study.yaml", choices.reviewerNotes.count, id))
        ])
    }
  }
}
