public import CanonicalJSON

/// Which column of a table is which part of an outcome row; names of fields and of truth values
/// follow the Frictionless Table Schema.
public struct RowMapping: Hashable, Sendable {
  /// What a column is.
  public enum Role: String, Hashable, Sendable, CaseIterable {
    case item, dose, replicate, outcome, benchmark, configuration, neuronSet, control, endpoint
    case judge, response, responseSha256
  }

  public struct Field: Hashable, Sendable {
    /// The column's name in the header.
    public let name: String
    public let role: Role
    /// Texts that mean true and false; for `outcome` and `control`.
    public let trueValues: [String]
    public let falseValues: [String]
    /// Texts that mean unscored, with their class of failure; for `outcome`.
    public let unscored: [String: String]

    public init(
      name: String, role: Role, trueValues: [String] = defaultTrueValues,
      falseValues: [String] = defaultFalseValues, unscored: [String: String] = defaultUnscored
    ) {
      self.name = name
      self.role = role
      self.trueValues = trueValues
      self.falseValues = falseValues
      self.unscored = unscored
    }

    public static let defaultTrueValues = ["true", "True", "TRUE", "1", "1.0"]
    public static let defaultFalseValues = ["false", "False", "FALSE", "0", "0.0"]
    public static let defaultUnscored = [
      "": "not-judged", "NA": "not-judged", "unscored": "not-judged",
      "parse-failure": "parse-failure", "parse_failure": "parse-failure", "error": "error",
    ]
  }

  /// `nil`: a comma, or a tab in `.tsv` files.
  public let delimiter: String?
  public let fields: [Field]
  /// By the name of their role: `benchmark`, `configuration`, `neuronSet`, `endpoint`, `judge`.
  public let constants: [String: String]

  public init(delimiter: String? = nil, fields: [Field], constants: [String: String] = [:]) {
    self.delimiter = delimiter
    self.fields = fields
    self.constants = constants
  }

  /// Columns that need no mapping, because they are called after their role.
  public static let byName = RowMapping(
    fields: [
      ("item", .item), ("item_id", .item), ("id", .item), ("dose", .dose), ("alpha", .dose),
      ("replicate", .replicate), ("outcome", .outcome), ("benchmark", .benchmark),
      ("configuration", .configuration), ("neuron_set", .neuronSet), ("control", .control),
      ("is_control", .control), ("endpoint", .endpoint), ("judge", .judge),
      ("response", .response), ("response_sha256", .responseSha256),
    ].map { Field(name: $0, role: $1) })

  /// Everything that decides rows.
  public var json: JSONValue {
    [
      "delimiter": delimiter.map(JSONValue.string) ?? .null,
      "constants": .object(constants.mapValues(JSONValue.string)),
      "fields": .array(
        fields.map { field in
          [
            "name": .string(field.name), "role": .string(field.role.rawValue),
            "trueValues": .array(field.trueValues.map(JSONValue.string)),
            "falseValues": .array(field.falseValues.map(JSONValue.string)),
            "unscored": .object(field.unscored.mapValues(JSONValue.string)),
          ]
        }),
    ]
  }
}
