public import Study

extension StudyContext {
  /// Claims with one of these predicates, in the order of the study.
  public func claims(_ predicates: ClaimPredicate...) -> [Claim] {
    study.claims.filter { predicates.contains($0.predicate) }
  }

  /// The dose rows that a claim is about, restricted to the doses that it refers to.
  ///
  /// Cell references decide (`cells/V1/FaithEval/A/*`, see `RowReference`). A claim without them is
  /// about the rows of its edition that match its benchmarks and configurations; without an
  /// edition, about the newest.
  public func rows(of claim: Claim) -> [DoseRow] {
    if claim.references.contains(where: { $0.hasPrefix("cells/") }) {
      let named = Set(study.cells(of: claim).map(\.id))
      return editionRows.compactMap { row in
        let restricted = row.restricted { dose in
          named.contains("\(row.editionID)/\(PrintedNumber.text(of: dose))")
        }
        return restricted.printedDoses.isEmpty ? nil : restricted
      }.supersededOnce
    }
    let pool =
      claim.version.map { edition in
        editionRows.filter { $0.version == edition }
      } ?? rows
    return pool.filter { row in
      (claim.benchmarks.isEmpty || claim.benchmarks.contains(row.benchmark))
        && (claim.configurations.isEmpty || claim.configurations.contains(row.configuration))
    }
  }

  /// Rows with different data, each once, in the order of the study.
  func distinct(_ rows: [DoseRow]) -> [DoseRow] {
    var seen: Set<String> = []
    let unique = rows.filter { seen.insert($0.countKey).inserted }
    let order = StudyContext.ordered(self.rows.map(\.id))
    return unique.enumerated().sorted {
      (order.firstIndex(of: $0.1.id) ?? .max, $0.0) < (order.firstIndex(of: $1.1.id) ?? .max, $1.0)
    }.map(\.element)
  }

  /// Of several editions of a row the newest.
  func newest(_ rows: [DoseRow]) -> [DoseRow] {
    rows.enumerated().filter { index, row in
      !rows[(index + 1)...].contains { $0.id == row.id }
    }.map(\.element)
  }

  /// The row's name; with its edition when the newest edition prints other numbers, and with its
  /// doses when a claim restricts them. Different data have different names.
  func name(of row: DoseRow) -> String {
    let isSuperseded = rows.contains {
      $0.id == row.id && $0.version != row.version && !$0.agrees(with: row)
    }
    let name = isSuperseded ? row.editionID : row.id
    let whole = editionRows.first { $0.editionID == row.editionID }
    guard let whole, whole.doses != row.doses else { return name }
    return name + "/" + row.doses.map(PrintedNumber.text).joined(separator: ",")
  }

  /// Whether a claim is about this row, whichever edition it names.
  func isClaim(_ claim: Claim, about row: DoseRow) -> Bool {
    rows(of: claim).contains { $0.id == row.id }
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
