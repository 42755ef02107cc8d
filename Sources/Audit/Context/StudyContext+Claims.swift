public import Study

extension StudyContext {
  /// Claims with one of these predicates, in the order of the study.
  public func claims(_ predicates: ClaimPredicate...) -> [Claim] {
    study.claims.filter { predicates.contains($0.predicate) }
  }

  /// The dose rows that a claim is about, restricted to the doses that it refers to.
  ///
  /// Cell references decide (`cells/V1/FaithEval/A/*`, `*` for any part). A claim without them is
  /// about the rows of its edition that match its benchmarks and configurations; without an
  /// edition, about the newest.
  public func rows(of claim: Claim) -> [DoseRow] {
    let patterns = claim.references.compactMap(CellPattern.init)
    if !patterns.isEmpty {
      return editionRows.compactMap { row in
        let matching = patterns.filter { $0.covers(row) }
        guard !matching.isEmpty else { return nil }
        return row.restricted { dose in matching.contains { $0.covers(dose: dose) } }
      }.supersededOnce
    }
    let pool = claim.version.map { edition in
      editionRows.filter { $0.version == edition }
    } ?? rows
    return pool.filter { row in
      (claim.benchmarks.isEmpty || claim.benchmarks.contains(row.benchmark))
        && (claim.configurations.isEmpty || claim.configurations.contains(row.configuration))
    }
  }

  /// Whether a claim is about this row, whichever edition it names.
  func isClaim(_ claim: Claim, about row: DoseRow) -> Bool {
    rows(of: claim).contains { $0.id == row.id }
  }
}

/// `cells/<edition>/<benchmark>/<configuration>/<dose>`, each part possibly `*`.
private struct CellPattern {
  let parts: [String]

  init?(_ reference: String) {
    let parts = reference.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.first == "cells", parts.count >= 2, parts.count <= 5 else { return nil }
    self.parts =
      Array(parts.dropFirst()) + Array(repeating: "*", count: 5 - parts.count)
  }

  func covers(_ row: DoseRow) -> Bool {
    zip(parts, [row.version, row.benchmark, row.configuration]).allSatisfy { part, name in
      part == "*" || part == name
    }
  }

  func covers(dose: Double) -> Bool {
    parts[3] == "*" || Double(parts[3]) == dose
  }
}

extension [DoseRow] {
  /// One row per benchmark × configuration: of several editions with the same rates the newest.
  fileprivate var supersededOnce: [DoseRow] {
    enumerated().filter { index, row in
      !self[(index + 1)...].contains { later in
        later.id == row.id && later.points.map(\.cell.printed) == row.points.map(\.cell.printed)
      }
    }.map(\.element)
  }
}
