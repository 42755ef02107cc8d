import Foundation
import Kernels
import TestSupport
import Testing

/// Every block format against the bytes and values that gguf-py 0.19 wrote.
@Suite struct BlockFormatTests {
  static let formats: [WeightFormat] = [
    .q40, .q41, .q50, .q51, .q80, .q2K, .q3K, .q4K, .q5K, .q6K, .iq4NL, .iq4XS, .mxfp4,
  ]

  static func archive() throws -> NumpyArchive {
    try NumpyArchive(
      url: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/blocks_ref.npz"))
  }

  /// Bytes that a matrix points to.
  ///
  /// `@unchecked Sendable`: written once, then only read.
  final class Storage: @unchecked Sendable {
    let base: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8], shift: Int = 0) {
      base = .allocate(byteCount: bytes.count + 64, alignment: 64)
      for (index, byte) in bytes.enumerated() { base[index + shift] = byte }
    }

    deinit { base.deallocate() }
  }

  static func matrix(
    _ format: WeightFormat, bytes: [UInt8], rows: Int, columns: Int, shift: Int = 0
  ) throws -> WeightMatrix {
    let storage = Storage(bytes, shift: shift)
    let block = try #require(format.block)
    let start = try #require(storage.base.baseAddress) + shift
    return WeightMatrix(
      format: format, block: block, data: start, rows: rows, columns: columns, owner: storage)
  }

  @Test(arguments: formats, InstructionSet.allCases.filter(\.isAvailable))
  func `blocks expand to exactly the reference values`(
    _ format: WeightFormat, _ set: InstructionSet
  ) throws {
    let archive = try Self.archive()
    let expected = try archive[format.name]
    let bytes = try archive[format.name + "_bytes"].bytes
    let matrix = try Self.matrix(
      format, bytes: bytes, rows: expected.shape[0], columns: expected.shape[1])
    let backend = try KernelBackend(instructionSet: set, threads: 1)
    #expect(backend.values(of: matrix) == expected.floats)
  }

  @Test(arguments: formats + [.float32, .float16, .bfloat16])
  func `bytes need no alignment`(_ format: WeightFormat) throws {
    let block = try #require(format.block)
    let columns = max(256, block.weights)
    let count = 3 * columns / block.weights * block.bytes
    let bytes = (0..<count).map { UInt8(($0 * 31 + 7) % 121) }
    let backend = try KernelBackend(threads: 1)
    let plain = try Self.matrix(format, bytes: bytes, rows: 3, columns: columns)
    let shifted = try Self.matrix(format, bytes: bytes, rows: 3, columns: columns, shift: 3)
    let left = backend.values(of: plain).map(\.bitPattern)
    #expect(left == backend.values(of: shifted).map(\.bitPattern))
    let x = (0..<columns).map { Float($0 % 13) - 6 }
    var (a, b) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3))
    backend.multiply(plain, x, tokens: 1, into: &a)
    backend.multiply(shifted, x, tokens: 1, into: &b)
    #expect(a.map(\.bitPattern) == b.map(\.bitPattern))
  }

  @Test func `every half-precision number converts exactly`() throws {
    let bytes = (0..<65536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    for set in InstructionSet.allCases where set.isAvailable {
      let backend = try KernelBackend(instructionSet: set, threads: 1)
      let values = backend.values(
        of: try Self.matrix(.float16, bytes: bytes, rows: 1, columns: 65536))
      for (pattern, value) in values.enumerated() {
        let expected = Float(Float16(bitPattern: UInt16(pattern)))
        #expect(value == expected || (value.isNaN && expected.isNaN))
      }
    }
  }
}
