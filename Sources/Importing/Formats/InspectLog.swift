internal import CanonicalJSON
internal import RawStore

/// An Inspect evaluation log, as `.json` or as `.eval` (a zip of JSON members).
enum InspectLog: RowFormat {
  static let name = "inspect-log"

  static func detects(_ file: ProbedFile, options: ImportOptions) -> Bool {
    if file.file.name.hasSuffix(".eval") { return true }
    guard let document = file.document else { return false }
    return document["eval"]?["task"] != nil && document["version"] != nil
  }

  static func parameters(_ file: ProbedFile, options: ImportOptions) -> JSONValue {
    [
      "benchmark": options.benchmark.map(JSONValue.string) ?? .null,
      "configuration": options.configuration.map(JSONValue.string) ?? .null,
      "neuronSet": options.neuronSet.map(JSONValue.string) ?? .null,
      "judge": options.judge.map(JSONValue.string) ?? .null,
    ]
  }

  static func read(_ file: ProbedFile, into sink: inout RowSink) throws {
    if let document = file.document {
      let lines = ElementLines.of(["samples"], in: file.bytes)
      let samples = document["samples"]?.arrayValue ?? []
      var log = try InspectRows(header: document, path: file.file.path, sink: &sink)
      log.learnScorers(of: samples)
      for (index, sample) in samples.enumerated() {
        let line = index < lines.count ? lines[index] : 1
        try sink.row(line) { try log.add(sample, line: line, writer: $0) }
      }
      log.finish(&sink)
      return
    }
    try readArchive(file, into: &sink)
  }

  private static func readArchive(_ file: ProbedFile, into sink: inout RowSink) throws {
    func malformed(_ reason: String) -> ImportError {
      .malformed(path: file.file.path, line: nil, reason: reason)
    }
    let archive: ZipArchive
    do {
      archive = try ZipArchive(
        try file.file.contents(limitBytes: ZipArchive.maximumArchiveBytes))
    } catch let failure as ZipArchive.Failure { throw malformed(failure.reason) }
    // A log that was not finished has its header in the journal only.
    guard let headerMember = archive.member("header.json") ?? archive.member("_journal/start.json")
    else { throw malformed("it has neither header.json nor _journal/start.json") }
    let header: JSONValue
    do { header = try document(headerMember, of: archive) } catch let refusal as LineRefusal {
      throw malformed(refusal.reason)
    }
    var log = try InspectRows(header: header, path: file.file.path, sink: &sink)
    let members = archive.members.filter {
      $0.name.hasPrefix("samples/") && $0.name.hasSuffix(".json")
    }.sorted { $0.name < $1.name }
    // Members have no lines: their place in the sorted list stands for it.
    for (index, member) in members.enumerated() where !log.knowsScorers {
      if let sample = try? document(member, of: archive) { log.learnScorers(of: [sample]) }
      if index > 1_000 { break }
    }
    for (index, member) in members.enumerated() {
      try sink.row(index + 1) { writer in
        try log.add(try document(member, of: archive), line: index + 1, writer: writer)
      }
    }
    log.finish(&sink)
  }

  private static func document(
    _ member: ZipArchive.Member, of archive: ZipArchive
  ) throws -> JSONValue {
    do {
      return try JSONValue(parsing: PythonJSON.withoutConstants(try archive.contents(member)))
    } catch let failure as ZipArchive.Failure {
      throw LineRefusal(failure.reason)
    } catch let error as JSONError {
      throw LineRefusal("\(member.name):\(error.line):\(error.column): \(error.message)")
    }
  }
}
