public import Study

/// What every rule reads: the study, and the counts behind its printed rates.
public struct StudyContext: Sendable {
  public let study: PublishedStudy
  /// One row per benchmark × configuration, in the order of the design: the newest edition that
  /// reports it. Rows that only an older edition reports are included and marked.
  public let rows: [DoseRow]
  /// The rows of every edition, oldest edition first: claims about an old edition are judged on
  /// the numbers that it printed.
  package let editionRows: [DoseRow]
  /// The no-op dose within each weight format, every benchmark, Holm-adjusted together.
  let noOpAnchors: [NoOpAnchor]

  public var settings: AuditorChoices { study.auditor }
  public var noOpDose: Double? { study.design.noOpDose }

  /// Turns printed rates into counts.
  ///
  /// n is, in this order: what the cell states; what another configuration of the same benchmark
  /// states, if every rate of the row is a count over it; the smallest n up to
  /// ``CountSearch/limit`` that fits every row of the benchmark at once, or else the row alone.
  /// Imprecise and missing cells are never counted.
  public init(study: PublishedStudy) {
    self.study = study
    let editions = study.versions.map(\.id)
    let reporting = editions.last { edition in study.cells.contains { $0.version == edition } }
    let search = CountSearch(study: study)
    var newest: [DoseRow] = []
    var all: [[DoseRow]] = editions.map { _ in [] }
    for (benchmark, configuration) in Self.subjects(of: study) {
      var latest: DoseRow?
      for (index, edition) in editions.enumerated() {
        let cells = study.cells.filter {
          $0.version == edition && $0.benchmark == benchmark && $0.configuration == configuration
        }
        guard !cells.isEmpty else { continue }
        let row = search.row(
          of: cells.sorted { $0.dose < $1.dose }, isDropped: edition != reporting)
        all[index].append(row)
        latest = row
      }
      if let latest { newest.append(latest) }
    }
    rows = newest
    editionRows = all.flatMap { $0 }
    noOpAnchors = NoOpAnchor.all(in: study, rows: newest)
  }

  /// Benchmark × configuration in the order of the design, then whatever else has cells.
  static func subjects(of study: PublishedStudy) -> [(benchmark: String, configuration: String)] {
    let benchmarks = ordered(study.design.benchmarks.map(\.id) + study.cells.map(\.benchmark))
    let configurations = ordered(
      study.design.configurations.map(\.id) + study.cells.map(\.configuration))
    return benchmarks.flatMap { benchmark in configurations.map { (benchmark, $0) } }
  }

  /// Without repetitions, in the order of first appearance.
  static func ordered(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}

extension StudyContext {
  /// Rows of a benchmark, in the order of the configurations.
  public func rows(benchmark: String) -> [DoseRow] { rows.filter { $0.benchmark == benchmark } }

  /// Benchmarks that have rows, in order.
  public var measuredBenchmarks: [String] { Self.ordered(rows.map(\.benchmark)) }

  /// In percentage points as a proportion: what the study registered, or else the auditor's margin.
  public var equivalenceMargin: Double {
    (study.design.smallestEffectOfInterest ?? settings.equivalenceMargin) / 100
  }

  /// Whose choice the margin is.
  public var marginOwner: String {
    study.design.smallestEffectOfInterest == nil ? "the auditor's margin" : "the study's margin"
  }

  public func configuration(_ id: String) -> ConfigurationCard? {
    study.design.configurations.first { $0.id == id }
  }
}
