import Statistics
import Study

/// Configurations that run the same weights, at the dose that changes nothing: they must agree.
///
/// The outcome-neutral check of every comparison of configurations. The p-values of all benchmark ×
/// weight-format groups of a study are Holm-adjusted together.
struct NoOpAnchor: Sendable {
  struct Arm: Sendable {
    let row: DoseRow
    let point: DoseRow.Point
    let format: String
  }

  let benchmark: String
  /// The weight format, or several.
  let label: String
  let arms: [Arm]
  let test: CountHomogeneity
  let adjusted: Double
  let testCount: Int

  /// Groups of two or more configurations of one weight format, by benchmark.
  static func all(in study: PublishedStudy, rows: [DoseRow]) -> [NoOpAnchor] {
    adjusted(
      groups(in: study, rows: rows).flatMap { benchmark, arms in
        StudyContext.ordered(arms.map(\.format)).compactMap { format in
          let same = arms.filter { $0.format == format }
          return same.count > 1 ? (benchmark, format, same) : nil
        }
      })
  }

  /// Benchmarks measured in several weight formats, all their configurations together.
  static func acrossFormats(in study: PublishedStudy, rows: [DoseRow]) -> [NoOpAnchor] {
    adjusted(
      groups(in: study, rows: rows).compactMap { benchmark, arms in
        let formats = StudyContext.ordered(arms.map(\.format))
        return formats.count > 1 ? (benchmark, formats.joined(separator: ", "), arms) : nil
      })
  }

  private static func groups(
    in study: PublishedStudy, rows: [DoseRow]
  ) -> [(benchmark: String, arms: [Arm])] {
    guard let dose = study.design.noOpDose else { return [] }
    let measured = rows.compactMap { row -> Arm? in
      guard let point = row.point(at: dose),
        let card = study.design.configurations.first(where: { $0.id == row.configuration })
      else { return nil }
      return Arm(row: row, point: point, format: card.weightFormat)
    }
    return StudyContext.ordered(measured.map(\.row.benchmark)).map { benchmark in
      (benchmark, measured.filter { $0.row.benchmark == benchmark })
    }
  }

  private static func adjusted(
    _ groups: [(benchmark: String, label: String, arms: [Arm])]
  ) -> [NoOpAnchor] {
    let tests = groups.map { CountHomogeneity(points: $0.arms.map(\.point)) }
    let adjusted = PValueAdjustment.holm.adjust(tests.map(\.pValue))
    return groups.indices.map { index in
      NoOpAnchor(
        benchmark: groups[index].benchmark, label: groups[index].label, arms: groups[index].arms,
        test: tests[index], adjusted: adjusted[index], testCount: groups.count)
    }
  }

  /// The adjusted p of some of its configurations among themselves; `nil` below two of them.
  ///
  /// A group of three in which one stands apart says nothing about the other two. A part of a group
  /// is no member of the Holm family: its p is multiplied by the whole number of groups and is never
  /// below that of the group (closed testing).
  func adjusted(among configurations: Set<String>) -> Double? {
    let part = arms.filter { configurations.contains($0.row.configuration) }
    guard part.count > 1 else { return nil }
    guard part.count < arms.count else { return adjusted }
    let own = CountHomogeneity(points: part.map(\.point)).pValue * Double(testCount)
    return max(adjusted, min(1, own))
  }
}

extension StudyContext {
  /// The anchors of a benchmark that fail among the configurations compared: a comparison of their
  /// changes with the dose then says nothing about the intervention.
  func brokenAnchors(benchmark: String, configurations: [String]) -> [NoOpAnchor] {
    let compared = Set(configurations)
    return noOpAnchors.filter { anchor in
      anchor.benchmark == benchmark
        && (anchor.adjusted(among: compared).map { $0 < settings.level } ?? false)
    }
  }
}
