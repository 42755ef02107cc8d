import CClassifierKernels
package import Classifier
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

  @Test(arguments: [0, 1, 7, 8, 9, 511, 512, 513, 1100])
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
