extension ClaimPredicate {
  /// What a claim of this kind must and may carry besides its words.
  public struct Signature: Hashable, Sendable {
    /// Names under `values` that must be there, and those that may.
    public let requiredValues: [String]
    public let optionalValues: [String]
    /// Names under `terms` that must be there, and those that may.
    public let requiredTerms: [String]
    public let optionalTerms: [String]
    /// Tables of which at least one row must be referenced; empty when no reference is needed.
    public let tables: [RowReference.Table]
    /// Audit rules that test the claim.
    public let rules: [String]
    /// What the words assert, in one sentence.
    public let meaning: String
  }

  public var signature: Signature {
    switch self {
    case .effect:
      make(
        "The dose changes the outcome.", values: ("", "difference from-dose to-dose"),
        tables: [.cells], rules: "R02 R13")
    case .noEffect:
      make("The dose does not change the outcome.", tables: [.cells], rules: "R08 R10")
    case .withinNoise:
      make(
        "The differences among the referenced cells are sampling noise.",
        values: ("", "half-width"), tables: [.cells], rules: "R02 R08")
    case .monotoneIncreasing:
      make("The rates rise with the dose.", tables: [.cells], rules: "R07 R26")
    case .monotoneDecreasing:
      make("The rates fall with the dose.", tables: [.cells], rules: "R07 R26")
    case .notMonotone:
      make(
        "The rates neither rise nor fall throughout.", tables: [.cells], rules: "R07 R26")
    case .nearZero:
      make(
        "The rates are near zero everywhere.", values: ("", "bound"), tables: [.cells],
        rules: "R21")
    case .fullDoseRange:
      make(
        "Every dose from the lowest to the highest of the design was measured.",
        values: ("", "from-dose to-dose"), rules: "R04")
    case .outputsUnchanged:
      make(
        "The intervention does not change which tokens or answers come out.",
        tables: [.cells, .liveness], rules: "R21")
    case .controlsEndpoint:
      make(
        "The intervention does, or does not, control the endpoint.",
        terms: ("endpoint direction", ""), rules: "R10 R30")
    case .sameOperation:
      make("The configurations are the same operation on the same model.", rules: "R12")
    case .configurationsAgree:
      make("The configurations agree.", terms: ("", "aspect"), rules: "R12 R21")
    case .configurationsDisagree:
      make("The configurations contradict one another.", terms: ("", "aspect"), rules: "R21")
    case .notReplicated:
      make(
        "An effect seen in one configuration is absent in the others.",
        terms: ("original", ""), tables: [.cells], rules: "R11")
    case .rangeIs:
      make(
        "The values of the references span `lower` to `upper`.", values: ("lower upper", ""),
        terms: ("", "metric"), tables: RowReference.Table.allCases, rules: "R23")
    case .liesWithin:
      make(
        "The referenced values lie within `lower` to `upper`, a range known from elsewhere.",
        values: ("lower upper", "value"), terms: ("", "metric"),
        tables: RowReference.Table.allCases, rules: "R02 R23 R31")
    case .smallerByFactor:
      make(
        "The own range is smaller than the reference one by at least `factor`.",
        values: ("factor own-lower own-upper other-lower other-upper", ""),
        tables: [.summaries, .cells], rules: "R23")
    case .shareOf:
      make(
        "A count is a share of a whole.", values: ("numerator denominator", "share"),
        rules: "R02")
    case .restates:
      make(
        "The quoted number repeats one that a table prints.", values: ("value", ""),
        terms: ("", "metric"), tables: RowReference.Table.allCases, rules: "R02")
    case .statedOnly:
      make(
        "A number of the study that no table bears on; recorded, never judged.",
        values: ("", "value lower upper"), rules: "")
    case .majorityIs:
      make(
        "The majority accuracy equals the share of a named class.", values: ("share", ""),
        terms: ("class", ""), tables: [.grid, .detection], rules: "R03")
    case .comparable:
      make(
        "Two metrics are set side by side as comparable.", terms: ("", "metric"),
        tables: [.grid, .detection], rules: "R20")
    case .priorShiftExplains:
      make(
        "Another class prior explains a low accuracy.", values: ("", "training-prior test-prior"),
        tables: [.detection], rules: "R02 R16")
    case .predictsMostlyPositive:
      make("Almost every item is predicted positive.", tables: [.detection], rules: "R17")
    case .beatsMajority:
      make(
        "The accuracy beats the majority rule.", values: ("", "difference"),
        tables: [.detection], rules: "R02 R34")
    case .specificToSet:
      make(
        "The signal belongs to the selected neurons and not to any set of that size.",
        values: ("", "count"), tables: [.detection], rules: "R02 R18")
    case .atChance:
      make(
        "The random baseline is at chance.", values: ("", "value"), terms: ("", "metric"),
        tables: [.detection], rules: "R18")
    case .concentratedIn:
      make(
        "The selected neurons are concentrated in a part of the model.",
        values: ("", "successes trials share p"), tables: [.tests], rules: "R02 R13 R14 R15")
    case .layersStandOut:
      make(
        "Single layers stand out.", terms: ("", "layers"), tables: [.neurons], rules: "R13")
    case .diluted:
      make(
        "There are too few neurons for an effect.", values: ("count total", "share"),
        rules: "R02 R31")
    case .filterCertifies:
      make(
        "Items kept by the filter are always right or always wrong.",
        values: ("", "responses"), rules: "R02 R27")
    case .instrumentIsValid:
      make(
        "An extractor or judge is good enough.", values: ("", "share"), tables: [.validations],
        rules: "R02 R28")
    case .reportedIn:
      make("A result stands in an edition.", terms: ("result", ""), rules: "R21")
    case .notReportedIn:
      make("A result does not stand in an edition.", terms: ("result", ""), rules: "R21")
    case .externalFact:
      make(
        "A fact about the outside world; a person must check it.",
        values: ("", "value lower upper"), rules: "R22")
    }
  }

  /// Allowed words of a term, or `nil` when any word will do.
  public static func words(ofTerm term: String) -> [String]? {
    switch term {
    case "direction": ["controls", "does-not-control"]
    case "aspect": ["direction", "level", "shape"]
    case "class": ["always-right", "always-wrong"]
    case "metric":
      [
        "accuracy", "auroc", "majority-accuracy", "positive-rate", "random-accuracy",
        "random-auroc", "nonzero", "positive",
      ]
    default: nil
    }
  }

  private func make(
    _ meaning: String, values: (String, String) = ("", ""), terms: (String, String) = ("", ""),
    tables: [RowReference.Table] = [], rules: String
  ) -> Signature {
    func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    return Signature(
      requiredValues: words(values.0), optionalValues: words(values.1),
      requiredTerms: words(terms.0), optionalTerms: words(terms.1), tables: tables,
      rules: words(rules), meaning: meaning)
  }
}
