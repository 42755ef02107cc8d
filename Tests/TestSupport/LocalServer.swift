public import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A small HTTP server on the loopback address for tests: one thread a connection, one request a
/// connection.
public final class LocalServer: @unchecked Sendable {
  public struct Request: Sendable {
    public let method: String
    public let path: String
    /// Names in lower case.
    public let headers: [String: String]
    public let body: [UInt8]
    /// How many requests came before, over all connections.
    public let number: Int
  }

  public struct Reply: Sendable {
    public var status = 200
    public var headers: [String: String] = [:]
    public var body: [UInt8] = []
    /// Seconds before the answer.
    public var delay = 0.0
    /// Whether the length is announced; without it the end of the connection ends the body.
    public var announcesLength = true

    public init(
      status: Int = 200, headers: [String: String] = [:], body: String = "", delay: Double = 0,
      announcesLength: Bool = true
    ) {
      self.status = status
      self.headers = headers
      self.body = Array(body.utf8)
      self.delay = delay
      self.announcesLength = announcesLength
    }
  }

  public struct NoSocket: Error {}

  public let port: Int
  private let descriptor: Int32
  private let handler: @Sendable (Request) -> Reply
  private let lock = NSLock()
  private var seen: [Request] = []
  private var active = 0
  private var mostActive = 0

  public var address: String { "http://127.0.0.1:\(port)" }
  /// In the order of arrival.
  public var requests: [Request] { lock.withLock { seen } }
  /// The largest number of requests that were answered at the same time.
  public var concurrency: Int { lock.withLock { mostActive } }

  public init(_ handler: @escaping @Sendable (Request) -> Reply) throws {
    self.handler = handler
    #if canImport(Darwin)
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    guard descriptor >= 0 else { throw NoSocket() }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = self.descriptor
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard isBound else {
      close(descriptor)
      throw NoSocket()
    }
    let thread = Thread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        guard let server = self else {
          close(connection)
          return
        }
        Thread.detachNewThread { server.serve(connection) }
      }
    }
    thread.start()
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private func serve(_ connection: Int32) {
    defer {
      shutdown(connection, Int32(SHUT_RDWR))
      close(connection)
    }
    guard let request = read(connection) else { return }
    lock.withLock {
      active += 1
      mostActive = max(mostActive, active)
    }
    let reply = handler(request)
    if reply.delay > 0 { Thread.sleep(forTimeInterval: reply.delay) }
    lock.withLock { active -= 1 }
    var head = "HTTP/1.1 \(reply.status) Test\r\nConnection: close\r\n"
    for (name, value) in reply.headers.sorted(by: { $0.key < $1.key }) {
      head += "\(name): \(value)\r\n"
    }
    if reply.announcesLength { head += "Content-Length: \(reply.body.count)\r\n" }
    write(Array((head + "\r\n").utf8) + reply.body, to: connection)
  }

  private func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var head: (lines: [Substring], end: Int)?
    while true {
      if head == nil, let end = Self.end(of: bytes) {
        head = (
          String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n"), end + 4
        )
      }
      if let head {
        var headers: [String: String] = [:]
        for line in head.lines.dropFirst() {
          let parts = line.split(separator: ":", maxSplits: 1)
          headers[parts[0].lowercased()] =
            parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        if bytes.count >= head.end + length {
          let words = (head.lines.first ?? "").split(separator: " ").map(String.init)
          guard words.count >= 2 else { return nil }
          return lock.withLock {
            let request = Request(
              method: words[0], path: words[1], headers: headers,
              body: Array(bytes[head.end..<head.end + length]), number: seen.count)
            seen.append(request)
            return request
          }
        }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
  }

  private static func end(of bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (0...bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }
  }

  private func write(_ bytes: [UInt8], to connection: Int32) {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, flags)
      }
      guard count > 0 else { return }
      sent += count
    }
  }
}
