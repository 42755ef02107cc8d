/// The closed list of what a claim can assert. Each names its subject, its `values` and `terms`,
/// and the audit rules that test it. `docs/published-study-format.md` prints this list.
public enum ClaimPredicate: String, Hashable, Sendable, CaseIterable {
  // MARK: Dose and outcome (subject: benchmarks, configurations; references: cells)

  /// The dose changes the outcome. Values: `difference` (pp), `from-dose`, `to-dose` when quoted.
  /// R09.
  case effect
  /// The dose does not change the outcome ("no systematic change", "zero causal effect"). R08, R10.
  case noEffect = "no-effect"
  /// The differences among the referenced cells are sampling noise. R08.
  case withinNoise = "within-noise"
  /// The rates rise with the dose. R07, R26.
  case monotoneIncreasing = "monotone-increasing"
  /// The rates fall with the dose. R07, R26.
  case monotoneDecreasing = "monotone-decreasing"
  /// The rates neither rise nor fall throughout. R07, R26.
  case notMonotone = "not-monotone"
  /// The rates are near zero everywhere. Values: `bound` (percent) when quoted. R21.
  case nearZero = "near-zero"
  /// Every dose from the lowest to the highest of the design was measured. R04.
  case fullDoseRange = "full-dose-range"
  /// The intervention does not change which tokens or answers come out. R21.
  case outputsUnchanged = "outputs-unchanged"
  /// The intervention does (not) control `endpoint`. Terms: `endpoint`, `direction: controls|does-not-control`. R10, R30.
  case controlsEndpoint = "controls-endpoint"

  // MARK: Several configurations

  /// The configurations are the same operation on the same model. R12.
  case sameOperation = "same-operation"
  /// The configurations agree. Terms: `aspect` as below. R12, R21.
  case configurationsAgree = "configurations-agree"
  /// The configurations contradict one another. Terms: `aspect`: `direction`, `level` or `shape`. R21.
  case configurationsDisagree = "configurations-disagree"
  /// An effect seen in one configuration is absent in the others.
  /// Terms: `original` (configuration). R11.
  case notReplicated = "not-replicated"

  // MARK: Numbers

  /// The values of the references span `lower` … `upper`. Terms: `metric`. R23.
  case rangeIs = "range-is"
  /// The referenced values lie within `lower` … `upper` (a range known from elsewhere).
  /// Values: `value` when the quote prints it. Terms: `metric`. R23, R31.
  case liesWithin = "lies-within"
  /// The referenced own range is smaller than the reference one by at least `factor`.
  /// References: summaries. Values: `factor`, `own-lower`, `own-upper`, `other-lower`, `other-upper`. R23.
  case smallerByFactor = "smaller-by-factor"
  /// A share is `share` of `whole`, as a count over another. Values: `numerator`, `denominator`. R31.
  case shareOf = "share-of"
  /// The quoted number repeats one that a table prints. Values: `value`. Terms: `metric` when the
  /// referenced table has several number columns. R02.
  case restates
  /// A number of the study that no rule tests; recorded, never judged.
  case statedOnly = "stated-only"

  // MARK: Detection and classifier (subject: datasets; references: detection, grid)

  /// The majority accuracy equals the share of a named class. Values: `share`.
  /// Terms: `class` (`always-right` or `always-wrong`). R03.
  case majorityIs = "majority-is"
  /// Two metrics are set side by side as comparable. References: both. R20.
  case comparable
  /// Another class prior explains a low accuracy. Values: `training-prior`. R16.
  case priorShiftExplains = "prior-shift-explains"
  /// Almost every item is predicted positive. R17.
  case predictsMostlyPositive = "predicts-mostly-positive"
  /// The accuracy beats the majority rule. R34.
  case beatsMajority = "beats-majority"
  /// The signal belongs to the selected neurons and not to any set of that size. R18.
  case specificToSet = "specific-to-set"
  /// The random baseline is at chance. References: detection. R18.
  case atChance = "at-chance"

  // MARK: Neurons

  /// The selected neurons are concentrated in a part of the model. References: tests.
  /// R13, R14, R15.
  case concentratedIn = "concentrated-in"
  /// Single layers stand out. References: neurons. Terms: `layers` (`4, 12`). R13.
  case layersStandOut = "layers-stand-out"
  /// Too few neurons for an effect. Values: `count`, `total`. R31.
  case diluted

  // MARK: Instruments and text

  /// Items kept by the filter are always right or always wrong. R27.
  case filterCertifies = "filter-certifies"
  /// An extractor or judge is good enough. References: validation. R28.
  case instrumentIsValid = "instrument-is-valid"
  /// A result stands in an edition. Terms: `result`. R21.
  case reportedIn = "reported-in"
  /// A result does not stand in an edition. Terms: `result`. R21.
  case notReportedIn = "not-reported-in"
  /// A fact about the outside world; a person must check it. R22.
  case externalFact = "external-fact"
}
