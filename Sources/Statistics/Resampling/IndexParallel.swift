import Dispatch
import Glibc

/// Index-parallel evaluation whose result does not depend on the number of threads.
///
/// The indices are cut into chunks of a fixed length. A thread takes whole chunks and writes every
/// value at its own index; nothing is accumulated across indices, so no sum changes its order.
package enum IndexParallel {
  /// Values at 0..<count.
  ///
  /// - Parameters:
  ///   - threadCount: at most this many threads; 0 means one for each core.
  ///   - chunkLength: indices handed over at once; part of no result.
  ///   - body: fills `output`, whose element k belongs to index `range.lowerBound + k`.
  package static func values(
    count: Int, threadCount: Int = 0, chunkLength: Int = 64,
    _ body: @Sendable (_ range: Range<Int>, _ output: UnsafeMutableBufferPointer<Double>) -> Void
  ) -> [Double] {
    rows(
      count: count, width: 1, threadCount: threadCount, chunkLength: chunkLength, body)
  }

  /// As above with `width` values for each index, row-major [index × width].
  package static func rows(
    count: Int, width: Int, threadCount: Int = 0, chunkLength: Int = 64,
    _ body: @Sendable (_ range: Range<Int>, _ output: UnsafeMutableBufferPointer<Double>) -> Void
  ) -> [Double] {
    guard count > 0, width > 0 else { return [] }
    let length = max(1, chunkLength)
    let chunks = (count + length - 1) / length
    return [Double](unsafeUninitializedCapacity: count * width) { buffer, initialized in
      buffer.initialize(repeating: 0)
      // Chunks are disjoint slices of the buffer, so no two threads touch one element.
      nonisolated(unsafe) let output = buffer
      let workers = min(chunks, threadCount > 0 ? threadCount : availableCores)
      withoutActuallyEscaping(body) { body in
        @Sendable func work(_ worker: Int) {
          for chunk in stride(from: worker, to: chunks, by: workers) {
            let range = chunk * length..<min(count, (chunk + 1) * length)
            let slice = output[range.lowerBound * width..<range.upperBound * width]
            body(range, UnsafeMutableBufferPointer(rebasing: slice))
          }
        }
        if workers == 1 {
          work(0)
        } else {
          DispatchQueue.concurrentPerform(iterations: workers, execute: work)
        }
      }
      initialized = count * width
    }
  }

  private static let availableCores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
