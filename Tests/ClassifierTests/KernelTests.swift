import CClassifierKernels
package import Classifier
import Foundation
import Randomness
import Testing

/// Every instruction set against the serial files, bit for bit.
@Suite struct KernelTests {
  private func tables() -> [UnsafePointer<cls_kernels>] {
    [1, 2].compactMap { cls_select($0) }
  }

  private func numbers(_ count: Int, _ seed: UInt64) -> [Double] {
    var random = RandomStream(seed: seed, analysis: "test/kernels")
    return (0..<count).map { _ in
      let u = random.uniform()
      return u < 0.1 ? 0 : u < 0.15 ? -0.0 : (u - 0.5) * (random.uniform() < 0.01 ? 1e8 : 3)
    }
  }

  @Test(arguments: [1, 2, 63, 64], [1, 2, 3, 5, 6, 7, 13])
  func `products equal the serial ones`(_ rows: Int, _ q: Int) throws {
    let serial = try #require(cls_select(0))
    for table in tables() {
      for cols in [16, 32, 48, 64, 80] {
        let left = numbers(rows * 16, 1).map { Float($0) }
        let x = numbers(rows * cols, 2).map { Float($0) }
        let index = (0..<q).map { UInt32(($0 * 5) % 16) }
        var a = [Float](repeating: 1, count: q * cols)
        var b = a
        serial.pointee.product_f32(left, 16, index, q, x, cols, cols, rows, &a)
        table.pointee.product_f32(left, 16, index, q, x, cols, cols, rows, &b)
        #expect(a.map(\.bitPattern) == b.map(\.bitPattern))
        let halves = x.map { Float16($0.magnitude < 6e4 ? $0 : 1).bitPattern }
        var e = [Float](repeating: 1, count: q * cols)
        var f = e
        var g = e
        serial.pointee.product_f16(left, 16, index, q, halves, cols, cols, rows, &e)
        table.pointee.product_f16(left, 16, index, q, halves, cols, cols, rows, &f)
        let widened = halves.map { Float(Float16(bitPattern: $0)) }
        serial.pointee.product_f32(left, 16, index, q, widened, cols, cols, rows, &g)
        #expect(e.map(\.bitPattern) == f.map(\.bitPattern))
        #expect(e.map(\.bitPattern) == g.map(\.bitPattern))
        let wide = numbers(rows * cols, 3)
        let wideLeft = numbers(rows * 16, 4)
        var c = [Double](repeating: 1, count: q * cols)
        var d = c
        serial.pointee.product_f64(wideLeft, 16, q, wide, cols, cols, rows, &c, cols)
        table.pointee.product_f64(wideLeft, 16, q, wide, cols, cols, rows, &d, cols)
        #expect(c.map(\.bitPattern) == d.map(\.bitPattern))
      }
    }
  }

