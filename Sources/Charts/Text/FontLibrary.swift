import CPangoCairo
import CTemplates
import Glibc

/// A Fontconfig configuration that knows the embedded fonts and nothing else, so that a chart looks
/// the same on every machine.
///
/// Fontconfig and FreeType open fonts by path. The bytes are written once per process to files that
/// have no name (created and at once unlinked) and are opened through `/proc/self/fd`: nobody else
/// can replace them, and nothing is left behind.
///
/// `@unchecked Sendable`: the configuration is filled before the only instance is published and is
/// never changed afterwards; Fontconfig's reads and its reference count are thread-safe (2.10.91+).
final class FontLibrary: @unchecked Sendable {
  static let shared: Result<FontLibrary, ChartError> = {
    do throws(ChartError) { return .success(try FontLibrary()) } catch { return .failure(error) }
  }()

  let configuration: OpaquePointer

  private static let fonts = [
    "fonts/Inter-Regular.otf", "fonts/Inter-SemiBold.otf", "fonts/DejaVuSans.ttf",
  ]

  private init() throws(ChartError) {
    guard let configuration = FcConfigCreate() else {
      throw .fontUnavailable(name: "configuration")
    }
    self.configuration = configuration
    for name in Self.fonts {
      guard let descriptor = Self.anonymousFile(holding: name) else {
        throw .fontUnavailable(name: name)
      }
      let path = "/proc/self/fd/\(descriptor)"
      guard FcConfigAppFontAddFile(configuration, path) == FcTrue else {
        close(descriptor)
        throw .fontUnavailable(name: name)
      }
    }
  }

  /// The descriptor stays open as long as the process: FreeType opens the path again for each face.
  private static func anonymousFile(holding name: String) -> Int32? {
    guard let template = referee_template_named(name) else { return nil }
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var path = Array("\(folder)/referee-font-XXXXXX".utf8CString)
    let descriptor = path.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let base = buffer.baseAddress else { return -1 }
      let made = mkstemp(base)
      guard made >= 0 else { return -1 }
      unlink(base)
      _ = fcntl(made, F_SETFD, FD_CLOEXEC)
      return made
    }
    guard descriptor >= 0 else { return nil }
    var written = 0
    while written < template.pointee.size {
      let count = write(
        descriptor, template.pointee.bytes + written, template.pointee.size - written)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        close(descriptor)
        return nil
      }
      written += count
    }
    return descriptor
  }
}
