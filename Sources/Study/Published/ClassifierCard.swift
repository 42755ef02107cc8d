/// The detector as the text describes it.
public struct ClassifierCard: Hashable, Sendable {
  /// The chosen inverse penalty.
  public let selectedC: Double?
  /// Where C was chosen: `held-out`, `training`, `validation`; `nil` = unstated.
  public let selectionData: String?
  /// Share of the rows held out; `nil` = unstated.
  public let heldOutShare: Double?
  /// Features a neuron contributes, as stated.
  public let featuresPerNeuron: Int?
  /// Nonzero weights of the final model.
  public let finalNonzero: Int?
  /// Positive weights of the final model.
  public let finalPositive: Int?
  /// Negative weights of the final model.
  public let finalNegative: Int?
  /// What one evaluated row is: `item`, `row`; `nil` = unstated.
  public let evaluationUnit: String?
  /// Random neuron sets drawn as a baseline.
  public let randomSetDraws: Int?

  public init(
    selectedC: Double? = nil,
    selectionData: String? = nil,
    heldOutShare: Double? = nil,
    featuresPerNeuron: Int? = nil,
    finalNonzero: Int? = nil,
    finalPositive: Int? = nil,
    finalNegative: Int? = nil,
    evaluationUnit: String? = nil,
    randomSetDraws: Int? = nil
  ) {
    self.selectedC = selectedC
    self.selectionData = selectionData
    self.heldOutShare = heldOutShare
    self.featuresPerNeuron = featuresPerNeuron
    self.finalNonzero = finalNonzero
    self.finalPositive = finalPositive
    self.finalNegative = finalNegative
    self.evaluationUnit = evaluationUnit
    self.randomSetDraws = randomSetDraws
  }
}
