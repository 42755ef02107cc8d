/// Working memory of f32 values, 64-byte aligned, zeroed when made.
///
/// `@unchecked Sendable`: a buffer belongs to one forward pass or one sequence; inside a parallel
/// job the tasks write disjoint ranges.
package final class FloatBuffer: @unchecked Sendable {
  package private(set) var pointer: UnsafeMutablePointer<Float>
  package private(set) var count: Int

  package init(count: Int) {
    self.count = count
    pointer = Self.allocate(count)
  }

  deinit { pointer.deallocate() }

  /// Makes room for `newCount` values. Contents are kept only when `keeping` says how many.
  package func reserve(_ newCount: Int, keeping kept: Int = 0) {
    guard newCount > count else { return }
    let size = max(newCount, kept > 0 ? count * 2 : newCount)
    let larger = Self.allocate(size)
    larger.update(from: pointer, count: min(kept, count))
    pointer.deallocate()
    pointer = larger
    count = size
  }

  package func copy() -> FloatBuffer {
    let twin = FloatBuffer(count: count)
    twin.pointer.update(from: pointer, count: count)
    return twin
  }

  static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = max(count, 16) * MemoryLayout<Float>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return raw.bindMemory(to: Float.self, capacity: max(count, 16))
  }
}
