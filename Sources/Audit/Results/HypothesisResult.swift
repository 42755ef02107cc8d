public import Statistics

/// A hypothesis, or an unregistered analysis of the same kind, with its estimate, test and verdict.
///
/// Only a registered hypothesis has a verdict; an exploratory analysis has a shape in words.
public struct HypothesisResult: Hashable, Sendable, Identifiable {
  /// How the p-value was adjusted.
  public struct Multiplicity: Hashable, Sendable {
    /// Every member of the family, in order; members without data count too.
    public let family: [String]
    /// `Holm`, `Benjamini–Hochberg` …
    public let method: String
    public let adjustedPValue: Measured<Double>

    public init(family: [String], method: String, adjustedPValue: Measured<Double>) {
      self.family = family
      self.method = method
      self.adjustedPValue = adjustedPValue
    }
  }

  public let id: String
  public let statement: String
  public let registration: RegistrationStatus
  /// Estimate, interval, p-value, n and so on under the keys `estimate`, `p`, `n`, …
  public let evidence: [String: Evidence]
  public let multiplicity: Multiplicity?
  /// `nil` unless registered.
  public let verdict: Verdict?
  /// The shape or conclusion in words, with places for evidence.
  public let sentence: Prose
  /// Deviations from the plan that touch it.
  public let deviations: [String]
  /// Canonical-JSON hash of the rows that it was computed from.
  public let inputsHash: String

  public init(
    id: String, statement: String, registration: RegistrationStatus,
    evidence: [String: Evidence], multiplicity: Multiplicity? = nil, verdict: Verdict? = nil,
    sentence: Prose, deviations: [String] = [], inputsHash: String
  ) {
    self.id = id
    self.statement = statement
    self.registration = registration
    self.evidence = evidence
    self.multiplicity = multiplicity
    self.verdict = registration == .exploratory ? nil : verdict
    self.sentence = sentence
    self.deviations = deviations
    self.inputsHash = inputsHash
  }

  public var sentenceText: String { sentence.text(evidence) }
}
