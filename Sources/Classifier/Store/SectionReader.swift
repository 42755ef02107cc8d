/// Reads parts of a store's file into memory of its own; one reader a thread.
///
/// A pass touches each byte once. Copying it into a warm buffer costs less than the page faults of a
/// map that is dropped again, keeps the resident memory small, and turns a file that was cut while it
/// is used into an error instead of a signal.
final class SectionReader {
  private let file: MappedFile
  private var buffer: UnsafeMutableRawPointer?
  private var capacity = 0
  private var held = 0..<0

  init(_ file: MappedFile) { self.file = file }

  deinit { buffer?.deallocate() }

  /// The bytes of a range, valid until the next call.
  func bytes(_ range: Range<Int>) throws(ClassifierError) -> UnsafeRawPointer {
    guard range.lowerBound >= 0, range.upperBound <= file.bytes.count,
      let start = file.bytes.baseAddress
    else {
      throw .damagedStore(path: file.path, message: "a part lies outside the file")
    }
    guard file.isMapped else { return start + range.lowerBound }
    if let buffer, held == range { return UnsafeRawPointer(buffer) }
    if capacity < range.count {
      buffer?.deallocate()
      capacity = range.count + range.count / 4
      buffer = .allocate(byteCount: capacity, alignment: 4096)
    }
    guard let buffer else { return start + range.lowerBound }
    held = 0..<0
    try file.read(range, into: buffer)
    held = range
    return UnsafeRawPointer(buffer)
  }
}

extension TileStore {
  /// The byte range of tile `tile` of a dense group.
  func tileRange(_ group: GroupRecord, _ tile: Int) -> Range<Int> {
    let size = group.rowCount * 64 * dtype.sizeBytes
    let start = group.valuesOffset + tile * size
    return start..<start + size
  }
}
