internal import CClassifierKernels
internal import CanonicalJSON

extension StoreRow {
  var json: JSONValue {
    var member: [String: JSONValue] = ["item": .string(item)]
    if let label { member["label"] = .number(label) }
    if let outcome { member["outcome"] = .bool(outcome) }
    if let region { member["region"] = .string(region.rawValue) }
    return .object(member)
  }

  init(_ value: JSONValue, file: String, line: Int) throws(ClassifierError) {
    guard let item = value["item"]?.stringValue else {
      throw .malformed(file: file, line: line, column: 1, message: "a row without an item")
    }
    self.init(
      item: item, label: value["label"]?.doubleValue, outcome: value["outcome"]?.boolValue,
      region: value["region"]?.stringValue.flatMap(Region.init(rawValue:)))
  }
}

extension StoreValueType {
  /// fp16 bits of `values`, and how many non-zero ones became 0.
  static func rounded(
    _ values: [Float], row: Int
  ) throws(ClassifierError) -> (halves: [UInt16], vanished: Int) {
    var halves = [UInt16](repeating: 0, count: values.count)
    var overflow: Int32 = 0
    let vanished = cls_round_f16(values, &halves, values.count, &overflow)
    guard overflow == 0 else {
      throw .valueOutOfRange(
        value: values.reduce(0) { max($0, Double(abs($1))) }, dtype: "f16", row: row)
    }
    return (halves, vanished)
  }
}
