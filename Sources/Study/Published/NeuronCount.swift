/// A published count of selected neurons in a part of the model.
public struct NeuronCount: Hashable, Sendable {
  /// `positive` (H-neurons) or `negative`.
  public let set: String
  /// Which experts.
  public let kind: NeuronKind
  /// 0-based layer, or `nil` for all.
  public let layer: Int?
  /// Restriction to layers of one kind.
  public let attention: AttentionKind?
  public let count: Int
  public let source: SourceReference

  public init(
    set: String,
    kind: NeuronKind,
    layer: Int? = nil,
    attention: AttentionKind? = nil,
    count: Int,
    source: SourceReference
  ) {
    self.set = set
    self.kind = kind
    self.layer = layer
    self.attention = attention
    self.count = count
    self.source = source
  }
}

/// Which experts a count of neurons covers.
public enum NeuronKind: String, Hashable, Sendable, CaseIterable { case all, shared, routed }

/// The token mixer of a layer.
public enum AttentionKind: String, Hashable, Sendable, CaseIterable { case full, linear }
