internal import Provenance

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension StudyPlan {
  /// Files of items that the plan names, sorted, each once: questions, benchmarks, detection sets,
  /// gold labels.
  public var inputPaths: [String] {
    let paths =
      [sampling.questions] + design.benchmarks.map(\.file) + (detection?.sets.map(\.file) ?? [])
      + [judge?.gold].compactMap { $0 }
    return Set(paths).sorted()
  }

  /// The hashes of the named files; relative paths start at the plan's folder. A file that is absent
  /// or not regular has none: it may be fetched later.
  public func hashedInputs(folder: String) -> [StudyLock.NamedFile] {
    inputPaths.map { path in
      let full = path.hasPrefix("/") ? path : folder + "/" + path
      return StudyLock.NamedFile(path: path, sha256: Self.sha256(ofFile: full))
    }
  }

  /// The hash that a lock of the plan with its files as they are now would have.
  ///
  /// - Throws: ``JSONEncodingError`` when a number of the plan is not finite.
  public func lockHash(folder: String) throws -> String {
    try StudyLock.hash(registeredContent, hashedInputs(folder: folder))
  }

  /// `nil` when the path is no readable regular file.
  package static func sha256(ofFile path: String) -> String? {
    // Neither a pipe nor a device may block or flood.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var stream = SHA256Stream()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 { return nil }
      if count == 0 { return stream.digest.description }
      stream.append(Array(buffer[0..<count]))
    }
  }
}
