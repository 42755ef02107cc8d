internal import Synchronization

/// The buffers of one forward pass.
final class PassBuffers: Sendable {
  let workspace = Workspace()
  let trace = FeedForwardTrace()
}

/// Buffers of finished passes, kept for the next: allocating and zeroing them for every generated token
/// would cost as much as some of its layers.
final class PassBufferCache: Sendable {
  private let free = Mutex<[PassBuffers]>([])

  /// Runs `body` with buffers that nobody else has; passes may run at the same time.
  func withBuffers(_ body: (PassBuffers) throws -> Void) rethrows {
    let buffers = free.withLock { $0.popLast() } ?? PassBuffers()
    defer { free.withLock { $0.append(buffers) } }
    try body(buffers)
  }
}
