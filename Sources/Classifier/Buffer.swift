/// A heap array without reference counting or bounds checks in the inner loops; freed with its owner.
///
/// `@unchecked Sendable`: every use writes disjoint elements, or happens on one thread.
final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Element>
  let count: Int

  init(_ count: Int, repeating value: Element) {
    self.count = count
    pointer = .allocate(capacity: max(count, 1))
    pointer.initialize(repeating: value, count: max(count, 1))
  }

  deinit { pointer.deallocate() }

  subscript(index: Int) -> Element {
    @inline(__always) get { pointer[index] }
    @inline(__always) set { pointer[index] = newValue }
  }

  var array: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
