/// What a contribution is divided by, and whether the gate counts. Declared in the study plan,
/// because the original definition leaves it open for mixtures of experts.
///
/// ```
/// block:    |z_j| · w_e · ‖D_e[:, j]‖ / ‖y‖           y: the whole block's output
/// expert:   |z_j| · w_e · ‖D_e[:, j]‖ / ‖D_e z‖       the expert's own output, not weighted
/// residual: |z_j| · w_e · ‖D_e[:, j]‖ / ‖h + y‖       the residual stream after the block
/// ```
/// Without the gate, w_e is left out of the numerator. Dense models have w = 1.
/// - Source: the definition of Gao et al. (2025), H-Neurons, with ‖y‖ for dense models.
public struct ContributionVariant: Sendable, Equatable {
  public enum Denominator: String, Sendable, CaseIterable {
    case block
    case expert
    case residual
  }

  public let denominator: Denominator
  public let includesGate: Bool

  public init(denominator: Denominator = .block, includesGate: Bool = true) {
    self.denominator = denominator
    self.includesGate = includesGate
  }
}
