/// Splits a file into lines, ended by LF or CRLF, without holding more than the longest.
struct LineReader {
  /// 64 MiB: a sample with its prompt and hundreds of responses is a few hundred kilobytes.
  static let maximumLineBytes = 64 << 20

  private let file: InputFile

  init(_ file: InputFile) { self.file = file }

  private struct Stop: Error {}

  /// Calls `body` with each line and its number from 1 until it returns `false`.
  /// - Throws: ``ImportError``, for a line beyond ``maximumLineBytes`` too.
  func forEachLine(_ body: (_ line: [UInt8], _ number: Int) throws -> Bool) throws {
    var rest: [UInt8] = []
    var number = 0
    do {
      try file.forEachChunk { chunk in
        var start = 0
        for index in chunk.indices where chunk[index] == 0x0A {
          rest.append(contentsOf: chunk[start..<index])
          start = index + 1
          number += 1
          guard try emit(rest, number, body) else { throw Stop() }
          rest.removeAll(keepingCapacity: rest.capacity < 1 << 20)
        }
        guard rest.count + chunk.count - start <= Self.maximumLineBytes else {
          throw ImportError.malformed(
            path: file.path, line: number + 1,
            reason: "the line is longer than \(Self.maximumLineBytes >> 20) MiB")
        }
        rest.append(contentsOf: chunk[start...])
      }
      if !rest.isEmpty { _ = try emit(rest, number + 1, body) }
    } catch is Stop {}
  }

  private func emit(
    _ bytes: [UInt8], _ number: Int, _ body: ([UInt8], Int) throws -> Bool
  ) throws -> Bool {
    var bytes = bytes
    if bytes.last == 0x0D { bytes.removeLast() }
    if number == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    return try body(bytes, number)
  }
}
