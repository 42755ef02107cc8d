/// A remark that rests on knowledge outside the study's own data, to be checked by a person.
public struct ReviewerNote: Hashable, Sendable {
  /// Unique within the study.
  public let id: String
  /// The remark, one or two sentences.
  public let note: String
  /// Claims that it concerns.
  public let claims: [String]
  /// Where it stands.
  public let source: SourceReference

  public init(
    id: String,
    note: String,
    claims: [String],
    source: SourceReference
  ) {
    self.id = id
    self.note = note
    self.claims = claims
    self.source = source
  }
}
