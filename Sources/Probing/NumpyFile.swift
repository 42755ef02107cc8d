/// Writes float32 arrays in the `.npy` format, version 1.0.
package enum NumpyFile {
  /// Magic, version, length and description; the data start at a multiple of 64.
  package static func header(shape: [Int]) -> [UInt8] {
    let list = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(list)), }"
    // Magic, version and length take 10 bytes.
    let padding = 63 - (10 + header.utf8.count) % 64
    header += String(repeating: " ", count: padding) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
    return bytes + Array(header.utf8)
  }

  package static func bytes(_ values: [Float], shape: [Int]) -> [UInt8] {
    precondition(values.count == shape.reduce(1, *), "the shape must fit the values")
    var bytes = header(shape: shape)
    values.withUnsafeBytes { bytes += $0 }
    return bytes
  }
}
