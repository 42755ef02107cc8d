import CanonicalJSON
public import RawStore
public import Study

/// Figures of the checks that a run made on the model itself, from its record in the store.
public struct ModelChecks: Hashable, Sendable {
  /// One configuration: implementation × weight format.
  public struct Configuration: Hashable, Sendable {
    public struct Dose: Hashable, Sendable {
      public let alpha: Double
      /// Largest |logit difference| against the anchor over all positions of the prompts.
      public let largestLogitDifference: Double
      public let changedTokenShare: Double?
      public let changedResponseShare: Double?
    }

    public let id: String
    /// What was dosed: H-neurons, or the experts that hold them.
    public let neuronSet: NeuronSetKind
    /// Whether α = 1 equals the untouched model bit for bit, logits and greedy tokens.
    public let anchorIsExact: Bool
    public let doses: [Dose]
    public let promptCount: Int
  }

  /// One weight format.
  public struct WeightFormat: Hashable, Sendable {
    public let id: String
    /// Between the three implementations, as a share of the largest logit.
    public let largestRelativeDifference: Double
    /// What the format alone does: largest |logit difference| from the checkpoint as stored.
    public let largestDifferenceFromStored: Double
    public let changedTokenShareFromStored: Double
    public let promptCount: Int
  }

  public private(set) var configurations: [Configuration] = []
  public private(set) var formats: [WeightFormat] = []
  /// Whether another number of threads gave the same bits; `nil` when it was not tried.
  public private(set) var isThreadIndependent: Bool?

  public static let schema = "referee/run-checks/v1"

  /// Reads the records of that schema; rows that lack a field are no result.
  public init(_ runs: [RunRecord]) {
    for run in runs {
      guard let document = try? JSONValue(parsing: run.document),
        document["schema"]?.stringValue == Self.schema
      else { continue }
      for row in document["rows"]?.arrayValue ?? [] { read(row) }
    }
  }

  public var isEmpty: Bool {
    configurations.isEmpty && formats.isEmpty && isThreadIndependent == nil
  }

  private mutating func read(_ row: JSONValue) {
    guard let subject = row["subject"]?.stringValue else { return }
    let prompts = row["prompts"]?.intValue ?? 0
    switch row["kind"]?.stringValue {
    case "configuration":
      guard let isExact = row["anchorIsExact"]?.boolValue else { return }
      let doses = (row["doses"]?.arrayValue ?? []).compactMap { dose -> Configuration.Dose? in
        guard let alpha = dose["alpha"]?.doubleValue,
          let difference = dose["largestLogitDifference"]?.doubleValue
        else { return nil }
        return Configuration.Dose(
          alpha: alpha, largestLogitDifference: difference,
          changedTokenShare: dose["changedTokenShare"]?.doubleValue,
          changedResponseShare: dose["changedResponseShare"]?.doubleValue)
      }
      configurations.append(
        Configuration(
          id: subject,
          neuronSet: row["neuronSet"]?.stringValue.flatMap(NeuronSetKind.init) ?? .all,
          anchorIsExact: isExact, doses: doses, promptCount: prompts))
    case "weight-format":
      guard let relative = row["largestRelativeDifference"]?.doubleValue,
        let difference = row["largestDifferenceFromStored"]?.doubleValue,
        let share = row["changedTokenShareFromStored"]?.doubleValue
      else { return }
      formats.append(
        WeightFormat(
          id: subject, largestRelativeDifference: relative,
          largestDifferenceFromStored: difference, changedTokenShareFromStored: share,
          promptCount: prompts))
    case "threads":
      guard let isEqual = row["isEqual"]?.boolValue else { return }
      isThreadIndependent = (isThreadIndependent ?? true) && isEqual
    default: return
    }
  }

  /// Why a check on the model does not support a hypothesis; `nil` when it passed.
  package func failure(of check: OutcomeNeutralCheck, configurations names: [String]) -> String? {
    switch check.kind {
    case .noOpExact: noOp(names)
    case .interventionAlive: liveness(names, check.threshold)
    case .implementationsAgree: agreement(check.threshold)
    case .threadIndependent:
      switch isThreadIndependent {
      case .some(true): nil
      case .some(false): "another number of threads gives other bits"
      case .none: Self.noResult(check.kind)
      }
    case .unparsableAtMost, .itemsPerClassAtLeast: nil
    }
  }

  private static func noResult(_ kind: OutcomeNeutralCheck.Kind) -> String {
    "the check \(kind.rawValue) has no result in the rows"
  }

  private func noOp(_ names: [String]) -> String? {
    for name in names {
      let found = configurations.filter { $0.id == name }
      if found.isEmpty { return Self.noResult(.noOpExact) + " for \(name)" }
      if !found.allSatisfy(\.anchorIsExact) {
        return "dose 1 changes bits of the untouched model in \(name)"
      }
    }
    return names.isEmpty && configurations.isEmpty ? Self.noResult(.noOpExact) : nil
  }

  private func liveness(_ names: [String], _ threshold: Double?) -> String? {
    guard let threshold else { return "the plan states no bound" }
    for name in names {
      let found = configurations.filter { $0.id == name }
      guard !found.isEmpty, found.allSatisfy({ !$0.doses.isEmpty }) else {
        return Self.noResult(.interventionAlive) + " for \(name)"
      }
      for dose in found.flatMap(\.doses) where dose.largestLogitDifference < threshold {
        return "dose \(RowText.dose(dose.alpha)) moves no logit of \(name) by \(threshold)"
      }
    }
    return names.isEmpty && configurations.isEmpty ? Self.noResult(.interventionAlive) : nil
  }

  private func agreement(_ threshold: Double?) -> String? {
    guard let threshold else { return "the plan states no bound" }
    guard !formats.isEmpty else { return Self.noResult(.implementationsAgree) }
    for format in formats where format.largestRelativeDifference > threshold {
      return "implementations differ by \(format.largestRelativeDifference) of the logits on "
        + format.id
    }
    return nil
  }
}
