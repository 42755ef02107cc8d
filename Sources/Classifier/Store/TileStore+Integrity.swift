internal import CanonicalJSON
import Crypto
import Foundation

extension TileStore {
  /// Recomputes the hash of every file and of every group.
  ///
  /// - Throws: ``ClassifierError/damagedStore(path:message:)`` naming the first file or group that
  ///   does not match.
  public func verifyIntegrity() throws {
    guard path != "memory" else { return }
    for name in ["bounds.bin", "columns.bin", "groups.bin", "rows.bin", "rows.jsonl"] {
      let file = try MappedFile(path: path + "/" + name)
      var hasher = SHA256()
      hasher.update(bufferPointer: file.bytes)
      guard manifest["files"]?[name]?["sha256"]?.stringValue == hexadecimal(hasher.finalize())
      else {
        throw ClassifierError.damagedStore(path: path, message: "\(name) does not match its hash")
      }
    }
    for (index, group) in groups.enumerated() {
      var hasher = SHA256()
      let range = group.valuesOffset..<group.valuesOffset + group.valuesLength
      hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: sections.values.bytes[range]))
      if group.encoding == .dense {
        hasher.update(
          bufferPointer: UnsafeRawBufferPointer(
            start: rowList(group), count: group.rowCount * 4))
        hasher.update(
          bufferPointer: UnsafeRawBufferPointer(
            start: boundsPointer(group),
            count: group.rowCount * group.tileCount * dtype.boundSizeBytes))
      }
      guard Array(hasher.finalize()) == group.digest else {
        throw ClassifierError.damagedStore(
          path: path, message: "group \(index) of values.bin does not match its hash")
      }
      sections.values.release(range)
    }
    var seen = Set<UInt32>(minimumCapacity: slotCount)
    for slot in 0..<slotCount where !seen.insert(self.slot(slot).column).inserted {
      throw ClassifierError.damagedStore(
        path: path, message: "column \(self.slot(slot).column) is stored twice")
    }
  }
}
