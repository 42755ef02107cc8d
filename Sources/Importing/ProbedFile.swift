internal import CanonicalJSON

/// A file with as much of its content as detection needs.
struct ProbedFile {
  let file: InputFile
  /// The first object of a `.jsonl` file.
  let firstObject: JSONValue?
  /// The whole of a `.json` file, when it parses.
  let document: JSONValue?
  /// The bytes of ``document``.
  let bytes: [UInt8]
  /// Why a `.json` file has no document.
  let problem: JSONError?

  var isLines: Bool { file.name.hasSuffix(".jsonl") || file.name.hasSuffix(".ndjson") }

  init(_ file: InputFile) throws {
    self.file = file
    var firstObject: JSONValue?
    var document: JSONValue?
    var bytes: [UInt8] = []
    var problem: JSONError?
    if file.name.hasSuffix(".jsonl") || file.name.hasSuffix(".ndjson") {
      var triedLines = 0
      try LineReader(file).forEachLine { line, _ in
        // A first line that was cut off does not hide the format of the rest.
        if let value = try? JSONValue(parsing: PythonJSON.withoutConstants(line)),
          value.objectValue != nil
        {
          firstObject = value
          return false
        }
        triedLines += 1
        return triedLines < 20
      }
    } else if file.name.hasSuffix(".json") {
      bytes = try file.contents()
      do {
        document = try JSONValue(parsing: PythonJSON.withoutConstants(bytes.dropMark()))
      } catch {
        problem = error
      }
    }
    self.firstObject = firstObject
    self.document = document
    self.bytes = bytes
    self.problem = problem
  }

  /// The object of a line, or a rejection in the sink.
  static func object(
    _ bytes: [UInt8], line: Int, sink: inout RowSink
  ) -> [String: JSONValue]? {
    if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
      sink.skipBlank()
      return nil
    }
    do {
      guard let members = try JSONValue(parsing: bytes).objectValue else {
        sink.reject(line, "the line is not a JSON object")
        return nil
      }
      return members
    } catch {
      sink.reject(line, "column \(error.column): \(error.message)")
    }
    return nil
  }
}

extension [UInt8] {
  /// Without a byte order mark.
  func dropMark() -> [UInt8] { starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self }
}
