import Foundation

/// Why a file could not be used, with what to do.
enum FileAccessError: Error, CustomStringConvertible {
  case missing(path: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case unremovable(path: String, reason: String)

  var description: String {
    switch self {
    case .missing(let path): "\(path) does not exist; check the path"
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .unwritable(let path, let reason):
      "\(path) cannot be written: \(reason); choose another --out or make room"
    case .unremovable(let path, let reason):
      "\(path) belongs to an earlier report and cannot be removed: \(reason); remove it by hand"
    }
  }
}

/// Files of the command line: whole reads with a bound, writes that are complete or absent.
enum FileAccess {
  /// - Throws: ``FileAccessError/missing(path:)`` unless `path` is a folder.
  static func requireFolder(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { throw FileAccessError.missing(path: path) }
  }

  /// - Throws: ``FileAccessError/unremovable(path:reason:)``.
  static func remove(_ path: String) throws(FileAccessError) {
    guard unlink(path) == 0 else {
      throw FileAccessError.unremovable(path: path, reason: String(cString: strerror(errno)))
    }
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// - Throws: ``FileAccessError``.
  static func read(_ path: String, limitBytes: Int = 256 << 20) throws -> [UInt8] {
    guard FileManager.default.fileExists(atPath: path) else {
      throw FileAccessError.missing(path: path)
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw FileAccessError.unreadable(path: path, reason: "no permission")
    }
    defer { try? handle.close() }
    let data: Data
    do { data = try handle.read(upToCount: limitBytes + 1) ?? Data() } catch {
      throw FileAccessError.unreadable(path: path, reason: error.localizedDescription)
    }
    guard data.count <= limitBytes else {
      throw FileAccessError.unreadable(path: path, reason: "it is larger than \(limitBytes) bytes")
    }
    return Array(data)
  }

  /// - Throws: ``FileAccessError/unreadable(path:reason:)`` beyond the limit.
  static func readStandardInput(limitBytes: Int = 256 << 20) throws -> [UInt8] {
    let data: Data
    do {
      data = try FileHandle.standardInput.read(upToCount: limitBytes + 1) ?? Data()
    } catch {
      throw FileAccessError.unreadable(
        path: "standard input", reason: error.localizedDescription)
    }
    guard data.count <= limitBytes else {
      throw FileAccessError.unreadable(
        path: "standard input", reason: "it is larger than \(limitBytes) bytes")
    }
    return Array(data)
  }

  /// Writes beside the target and renames, so that a reader never sees half a file. What a kill
  /// leaves is `PATH.part`, which the next write of that file takes over.
  ///
  /// - Throws: ``FileAccessError/unwritable(path:reason:)``.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let url = URL(fileURLWithPath: path)
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      let part = url.path + ".part"
      try Data(bytes).write(to: URL(fileURLWithPath: part))
      guard rename(part, url.path) == 0 else {
        let reason = String(cString: strerror(errno))
        try? FileManager.default.removeItem(atPath: part)
        throw FileAccessError.unwritable(path: path, reason: reason)
      }
    } catch let error as FileAccessError {
      throw error
    } catch {
      throw FileAccessError.unwritable(path: path, reason: error.localizedDescription)
    }
  }
}

/// A plan is a folder with `study.yaml`; the file itself may be named as well.
@Sendable func planFolder(_ argument: String) -> String {
  let path = argument.split(separator: "/", omittingEmptySubsequences: false)
  guard path.last == "study.yaml" else { return argument }
  return path.count == 1 ? "." : path.dropLast().joined(separator: "/")
}
