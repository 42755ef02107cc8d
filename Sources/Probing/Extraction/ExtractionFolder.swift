internal import CanonicalJSON
internal import Foundation

/// The folder of an extraction: who it belongs to, and whether it is finished.
struct ExtractionFolder {
  let path: String
  /// The store is whole; there is nothing to do.
  let isSealed: Bool

  var spoolPath: String { path + "/rows.spool" }

  /// Claims a folder, or recognises it.
  ///
  /// - Parameter document: what must be equal for a run to go on.
  /// - Throws: ``ProbingError/otherExtraction(path:what:)``, ``ProbingError/cannotWrite(path:reason:)``.
  init(path: String, document: JSONValue) throws {
    self.path = path
    let manager = FileManager.default
    let file = path + "/extraction.json"
    let text = try document.prettyText()
    if let known = manager.contents(atPath: file) {
      guard let other = try? JSONValue(parsing: known), other.objectValue != nil else {
        throw ProbingError.otherExtraction(path: path, what: "extraction.json is damaged")
      }
      if other != (try JSONValue(parsing: text)) {
        let keys = Set(document.objectValue?.keys.map { $0 } ?? []).sorted()
        let different = keys.filter { document[$0] != other[$0] }
        throw ProbingError.otherExtraction(
          path: path, what: "it was begun with other " + different.joined(separator: ", "))
      }
    } else {
      guard !manager.fileExists(atPath: path + "/store.json") else {
        throw ProbingError.otherExtraction(path: path, what: "it holds a store of another origin")
      }
      do {
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
      } catch {
        throw ProbingError.cannotWrite(path: file, reason: error.localizedDescription)
      }
    }
    isSealed = manager.fileExists(atPath: path + "/store.json")
    // Sealed, but interrupted before the spool was removed.
    if isSealed { try removeSpool() }
  }

  func removeSpool() throws {
    guard FileManager.default.fileExists(atPath: spoolPath) else { return }
    do { try FileManager.default.removeItem(atPath: spoolPath) } catch {
      throw ProbingError.cannotWrite(path: spoolPath, reason: error.localizedDescription)
    }
  }
}
