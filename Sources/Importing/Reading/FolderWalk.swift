internal import Foundation

/// Lists the files below the imported paths in the order of their paths' bytes.
struct FolderWalk {
  static let maximumFiles = 100_000
  static let maximumDepth = 32

  private(set) var files: [InputFile] = []
  /// Entries that are neither file nor folder, with the reason.
  private(set) var passedOver: [(path: String, reason: String)] = []

  /// - Parameters:
  ///   - paths: files and folders as the user gave them.
  /// - Throws: ``ImportError``.
  init(_ paths: [String]) throws {
    for root in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder) else {
        throw ImportError.missing(path: root)
      }
      let url = URL(fileURLWithPath: root).standardizedFileURL.resolvingSymlinksInPath()
      let above = url.pathComponents.filter { $0 != "/" }
      guard isFolder.boolValue else {
        files.append(
          InputFile(
            location: root, path: url.lastPathComponent, foldersInside: [],
            folders: above.dropLast()))
        continue
      }
      let prefix = paths.count > 1 ? [url.lastPathComponent] : []
      try walk(root, above: above, inside: [], prefix: prefix)
    }
    files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  private mutating func walk(
    _ folder: String, above: [String], inside: [String], prefix: [String]
  ) throws {
    let shown = (prefix + inside).joined(separator: "/")
    guard inside.count <= Self.maximumDepth else {
      passedOver.append((shown, "nested deeper than \(Self.maximumDepth) folders"))
      return
    }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
      throw ImportError.unreadable(path: shown.isEmpty ? folder : shown, reason: "no permission")
    }
    for name in names where !name.hasPrefix(".") {
      let location = folder + "/" + name
      let path = (prefix + inside + [name]).joined(separator: "/")
      let type =
        (try? FileManager.default.attributesOfItem(atPath: location))?[.type] as? FileAttributeType
      switch type {
      case .typeRegular:
        files.append(
          InputFile(
            location: location, path: path, foldersInside: inside, folders: above + inside))
        guard files.count <= Self.maximumFiles else {
          throw ImportError.tooManyFiles(path: shown, limit: Self.maximumFiles)
        }
      case .typeDirectory:
        try walk(location, above: above, inside: inside + [name], prefix: prefix)
      case .typeSymbolicLink: passedOver.append((path, "it is a symbolic link"))
      default: passedOver.append((path, "it is not a regular file"))
      }
    }
  }
}
