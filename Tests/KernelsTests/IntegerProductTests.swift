import Kernels
import Randomness
import Testing

/// Integer products: every instruction set against the plain C form, which is compared with
/// arithmetic written down here.
@Suite struct IntegerProductTests {
  static let formats: [WeightFormat] = [.q40, .q41, .q80, .q4K, .q5K, .q6K]
  static let sets = InstructionSet.allCases.filter(\.isAvailable)

  static func backend(_ set: InstructionSet, threads: Int = 2) throws -> KernelBackend {
    try KernelBackend(instructionSet: set, threads: threads, activationMode: .int8)
  }

  static func bits(_ values: [Float]) -> [UInt32] { values.map { $0.isNaN ? .max : $0.bitPattern } }

  static func product(_ matrix: WeightMatrix, _ x: [Float], _ backend: KernelBackend) -> [Float] {
    let tokens = x.count / matrix.columns
    var y = [Float](repeating: 0, count: tokens * matrix.rows)
    backend.multiply(matrix, x, tokens: tokens, into: &y)
    return y
  }

  /// Random blocks: every byte, so also scales that are NaN or infinite.
  static func matrix(_ format: WeightFormat, rows: Int, columns: Int) throws -> WeightMatrix {
    let block = try #require(format.block)
    var random = RandomStream(seed: 13, analysis: "int8", index: UInt64(format.rawValue))
    let bytes = (0..<rows * columns / block.weights * block.bytes).map { _ in
      UInt8(truncatingIfNeeded: random.next())
    }
    return try BlockFormatTests.matrix(
      format, bytes: bytes, rows: rows, columns: columns, shift: 3)
  }