  @Test(arguments: [0, 1, 7, 8, 9, 31, 32, 33, 47, 511, 512, 513, 1100])
  func `dot and axpy equal the serial ones`(_ count: Int) throws {
    let serial = try #require(cls_select(0))
    let x = numbers(count, 5)
    let y = numbers(count, 6)
    for table in tables() {
      #expect(
        serial.pointee.dot_f64(x, y, count).bitPattern
          == table.pointee.dot_f64(x, y, count).bitPattern)
      var a = y
      var b = y
      serial.pointee.axpy_f64(1.7, x, &a, count)
      table.pointee.axpy_f64(1.7, x, &b, count)
      #expect(a.map(\.bitPattern) == b.map(\.bitPattern))
    }
  }

  /// What the kernel says must be what the operating system says.
  @Test func `the widest instruction set of the processor is used`() throws {
    let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    let flags = Set(
      text.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ")
        .map(String.init) ?? [])
    let expected: InstructionSet =
      flags.isSuperset(of: ["avx512f", "avx512vl", "f16c"])
      ? .avx512 : flags.isSuperset(of: ["avx2", "f16c"]) ? .avx2 : .serial
    #expect(InstructionSet.best == expected)
    #expect(SolverOptions().instructionSet == expected)
  }

  @Test(arguments: [(3, 1), (70, 2), (130, 3)])
  func `the Gram matrix is the plain sum on every instruction set`(
    _ rows: Int, _ panels: Int
  ) throws {
    let width = panels * 32
    let stride = width + 8
    let values = numbers(rows * width, 10).map { $0 / 4 }
    let h = numbers(rows, 11).map { min(abs($0), 2) }
    var packed = [Double](repeating: 0, count: rows * width)
    for row in 0..<rows {
      for column in 0..<width {
        packed[(column / 32 * rows + row) * 32 + column % 32] = values[row * width + column]
      }
    }
    var first: [UInt64] = []
    for isa in [Int32(0), 1, 2] {
      guard let table = cls_select(isa) else { continue }
      var gram = [Double](repeating: .nan, count: width * stride)
      var scratch = [Double](repeating: 0, count: 64 * 32)
      // In two interleaved shares, and the last panel again as if it had changed.
      for share in 0..<2 {
        cls_gram(table, packed, h, rows, panels, share, 2, 0, &scratch, &gram, stride)
      }
      cls_gram(table, packed, h, rows, panels, 0, 1, panels - 1, &scratch, &gram, stride)
      var bits: [UInt64] = []
      for a in 0..<width {
        for b in a / 32 * 32..<width {
          var sum = 0.0
          var size = 0.0
          for row in 0..<rows {
            let term = h[row] * values[row * width + a] * values[row * width + b]
            sum += term
            size += abs(term)
          }
          #expect(abs(gram[a * stride + b] - sum) <= 1e-13 * size)
          bits.append(gram[a * stride + b].bitPattern)
        }
      }
      if first.isEmpty { first = bits }
      #expect(bits == first)
    }
  }

  @Test(arguments: [1, 7, 8, 31, 32, 33, 65, 100])
  func `the Cholesky factor multiplies back`(_ n: Int) throws {
    let padded = (n + 7) / 8 * 8
    let stride = padded + 8
    let b = numbers(n * n, 12).map { max(min($0, 3), -3) }
    var a = [Double](repeating: 0, count: n * stride)
    for i in 0..<n {
      for j in i..<n {
        for k in 0..<n { a[i * stride + j] += b[k * n + i] * b[k * n + j] }
        if i == j { a[i * stride + j] += Double(n) }
      }
    }
    var first: [UInt64] = []
    for isa in [Int32(0), 1, 2] {
      guard let table = cls_select(isa) else { continue }
      var r = a
      var scratch = [Double](repeating: 0, count: 32 * padded + n)
      #expect(cls_cholesky(table, &r, n, stride, &scratch) == 1)
      var bits: [UInt64] = []
      for i in 0..<n {
        for j in i..<n {
          let back = (0...i).reduce(0.0) { $0 + r[$1 * stride + i] * r[$1 * stride + j] }
          #expect(abs(back - a[i * stride + j]) <= 1e-11 * a[i * stride + i].magnitude + 1e-9)
          bits.append(r[i * stride + j].bitPattern)
        }
      }
      if first.isEmpty { first = bits }
      #expect(bits == first)
    }
  }

  @Test func `a dependent column is a lost pivot`() throws {
    let table = try #require(cls_select(cls_best_isa()))
    var a = [Double](repeating: 0, count: 2 * 16)
    (a[0], a[1], a[17]) = (2, 2, 2)
    var scratch = [Double](repeating: 0, count: 32 * 8 + 2)
    #expect(cls_cholesky(table, &a, 2, 16, &scratch) == 0)
  }

  @Test func `row sums and the largest magnitude`() {
    let source = numbers(5 * 32, 13).map { Float($0) }
    let rows: [UInt32] = [0, 2, 4]
    var sums = [Float](repeating: 0, count: 32)
    cls_sum_rows(source, rows, 3, 32, &sums)
    for k in 0..<32 { #expect(sums[k] == source[k] + source[64 + k] + source[128 + k]) }
    #expect(cls_largest([1, -3, 2], 3) == 3)
    #expect(cls_largest([1, .nan, .infinity], 3).isNaN)
    #expect(cls_largest([], 0) == 0)
  }

  @Test func `every fp16 number survives the round trip`() throws {
    let halves = (0..<UInt16(0x7C00)).map { $0 } + (0..<UInt16(0x7C00)).map { $0 | 0x8000 }
    let exact = halves.map { Float(Float16(bitPattern: $0)) }
    for isa in [Int32(0), 1, 2] {
      guard let table = cls_select(isa) else { continue }
      var wide = [Float](repeating: 0, count: halves.count)
      table.pointee.expand_f16(halves, &wide, halves.count)
      #expect(wide.map(\.bitPattern) == exact.map(\.bitPattern))
    }
    var back = [UInt16](repeating: 0, count: halves.count)
    var overflow: Int32 = 0
    _ = cls_round_f16(exact, &back, exact.count, &overflow)
    #expect(back == halves)
    #expect(overflow == 0)
  }

  @Test func `rounding to fp16 is Float16's`() {
    let values = numbers(20_000, 9).map { Float($0) } + [65_519.99, 5.9e-8, 2.9e-8, 3.0e-8, 6.1e-5]
    var halves = [UInt16](repeating: 0, count: values.count)
    var overflow: Int32 = 0
    let small = values.map { abs($0) >= 65_520 ? 0 : $0 }
    _ = cls_round_f16(small, &halves, small.count, &overflow)
    #expect(halves == small.map { Float16($0).bitPattern })
    var large: Float = 65_520
    _ = cls_round_f16(&large, &halves, 1, &overflow)
    #expect(overflow == 1)
  }
}
