public import CanonicalJSON

/// Which column of a table is which part of a row.
public struct RowMapping: Hashable, Sendable {
  /// The mapping as it was declared, for the source's parameters.
  public let json: JSONValue

  public init(json: JSONValue) { self.json = json }
}
