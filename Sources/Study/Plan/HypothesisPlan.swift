/// One confirmatory hypothesis with the analysis that decides it.
public struct HypothesisPlan: Hashable, Sendable, Identifiable {
  /// The closed list of registered analyses; `docs/study-plan.md` says what each computes and needs.
  public enum Analysis: String, Hashable, Sendable, CaseIterable {
    /// Slope over the doses, studentised within-question permutation.
    case doseTrend = "dose-trend"
    /// As `doseTrend`, and the shape must be monotone: verdict table of the dose curve.
    case monotoneDoseResponse = "monotone-dose-response"
    /// Paired difference of rates between two doses, Tango interval and McNemar mid-p.
    case doseContrast = "dose-contrast"
    /// Difference of the slopes of two neuron sets on the same items, sign-flip test.
    case setDifference = "set-difference"
    /// AUROC of the frozen detector against one half.
    case detection
    /// AUROC of the frozen detector against matched random neuron sets.
    case detectionAboveRandom = "detection-above-random"
    /// Share of H-neurons in a kind of layer, layer-permutation test.
    case layerConcentration = "layer-concentration"
    /// Changes from the no-op dose agree across configurations: equivalence test.
    case configurationAgreement = "configuration-agreement"
    /// The same neurons predict in the base checkpoint: AUROC there.
    case origin
  }

  public enum Direction: String, Hashable, Sendable, CaseIterable {
    case increase, decrease, either
  }

  public enum LayerKind: String, Hashable, Sendable, CaseIterable {
    case linearAttention = "linear-attention"
    case fullAttention = "full-attention"
  }

  /// What follows from each outcome, written before the data.
  public struct Interpretation: Hashable, Sendable {
    public let supported: String
    public let refuted: String
    public let inconclusive: String
  }

  public let id: String
  public let question: String
  public let statement: String
  public let analysis: Analysis
  public let direction: Direction
  /// Each benchmark × configuration (or detection set) is one test of the family.
  public let benchmarks: [String]
  public let configurations: [String]
  public let neuronSet: NeuronSetKind
  public let comparedWith: NeuronSetKind?
  /// Doses of a contrast.
  public let fromDose: Double?
  public let toDose: Double?
  public let detectionSets: [String]
  public let layers: LayerKind?
  /// In percentage points (rates and changes over the grid), AUROC (0…1) or shares (0…1): the unit
  /// belongs to the analysis, see ``unit``.
  public let smallestEffectOfInterest: Double
  /// In the same unit.
  public let equivalenceMargin: Double?
  public let family: String
  public let rationale: String?
  public let interpretation: Interpretation
  public let theory: String?
  public let source: SourceReference

  /// Units of effects and margins.
  public enum Unit: String, Hashable, Sendable {
    case percentagePoints = "pp"
    case auroc = "AUROC"
    case share
  }

  public var unit: Unit {
    switch analysis {
    case .doseTrend, .monotoneDoseResponse, .doseContrast, .setDifference, .configurationAgreement:
      .percentagePoints
    case .detection, .detectionAboveRandom, .origin: .auroc
    case .layerConcentration: .share
    }
  }
}
