import ArgumentParser
import CanonicalJSON
import Foundation
import Provenance
import RawStore
import Study

/// `referee bundle STORE --report DIR --out FILE`: everything that a stranger needs, in one file.
struct BundleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle",
    abstract: "Pack store, report, plan and lock with their RO-Crate metadata into one zip file.",
    discussion: """
      The same inputs give the same bytes. After unzip FILE -d DIR, referee verify DIR/report \
      --store DIR/store.sqlite computes everything again, and referee render DIR/store.sqlite \
      --out NEW gives the same files.
      """)

  @Argument(help: "The store.", completion: .file())
  var store: String

  @Option(name: .long, help: "The report's folder.", completion: .directory)
  var report: String

  @Option(name: .long, help: "The zip file to write.", completion: .file())
  var out: String

  @Option(
    name: .long,
    help: "The registered plan: its folder, with study.yaml and the lock, or the file.",
    completion: .file())
  var plan: String?

  @Option(name: .long, help: "The plan's lock.", completion: .file())
  var lock: String?

  @Option(name: .long, help: "The folder with figures.yaml.", completion: .directory)
  var figures: String?

  @Option(name: .long, help: "Licence of the bundle: a URL or SPDX identifier.")
  var license: String = "not stated"

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let origin = try RawStore(path: store)
    let check = try origin.verify()
    guard check.isIntact else {
      for problem in check.problems { printOutput("broken: \(problem)\n") }
      throw GateFailure(reasons: ["the store is not as it was recorded"])
    }
    let ledger = try origin.ledger()
    var contents: [String: [UInt8]] = ["store.sqlite": try compactCopy(of: origin)]
    try origin.close()
    try FileAccess.requireFolder(report)
    // run.json names the machine and the times: it is not part of the report.
    for path in try Self.files(below: report)
    where path != "run.json" && !path.hasSuffix(".part") {
      contents["report/" + path] = try FileAccess.read(report + "/" + path)
    }
    if let plan { contents.merge(try Self.planFiles(plan)) { $1 } }
    if let lock { contents["plan/study.lock.json"] = try FileAccess.read(lock) }
    if let figures {
      try FileAccess.requireFolder(figures)
      for path in try Self.files(below: figures) {
        contents["figures/" + path] = try FileAccess.read(figures + "/" + path)
      }
    }
    contents["README.md"] = Array(Self.readme(contents).utf8)
    let crate = crate(contents, ledger: ledger)
    var archive = DeterministicArchive()
    for (path, bytes) in contents { archive.add(path, bytes) }
    archive.add(ResearchCrate.fileName, Array(try crate.json.prettyText().utf8))
    guard let bytes = archive.bytes else {
      throw FileAccessError.unwritable(path: out, reason: "the bundle would exceed 4 GiB")
    }
    try FileAccess.write(bytes, to: out)
    let digest = SHA256Hex(of: bytes).description
    if global.json {
      let document: JSONValue = [
        "schema": "referee/bundle/v1", "path": .string(out), "sha256": .string(digest),
        "files": .array((contents.keys + [ResearchCrate.fileName]).sorted().map(JSONValue.string)),
      ]
      printOutput(try document.prettyText())
    } else {
      printOutput("\(out): \(contents.count + 1) files, \(bytes.count) bytes, sha256:\(digest)\n")
    }
  }

  /// A plan and its lock by their names in the bundle. In a folder the plan is `study.yaml`, or
  /// `plan.yaml` where that is what it is called.
  private static func planFiles(_ path: String) throws -> [String: [UInt8]] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { return ["plan/study.yaml": try FileAccess.read(path)] }
    let names = ["study.yaml", "plan.yaml"].map { path + "/" + $0 }
    guard let plan = names.first(where: FileAccess.exists) else {
      throw FileAccessError.missing(path: names[0])
    }
    var files = ["plan/study.yaml": try FileAccess.read(plan)]
    let lock = path + "/" + StudyLock.file
    if FileAccess.exists(lock) { files["plan/study.lock.json"] = try FileAccess.read(lock) }
    return files
  }

  /// The bytes of a compact copy, which do not depend on how the store grew.
  private func compactCopy(of origin: RawStore) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "referee-bundle-\(ProcessInfo.processInfo.processIdentifier)")
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "store.sqlite").path
    try origin.copy(to: path)
    return try FileAccess.read(path, limitBytes: 4 << 30)
  }

  private static func files(below folder: String) throws -> [String] {
    guard let found = FileManager.default.enumerator(atPath: folder) else {
      throw FileAccessError.unreadable(path: folder, reason: "no permission")
    }
    var files: [String] = []
    for case let path as String in found {
      let type = try? FileManager.default.attributesOfItem(atPath: folder + "/" + path)[.type]
      if type as? FileAttributeType == .typeRegular { files.append(path) }
    }
    return files.sorted()
  }

  // MARK: - Metadata

  private func crate(_ contents: [String: [UInt8]], ledger: [LedgerRecord]) -> ResearchCrate {
    let files = contents.mapValues { $0 }.map { path, bytes in
      ResearchCrate.File(
        path: path, name: path.split(separator: "/").last.map(String.init) ?? path,
        sha256: SHA256Hex(of: bytes).description, sizeBytes: bytes.count,
        encodingFormat: Self.mediaType(of: path))
    }
    let store = files.filter { $0.path == "store.sqlite" }
    var actions = ledger.map { record in
      ResearchCrate.Action(
        id: "#ledger-\(record.position)", name: "referee \(record.stage)",
        instrument: record.tool, endTime: record.time.isEmpty ? nil : record.time,
        objects: (record.json["inputs"]?.arrayValue ?? []).map { input in
          ResearchCrate.File(
            path: input["path"]?.stringValue ?? "", name: input["path"]?.stringValue ?? "",
            sha256: input["sha256"]?.stringValue ?? "",
            sizeBytes: input["sizeBytes"]?.intValue ?? 0,
            encodingFormat: Self.mediaType(of: input["path"]?.stringValue ?? ""),
            isIncluded: false)
        }, results: store)
    }
    let reports = files.filter { $0.path.hasPrefix("report/") }.sorted { $0.path < $1.path }
    let inputs = files.filter { $0.path.hasPrefix("plan/") || $0.path.hasPrefix("figures/") }
    actions.append(
      ResearchCrate.Action(
        id: "#render", name: "referee render", instrument: ToolVersion.text, endTime: nil,
        objects: store + inputs.sorted { $0.path < $1.path }, results: reports))
    return ResearchCrate(
      name: "Rows and report",
      description: "Item-level rows of a study, the report computed from them and what is needed "
        + "to compute it again.",
      license: license, datePublished: String((ledger.last?.time ?? "").prefix(10)), files: files,
      actions: actions)
  }

  private static func mediaType(of path: String) -> String {
    let types = [
      ".html": "text/html", ".pdf": "application/pdf", ".json": "application/json",
      ".csv": "text/csv", ".yaml": "application/yaml", ".md": "text/markdown",
      ".sqlite": "application/vnd.sqlite3", ".jsonl": "application/jsonl",
      ".eval": "application/zip",
    ]
    return types.first { path.hasSuffix($0.key) }?.value ?? "application/octet-stream"
  }

  private static func readme(_ contents: [String: [UInt8]]) -> String {
    var options = ""
    if contents["report/findings.json"].map(ReportVerification.usesPlan) == true,
      contents["plan/study.yaml"] != nil
    {
      options += " --plan plan"
    }
    if contents["figures/figures.yaml"] != nil { options += " --figures figures" }
    return """
      # Rows and report

      Everything in this folder can be computed again with Referee:

          referee verify report --store store.sqlite
          referee render store.sqlite --out again\(options)

      The first command walks the hash chain of the rows, computes every number again and compares the
      report byte for byte; the second one renders it anew. `ro-crate-metadata.json` names every file with its SHA-256.

      """
  }
}