  /// GPTQ int4 and MLX 4 and 8 bits over the same random words.
  static func grouped(rows: Int, columns: Int, group: Int) -> [WeightMatrix] {
    var random = RandomStream(seed: 14, analysis: "int8", index: UInt64(columns))
    let groups = columns / group
    let bytes = (0..<rows * columns + 64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let scales = (0..<rows * groups).map { _ in Float16(random.uniform() - 0.5).bitPattern }
    let words = BlockFormatTests.Storage(bytes)
    let factors = BlockFormatTests.Storage(
      scales.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
    guard let data = words.base.baseAddress, let scale = factors.base.baseAddress else { return [] }
    let owner = Pair(first: words, second: factors)
    return [
      .gptq(
        words: data, zeros: data, scales: scale, scaleFormat: .float16, groups: nil,
        groupSize: group, groupCount: groups, zeroShift: 1, rows: rows, columns: columns,
        owner: owner)
    ]
      + [4, 8].map {
        .mlx(
          words: data, scales: scale, biases: scale, scaleFormat: .float16, groupCount: groups,
          bits: $0, rows: rows, columns: columns, owner: owner)
      }
  }

  final class Pair: Sendable {
    let first: BlockFormatTests.Storage
    let second: BlockFormatTests.Storage

    init(first: BlockFormatTests.Storage, second: BlockFormatTests.Storage) {
      self.first = first
      self.second = second
    }
  }

  static func inputs(_ count: Int, _ salt: Int) -> [Float] {
    InstructionSetTests.numbers(count, salt)
  }

  @Test(arguments: formats)
  func `instruction sets agree on random blocks`(_ format: WeightFormat) throws {
    let weights = try #require(format.block).weights
    for columns in [weights, 3 * weights, 608, 1024 + weights, 2304] where columns % weights == 0 {
      for rows in [1, 7, 15, 16, 53] {
        let matrix = try Self.matrix(format, rows: rows, columns: columns)
        #expect(matrix.hasIntegerProduct)
        for tokens in [1, 2, 7, 8, 19] {
          var x = Self.inputs(tokens * columns, tokens)
          if tokens == 7 {
            x[3] = .infinity
            x[columns + 5] = .nan
            for index in 0..<32 { x[2 * columns + index] = -0.0 }
          }
          let expected = Self.bits(Self.product(matrix, x, try Self.backend(.serial)))
          for set in Self.sets where set != .serial {
            let found = Self.bits(Self.product(matrix, x, try Self.backend(set)))
            #expect(found == expected, "\(set) \(columns) columns, \(rows) rows, \(tokens) tokens")
          }
        }
      }
    }
  }

  @Test func `instruction sets agree on GPTQ and MLX`() throws {
    for (rows, columns, group) in [(16, 64, 32), (40, 256, 64), (72, 1152, 128)] {
      for matrix in Self.grouped(rows: rows, columns: columns, group: group) {
        #expect(matrix.hasIntegerProduct)
        for tokens in [1, 5, 9] {
          let x = Self.inputs(tokens * columns, tokens)
          let expected = Self.bits(Self.product(matrix, x, try Self.backend(.serial)))
          for set in Self.sets where set != .serial {
            #expect(Self.bits(Self.product(matrix, x, try Self.backend(set))) == expected)
          }
          // Slices begin inside a tile.
          let part = matrix.slice(rows: 3..<rows - 2)
          let whole = Self.product(matrix, Array(x[..<columns]), try Self.backend(.best))
          #expect(
            Self.product(part, Array(x[..<columns]), try Self.backend(.best))
              == Array(whole[3..<rows - 2]))
        }
      }
    }
  }

  /// The definition, in Double where it is exact and Float where it rounds.
  @Test(arguments: [WeightFormat.q40, .q80, .q41])
  func `the plain form follows its definition`(_ format: WeightFormat) throws {
    let (rows, columns, groups) = (5, 608, 19)
    let block = try #require(format.block)
    var random = RandomStream(seed: 15, analysis: "int8", index: UInt64(format.rawValue))
    var bytes: [UInt8] = []
    for _ in 0..<rows * groups {
      let scale = Float16(random.uniform() * 0.1).bitPattern
      let minimum = Float16(random.uniform() - 0.5).bitPattern
      bytes += [UInt8(scale & 255), UInt8(scale >> 8)]
      if format == .q41 { bytes += [UInt8(minimum & 255), UInt8(minimum >> 8)] }
      while bytes.count % block.bytes != 0 { bytes.append(UInt8(random.integer(below: 256))) }
    }
    let matrix = try BlockFormatTests.matrix(format, bytes: bytes, rows: rows, columns: columns)
    let x = Self.inputs(columns, 3)
    let found = Self.product(matrix, x, try Self.backend(.serial))
    for row in 0..<rows {
      // Group g is added to sum g mod 8; the sums are folded 4, 2, 1.
      var sums = [Float](repeating: 0, count: 8)
      for b in 0..<groups {
        let start = (row * groups + b) * block.bytes
        func half(_ at: Int) -> Float {
          Float(Float16(bitPattern: UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8))
        }
        let part = Array(x[32 * b..<32 * b + 32])
        let largest = part.map(abs).max() ?? 0
        let q = part.map { Double(($0 * (127 / largest)).rounded(.toNearestOrEven)) }
        let n: [Double] = (0..<32).map { l in
          if format == .q80 { return Double(Int8(bitPattern: bytes[start + 2 + l])) }
          let byte = bytes[start + block.bytes - 16 + l % 16]
          let nibble = Double(l < 16 ? byte & 15 : byte >> 4)
          return format == .q40 ? nibble - 8 : nibble
        }
        let integer = zip(n, q).reduce(0) { $0 + $1.0 * $1.1 }
        let scale = largest / 127
        sums[b % 8].addProduct(Float(integer) * scale, half(start))
        if format == .q41 {
          sums[b % 8].addProduct(half(start + 2), scale * Float(q.reduce(0, +)))
        }
      }
      for width in [4, 2, 1] {
        for i in 0..<width { sums[i] += sums[i + width] }
      }
      #expect(found[row] == sums[0])
    }
  }

  @Test(arguments: formats)
  func `a token's product does not depend on the tokens beside it`(
    _ format: WeightFormat
  ) throws {
    let columns = 512
    let matrix = try Self.matrix(format, rows: 37, columns: columns)
    let x = Self.inputs(13 * columns, 4)
    let together = Self.bits(Self.product(matrix, x, try Self.backend(.best)))
    for token in 0..<13 {
      let alone = Self.product(
        matrix, Array(x[token * columns..<(token + 1) * columns]),
        try Self.backend(.best, threads: 1))
      #expect(Self.bits(alone) == Array(together[token * 37..<(token + 1) * 37]))
    }
  }

  @Test func `formats without an integer product stay f32`() throws {
    let matrix = WeightMatrix(values: Self.inputs(64 * 7, 1), rows: 7, columns: 64)
    #expect(!matrix.hasIntegerProduct)
    let x = Self.inputs(64 * 3, 2)
    #expect(
      Self.bits(Self.product(matrix, x, try Self.backend(.best)))
        == Self.bits(Self.product(matrix, x, try KernelBackend(threads: 1))))
  }
}
