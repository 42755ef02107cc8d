public import CanonicalJSON
public import Validation

extension ValidationReport {
  public static let schema = "referee/validation/v1"

  /// Every row with its acceptance; no time and no machine.
  public var json: JSONValue {
    let rows = self.rows.map { row -> JSONValue in
      [
        "group": .string(row.group.rawValue), "scenario": .string(row.scenario),
        "sampleSize": .string(row.sampleSize), "method": .string(row.method),
        "observed": .number(row.observed), "target": .number(row.target),
        "runs": .integer(Int64(row.runCount)), "standardError": .number(row.standardError),
        "accepted": .bool(row.isAccepted),
      ]
    }
    let weaknesses = Weakness.allCases.map { weakness in
      (weakness.rawValue, JSONValue.integer(Int64(self.rows(showing: weakness).count)))
    }
    return [
      "schema": .string(Self.schema), "mode": .string(mode.rawValue),
      "seed": .string(String(seed)), "accepted": .bool(isAccepted),
      "failures": .integer(Int64(failures.count)),
      "weaknesses": .object(Dictionary(weaknesses, uniquingKeysWith: { first, _ in first })),
      "rows": .array(rows),
    ]
  }

  /// The rows with the shortest decimals that round-trip (RFC 4180).
  public var csv: String {
    func field(_ text: String) -> String {
      text.contains(where: { $0 == "," || $0 == "\"" })
        ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
    let header = "group,scenario,sampleSize,method,observed,target,runs,standardError,accepted\r\n"
    return header
      + rows.map { row in
        [
          row.group.rawValue, row.scenario, row.sampleSize, row.method,
          JSONValue.canonicalNumber(row.observed), JSONValue.canonicalNumber(row.target),
          "\(row.runCount)", JSONValue.canonicalNumber(row.standardError), "\(row.isAccepted)",
        ].map(field).joined(separator: ",") + "\r\n"
      }.joined()
  }
}
