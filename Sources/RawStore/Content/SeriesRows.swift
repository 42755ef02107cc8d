internal import CanonicalJSON
internal import GRDB
internal import Provenance

/// One arm at one dose and replicate, read from the store.
struct SeriesRows {
  let dose: Double?
  let replicate: Int
  /// `[row]`, ascending.
  var ranks: [UInt32] = []
  /// `[row]`, the store's outcome codes.
  var codes: [UInt8] = []
  var part: ContentPart

  /// An arm's series in the store.
  struct Reference {
    let id: Int64
    let study: String
    let arm: Arm
    let dose: Double?
    let replicate: Int
  }

  private struct Cell {
    let rank: UInt32
    let code: UInt8
    let response: SHA256Digest?
  }

  /// Reads and hashes a series.
  init(
    _ reference: Reference, items: ItemNames, classes: [String?], statement: RawStatement
  ) throws {
    dose = reference.dose
    replicate = reference.replicate
    var cells: [Cell] = []
    statement.bind(1, reference.id << 32)
    statement.bind(2, (reference.id &+ 1) << 32)
    while try statement.step() {
      let code = statement.integer(1)
      guard (0..<Int64(classes.count)).contains(code), classes[Int(code)] != nil else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row has an unknown outcome")
      }
      cells.append(
        Cell(
          rank: try items.rank(of: statement.integer(0) & 0xFFFF_FFFF), code: UInt8(code),
          response: try statement.digest(2)))
    }
    statement.reset()
    if !zip(cells, cells.dropFirst()).allSatisfy({ $0.rank < $1.rank }) {
      cells.sort { $0.rank < $1.rank }
    }
    ranks = cells.map(\.rank)
    codes = cells.map(\.code)
    var rows = CanonicalRows()
    for cell in cells {
      rows.begin(items.names[Int(cell.rank)])
      switch cell.code {
      case 0: rows.next(false)
      case 1: rows.next(true)
      default: rows.next(classes[Int(cell.code)] ?? "")
      }
      if let response = cell.response { rows.next(response.hexadecimal) }
      rows.end()
    }
    let arm = reference.arm
    part = ContentPart(
      study: reference.study, kind: "outcomes",
      key: [
        arm.benchmark, arm.configuration, arm.neuronSet, arm.isControl ? "control" : "",
        arm.endpoint, arm.judge, dose.map { "dose \(JSONValue.canonicalNumber($0))" } ?? "no dose",
        replicate == 0 ? "" : "replicate \(replicate)",
      ], rowCount: cells.count, trueCount: codes.count { $0 == 1 }, sha256: rows.digest())
  }
}
