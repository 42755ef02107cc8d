internal import Provenance
internal import RawStore
internal import Study

/// The columns of a table by their role, and the names already met: rows come by the million, so
/// every text is looked up by its bytes and parsed once.
struct CSVColumns {
  private let columnCount: Int
  private let item: Int
  private let outcome: Int
  private let response: Int?
  private let responseDigest: Int?
  /// Columns that decide the series, with their roles.
  private let seriesColumns: [(role: RowMapping.Role, column: Int)]
  private let fields: [RowMapping.Role: RowMapping.Field]
  private let constants: [RowMapping.Role: String]

  private var seriesNames = ByteInterner()
  /// `[index of seriesNames]`; `nil` for a refused one, with the reason beside it.
  private var series: [Result<Int64, LineRefusal>] = []
  private var outcomeNames = ByteInterner()
  private var codes: [Result<Int64, LineRefusal>] = []
  private var scratch: [UInt8] = []

  /// What rows are called that have no column for it: benchmark, configuration, set, endpoint.
  static func defaults(_ file: ProbedFile, options: ImportOptions) -> [String] {
    [
      options.benchmark ?? file.file.stem, options.configuration ?? "default",
      options.neuronSet ?? "h-neurons", options.endpoint ?? "outcome", options.judge ?? "",
    ]
  }

  init(
    header: RecordReader.Record, mapping: RowMapping, options: ImportOptions, defaults: [String],
    path: String
  ) throws {
    if let problem = header.problem {
      throw ImportError.malformed(path: path, line: header.line, reason: problem)
    }
    var columns: [RowMapping.Role: Int] = [:]
    var fields: [RowMapping.Role: RowMapping.Field] = [:]
    let names = (0..<header.count).map { String(decoding: header[$0], as: UTF8.self) }
    for field in mapping.fields {
      guard let column = names.firstIndex(of: field.name) else {
        if options.mapping == nil { continue }
        throw ImportError.malformed(
          path: path, line: header.line,
          reason: "the header has no column \(field.name); it has \(names.joined(separator: ", "))")
      }
      guard columns.updateValue(column, forKey: field.role) == nil else {
        throw ImportError.malformed(
          path: path, line: header.line, reason: "two columns are the \(field.role.rawValue)")
      }
      fields[field.role] = field
    }
    guard let item = columns[.item], let outcome = columns[.outcome] else {
      throw ImportError.malformed(
        path: path, line: header.line,
        reason: "no column is the item or none the outcome; name them in a --mapping file")
    }
    self.item = item
    self.outcome = outcome
    response = columns[.response]
    responseDigest = columns[.responseSha256]
    columnCount = header.count
    self.fields = fields
    let roles: [RowMapping.Role] = [
      .benchmark, .configuration, .neuronSet, .endpoint, .judge, .control, .dose, .replicate,
    ]
    seriesColumns = roles.compactMap { role in columns[role].map { (role, $0) } }
    var constants: [RowMapping.Role: String] = [:]
    for (index, role) in roles.prefix(5).enumerated() {
      constants[role] = mapping.constants[role.rawValue] ?? defaults[index]
    }
    self.constants = constants
  }

  /// Adds the row of a record.
  mutating func add(_ record: RecordReader.Record, writer: RowWriter) throws {
    guard record.count == columnCount else {
      throw LineRefusal("the row has \(record.count) fields, the header has \(columnCount)")
    }
    let series = try seriesID(record, writer: writer)
    let code = try code(record[outcome], writer: writer)
    var digest: SHA256Digest?
    if let responseDigest, !record[responseDigest].isEmpty {
      digest = SHA256Digest(
        hexadecimal: String(decoding: record[responseDigest], as: UTF8.self))
      guard digest != nil else { throw LineRefusal("the response's SHA-256 is not 64 digits") }
    } else if let response {
      guard let text = String(validating: record[response], as: UTF8.self) else {
        throw LineRefusal("the response is not valid UTF-8")
      }
      digest = try writer.response(text)
    }
    try writer.addOutcome(
      series: series, item: try writer.item(record[item]), code: code, response: digest,
      line: record.line)
  }

  private mutating func seriesID(
    _ record: RecordReader.Record, writer: RowWriter
  ) throws -> Int64 {
    scratch.removeAll(keepingCapacity: true)
    for (_, column) in seriesColumns {
      scratch.append(contentsOf: record[column])
      // No UTF-8 text holds this byte, so two rows of names never run into each other.
      scratch.append(0xFF)
    }
    let (index, isNew) = scratch.withUnsafeBufferPointer { seriesNames.intern($0) }
    if isNew { series.append(try resolveSeries(record, writer: writer)) }
    return try series[index].get()
  }

  private func resolveSeries(
    _ record: RecordReader.Record, writer: RowWriter
  ) throws -> Result<Int64, LineRefusal> {
    var texts: [RowMapping.Role: String] = constants
    for (role, column) in seriesColumns {
      guard let text = String(validating: record[column], as: UTF8.self) else {
        return .failure(LineRefusal("the \(role.rawValue) is not valid UTF-8"))
      }
      texts[role] = text
    }
    do {
      let arm = Arm(
        benchmark: texts[.benchmark] ?? "", configuration: texts[.configuration] ?? "",
        neuronSet: texts[.neuronSet] ?? "", isControl: try isControl(texts[.control]),
        endpoint: texts[.endpoint] ?? "", judge: texts[.judge] ?? "")
      return .success(
        try writer.series(
          arm, dose: try dose(texts[.dose]), replicate: try replicate(texts[.replicate])))
    } catch let refusal as LineRefusal {
      return .failure(refusal)
    } catch StoreError.invalidRow(let reason) {
      return .failure(LineRefusal(reason))
    }
  }

  private func isControl(_ text: String?) throws -> Bool {
    guard let text, let field = fields[.control], !text.isEmpty else { return false }
    if field.trueValues.contains(text) { return true }
    if field.falseValues.contains(text) { return false }
    throw LineRefusal("the control column says \(text.prefix(40)), neither true nor false")
  }

  private func dose(_ text: String?) throws -> Double? {
    guard let text, !text.isEmpty, text != "NA" else { return nil }
    guard let dose = Double(text), dose.isFinite else {
      throw LineRefusal("the dose \(text.prefix(40)) is not a number")
    }
    return dose
  }

  private func replicate(_ text: String?) throws -> Int {
    guard let text, !text.isEmpty else { return 0 }
    guard let replicate = Int(text) else {
      throw LineRefusal("the replicate \(text.prefix(40)) is not a whole number")
    }
    return replicate
  }

  private mutating func code(
    _ bytes: UnsafeBufferPointer<UInt8>, writer: RowWriter
  ) throws -> Int64 {
    // A column of free text must not fill the memory.
    if outcomeNames.count >= 10_000 { throw LineRefusal("the outcome has too many values") }
    let (index, isNew) = outcomeNames.intern(bytes)
    if isNew { codes.append(try resolveCode(bytes, writer: writer)) }
    return try codes[index].get()
  }

  private func resolveCode(
    _ bytes: UnsafeBufferPointer<UInt8>, writer: RowWriter
  ) throws -> Result<Int64, LineRefusal> {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let field = fields[.outcome] else { return .failure(LineRefusal("no outcome")) }
    if field.trueValues.contains(text) { return .success(1) }
    if field.falseValues.contains(text) { return .success(0) }
    guard let failure = field.unscored[text] else {
      return .failure(
        LineRefusal(
          "the outcome \(text.prefix(40)) is neither true, false nor unscored; "
            + "name it in a --mapping file"))
    }
    return .success(try writer.code(.unscored(failure)))
  }
}
