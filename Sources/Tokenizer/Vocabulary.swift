/// Tokens by id, and ids by the bytes of their token.
///
/// Tokens are raw bytes: a byte-level vocabulary is stored as the bytes that it stands for, not in
/// the printable alphabet of its file.
struct Vocabulary: Sendable {
  /// Longer tokens exist in no published vocabulary; the limit bounds every search by length.
  static let maximumTokenBytes = 8_192
  /// Ids beyond the number of tokens that a vocabulary may skip.
  static let maximumGap = 1 << 20

  private let storage: [UInt8]
  private let spans: [Span]
  private var slots: [UInt32]
  private let seed: UInt64
  let longestToken: Int

  fileprivate struct Span {
    let offset: UInt32
    /// `UInt32.max`: no token.
    let length: UInt32
  }

  /// Collects tokens in any order.
  struct Builder {
    fileprivate var storage: [UInt8] = []
    fileprivate var entries: [(id: Int, span: Span, isFindable: Bool)] = []

    init() {}

    var count: Int { entries.count }

    /// - Parameter isFindable: whether text becomes this token; added tokens are found otherwise.
    mutating func add(
      _ bytes: some Collection<UInt8>, id: Int, isFindable: Bool
    ) throws(VocabularyProblem) {
      guard id >= 0 else { throw VocabularyProblem("the id \(id) is negative") }
      guard bytes.count <= Vocabulary.maximumTokenBytes else {
        throw VocabularyProblem("token \(id) has \(bytes.count) bytes, too many")
      }
      guard storage.count + bytes.count < Int(UInt32.max) else {
        throw VocabularyProblem("the tokens are longer than 4 GiB")
      }
      entries.append(
        (id, Span(offset: UInt32(storage.count), length: UInt32(bytes.count)), isFindable))
      storage += bytes
    }
  }

  /// - Parameter lastOfEqualsCounts: whether a token may stand twice, as in some GGUF files.
  /// - Throws: ``VocabularyProblem`` for ids that are far apart or stand twice.
  init(_ builder: Builder, lastOfEqualsCounts: Bool = false) throws(VocabularyProblem) {
    storage = builder.storage
    let highest = builder.entries.reduce(-1) { max($0, $1.id) }
    guard highest <= builder.entries.count + Self.maximumGap else {
      throw VocabularyProblem(
        "the id \(highest) is too high for \(builder.entries.count) tokens")
    }
    var spans = [Span](repeating: Span(offset: 0, length: .max), count: highest + 1)
    var isFindable = [Bool](repeating: false, count: highest + 1)
    var longest = 0
    for entry in builder.entries {
      guard spans[entry.id].length == .max else {
        throw VocabularyProblem("the id \(entry.id) stands twice")
      }
      spans[entry.id] = entry.span
      isFindable[entry.id] = entry.isFindable
      longest = max(longest, Int(entry.span.length))
    }
    self.spans = spans
    longestToken = longest
    seed = HashSeed.process
    var capacity = 16
    while capacity < 2 * builder.entries.count { capacity *= 2 }
    slots = Array(repeating: 0, count: capacity)
    for id in spans.indices where isFindable[id] {
      let (slot, found) = find(id)
      guard found == nil || lastOfEqualsCounts else {
        throw VocabularyProblem("the ids \(found ?? 0) and \(id) are the same token")
      }
      slots[slot] = UInt32(id + 1)
    }
  }

  private func find(_ id: Int) -> (slot: Int, found: Int?) {
    withToken(id) { find($0) } ?? (0, nil)
  }

  /// The slot of a token, and its id if it is there.
  @inline(__always)
  private func find(_ bytes: UTF8Text) -> (slot: Int, found: Int?) {
    var slot = Int(truncatingIfNeeded: HashSeed.hash(bytes, seed)) & (slots.count - 1)
    while slots[slot] != 0 {
      let id = Int(slots[slot]) - 1
      let span = spans[id]
      if Int(span.length) == bytes.count {
        let isEqual = storage.withUnsafeBufferPointer { storage in
          (0..<bytes.count).allSatisfy { storage[Int(span.offset) + $0] == bytes[$0] }
        }
        if isEqual { return (slot, id) }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return (slot, nil)
  }

  /// One more than the highest id.
  var count: Int { spans.count }

  func hasToken(_ id: Int) -> Bool { spans.indices.contains(id) && spans[id].length != .max }

  /// Calls `body` with the bytes of a token.
  @inline(__always)
  func withToken<Result>(_ id: Int, _ body: (UTF8Text) throws -> Result) rethrows -> Result? {
    guard hasToken(id) else { return nil }
    let span = spans[id]
    return try storage.withUnsafeBufferPointer {
      try body($0.slice(Int(span.offset)..<Int(span.offset + span.length)))
    }
  }

  func bytes(_ id: Int) -> [UInt8]? { withToken(id) { Array($0) } }

  func id(of bytes: UTF8Text) -> Int32? {
    guard bytes.count <= longestToken else { return nil }
    return find(bytes).found.map(Int32.init)
  }

  func id(of bytes: [UInt8]) -> Int32? { bytes.withUnsafeBufferPointer { id(of: $0) } }

  /// The tokens that are one byte.
  func singleBytes() -> [Int32?] { (0...255).map { id(of: [UInt8($0)]) } }

  /// The tokens `<0x00>` to `<0xFF>`.
  func spelledBytes() -> [Int32?] {
    (0...255).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return id(of: Array("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8))
    }
  }
}

/// What is wrong with a vocabulary; whoever knows the file makes an error of it.
struct VocabularyProblem: Error {
  let sentence: String

  init(_ sentence: String) { self.sentence = sentence }
}
