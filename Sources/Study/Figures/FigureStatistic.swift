/// The closed list of statistics that a published figure can be.
public enum FigureStatistic: String, Hashable, Sendable, CaseIterable {
  // Of one arm.

  /// Share of true outcomes at a dose.
  case rate
  /// Rate at one dose minus rate at another, same questions.
  case change
  /// Least-squares slope over all doses, per unit of dose.
  case slope
  /// Slope of an arm minus slope of another, same questions.
  case slopeDifference = "slope-difference"
  case questions
  case trueCount = "true-count"
  case unscoredCount = "unscored-count"
  /// Questions whose outcome differs between doses.
  case swingItems = "swing-items"

  // Of one detector on one question set.

  case auroc, accuracy, precision, recall, f1
  case items, positives
  case truePositives = "true-positives"
  case falsePositives = "false-positives"
  case trueNegatives = "true-negatives"
  case falseNegatives = "false-negatives"

  // Of the sampled responses.

  case sampled
  case alwaysRight = "always-right"
  case alwaysWrong = "always-wrong"
  case mixed

  // Of splits; a share where the printed number has a percent sign.

  case splitSize = "split-size"
  case splitOverlap = "split-overlap"

  // Of the neurons of a detector.

  case neurons
  case neuronsInLayers = "neurons-in-layers"
  case layersWithNeurons = "layers-with-neurons"

  // Of the rows of a classifier.

  case classifierRows = "classifier-rows"
  case classifierPositives = "classifier-positives"

  /// The keys that say which rows are meant; a key in brackets of the documentation is optional.
  var required: [String] {
    switch self {
    case .rate, .trueCount, .unscoredCount: ["benchmark", "neuron_set", "dose"]
    case .change: ["benchmark", "neuron_set", "from", "to"]
    case .slope, .questions, .swingItems: ["benchmark", "neuron_set"]
    case .slopeDifference: ["benchmark", "neuron_set", "against"]
    case .auroc, .accuracy, .precision, .recall, .f1, .items, .positives, .truePositives,
      .falsePositives, .trueNegatives, .falseNegatives:
      ["set"]
    case .sampled, .alwaysRight, .alwaysWrong, .mixed: []
    case .splitSize: ["split"]
    case .splitOverlap: ["split", "other_split"]
    case .neurons, .layersWithNeurons: []
    case .neuronsInLayers: ["layers"]
    case .classifierRows, .classifierPositives: ["split"]
    }
  }

  var optional: [String] {
    switch self {
    case .rate, .change, .slope, .slopeDifference, .questions, .trueCount, .unscoredCount,
      .swingItems:
      ["configuration", "endpoint", "judge"]
    case .auroc, .accuracy, .precision, .recall, .f1, .items, .positives, .truePositives,
      .falsePositives, .trueNegatives, .falseNegatives, .neurons, .neuronsInLayers,
      .layersWithNeurons, .classifierRows, .classifierPositives:
      ["detector"]
    case .sampled, .alwaysRight, .alwaysWrong, .mixed: ["benchmark"]
    default: []
    }
  }
}

/// The closed list of methods by which an interval can have been computed.
public enum FigureMethodName: String, Hashable, Sendable, CaseIterable {
  /// Percentiles of a bootstrap with `numpy.random.default_rng(seed)`: whole questions are drawn.
  case numpyPercentile = "numpy-percentile"
  /// The same with positives and negatives drawn apart, positives first.
  case numpyPercentileStratified = "numpy-percentile-stratified"
  /// The same with each dose drawn apart, `to` first: a paired difference taken for unpaired.
  case numpyPercentileUnpaired = "numpy-percentile-unpaired"
  case wilson
  case clopperPearson = "clopper-pearson"
  /// Estimate ± z · standard error of independent trials.
  case normal
  case tango
  case newcombePaired = "newcombe-paired"
  case newcombeUnpaired = "newcombe-unpaired"
  case normalPaired = "normal-paired"
  case normalUnpaired = "normal-unpaired"
  case clusterRobustT = "cluster-robust-t"
  case delong
  case delongLogit = "delong-logit"
  case hanleyMcNeil = "hanley-mcneil"
  case hanleyMcNeilLogit = "hanley-mcneil-logit"
  case newcombe5 = "newcombe-5"

  public var isBootstrap: Bool {
    self == .numpyPercentile || self == .numpyPercentileStratified
      || self == .numpyPercentileUnpaired
  }
}

/// A method with its settings.
public struct FigureMethod: Hashable, Sendable {
  /// In which order the questions stood when they were drawn.
  public enum ItemOrder: String, Hashable, Sendable, CaseIterable {
    /// Ids ascending.
    case sorted
    /// As in the file that the rows came from.
    case source
  }

  public let name: FigureMethodName
  /// In 0...1.
  public let confidenceLevel: Double
  public let seed: UInt64
  public let resampleCount: Int
  public let order: ItemOrder

  public init(
    name: FigureMethodName, confidenceLevel: Double = 0.95, seed: UInt64 = 42,
    resampleCount: Int = 10_000, order: ItemOrder = .sorted
  ) {
    self.name = name
    self.confidenceLevel = confidenceLevel
    self.seed = seed
    self.resampleCount = resampleCount
    self.order = order
  }
}

extension FigureMethod: CustomStringConvertible {
  /// `numpy-percentile, 10000 resamples, seed 42, ids sorted`.
  public var description: String {
    guard name.isBootstrap else { return name.rawValue }
    return "\(name.rawValue), \(resampleCount) resamples, seed \(seed), "
      + (order == .sorted ? "ids sorted" : "ids in the order of the source")
  }
}
