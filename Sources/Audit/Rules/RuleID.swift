/// The audit rules. Raw values are the identifiers printed everywhere.
public enum RuleID: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Can each printed rate be a count over its stated n?
  case grim = "R01"
  /// Do sums, products and quotients in the text come out?
  case arithmetic = "R02"
  /// Is the majority accuracy the largest class share of the data it is said to describe?
  case baselineDefinition = "R03"
  /// Is every cell of the declared design reported?
  case missingCell = "R04"
  /// Do cells vanish or change between editions?
  case droppedRow = "R05"
  /// Does each summary follow from all declared configurations?
  case selectiveSummary = "R06"
  /// Are claims of monotone or non-monotone response tested?
  case monotonicityUntested = "R07"
  /// Do the data contradict a claim that differences are noise?
  case noiseClaim = "R08"
  /// Could the study have seen the effect of interest?
  case power = "R09"
  /// Is a claim of no effect backed by an equivalence test?
  case absenceOfEvidence = "R10"
  /// Is a difference between results tested, and not inferred from one p-value being small?
  case significantVersusNot = "R11"
  /// Do configurations on the same weights agree at the dose that changes nothing?
  case noOpAnchor = "R12"
  /// Does a reported p-value survive its family?
  case multiplicity = "R13"
  /// Which variant of the test gives the printed p-value?
  case pVariant = "R14"
  /// Are clustered units treated as independent?
  case unitOfAnalysis = "R15"
  /// Can another class prior explain the result?
  case priorShiftInvariance = "R16"
  /// Which confusion tables fit the printed numbers?
  case feasibleConfusion = "R17"
  /// Is the random baseline a distribution or one draw?
  case singleDrawBaseline = "R18"
  /// Is the chosen penalty at the edge of its grid?
  case gridEdge = "R19"
  /// Are metrics of different units compared?
  case unitMismatch = "R20"
  /// Do claims contradict each other or the cells?
  case contradiction = "R21"
  /// Which statements need a person to check them?
  case externalFact = "R22"
  /// Do quoted ranges and ratios cover the values they refer to?
  case rangeStatement = "R23"
  /// Is n stated for every rate?
  case unknownCount = "R24"
  /// Is every cell a number?
  case impreciseNumber = "R25"
  /// How often does the pattern arise without an effect?
  case patternBaseRate = "R26"
  /// What does the consistency filter certify, and is the flow reported?
  case selectionFilter = "R27"
  /// Are the instruments validated, blind and against chance?
  case judgeValidation = "R28"
  /// Is it stated whether the same items were used at every dose?
  case dependenceUnknown = "R29"
  /// Was the endpoint of the claim measured?
  case claimScope = "R30"
  /// Is a share taken over units that can be active?
  case denominatorChoice = "R31"
  /// Is accuracy below the majority rule while the ranking is good?
  case belowMajority = "R32"
  /// Is the enrichment of shared experts tested against their exposure?
  case sharedEnrichment = "R33"
  /// Does accuracy beat the majority rule by more than chance?
  case pairedBaseline = "R34"

  // Rules on item-level rows.

  /// Does the no-op dose lie on the curve of its neighbours?
  case noOpOffCurve = "R35"
  /// Do arms on the same weights answer alike where nothing is changed?
  case noOpFlips = "R36"
  /// Does the share of unscored answers change with the dose?
  case unscoredTrend = "R37"
  /// Does the judge judge identical responses alike?
  case judgeRetest = "R38"
  /// Do splits share questions?
  case splitLeakage = "R39"
  /// Does the target change the outcome more than random sets of neurons do?
  case controlSpecificity = "R40"
  /// Does a curve turn around where a slope says little?
  case hiddenShape = "R41"
  /// Is the detector compared with enough random detectors?
  case randomDetectors = "R42"
  /// Is detection more than the length of the answer?
  case lengthConfound = "R43"
  /// Do the recorded predictions beat the larger class, and could another threshold?
  case thresholdPlacement = "R44"
  /// Can a change of prevalence explain how a detector behaves on two sets?
  case priorShiftRows = "R45"
  /// Are there rows for every cell of the design?
  case missingRows = "R46"
  /// Do configurations respond to the dose alike?
  case configurationInteraction = "R47"
  /// What is the majority share of the rows that a classifier was fitted on?
  case rowLedger = "R48"
  /// Do published figures follow from their rows?
  case publishedFigure = "R49"
  /// What does the consistency filter certify?
  case consistencyFilter = "R50"
  /// Do the detector's probabilities mean what they say?
  case calibrationRows = "R51"

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
