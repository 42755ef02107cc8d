/// The properties of a Unicode scalar that split patterns and normalization ask for.
///
/// The table is that of the regular expressions and the NFC of Hugging Face's tokenizers 0.23, so
/// that texts split as they did when the model was trained; the toolchain's own Unicode version
/// (`Unicode.Scalar.Properties`) is newer and would move some scalars between classes.
struct ScalarClass: OptionSet, Sendable {
  let rawValue: UInt8

  static let letter = ScalarClass(rawValue: 1)
  static let mark = ScalarClass(rawValue: 2)
  static let number = ScalarClass(rawValue: 4)
  static let whitespace = ScalarClass(rawValue: 8)
  /// May combine with what stands before it, or move before it.
  static let combinesBackwards = ScalarClass(rawValue: 16)
  /// Is not its own NFC.
  static let changes = ScalarClass(rawValue: 32)

  /// Blocks of 256 scalars; equal blocks are stored once.
  private static let blocks: (index: [UInt16], classes: [UInt8]) = expand()

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ scalar: UInt32) {
    let block = Int(Self.blocks.index[Int(scalar >> 8)])
    rawValue = Self.blocks.classes[block << 8 | Int(scalar & 255)]
  }

  private static func expand() -> (index: [UInt16], classes: [UInt8]) {
    var starts: [(scalar: Int, flags: UInt8)] = []
    var scalar = 0
    for run in runs.split(separator: ",") {
      let fields = run.split(separator: " ")
      scalar += Int(fields[0], radix: 16) ?? 0
      starts.append((scalar, UInt8(fields[1], radix: 16) ?? 0))
    }
    var (index, classes) = ([UInt16](), [UInt8]())
    var known: [[UInt8]: UInt16] = [:]
    var (next, flags) = (0, UInt8(0))
    for block in 0..<0x1100 {
      let cells = (0..<256).map { offset in
        while next < starts.count, starts[next].scalar <= block << 8 | offset {
          flags = starts[next].flags
          next += 1
        }
        return flags
      }
      if let same = known[cells] {
        index.append(same)
      } else {
        let number = UInt16(known.count)
        known[cells] = number
        index.append(number)
        classes += cells
      }
    }
    return (index, classes)
  }
}
