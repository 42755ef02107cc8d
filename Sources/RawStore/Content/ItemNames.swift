internal import GRDB

/// The items of a store in the order of their names' UTF-8 bytes: the only order that content has.
struct ItemNames {
  /// `[rank]`.
  let names: [String]
  /// `[item id]`, the rank; ids start at 1.
  private let ranks: [UInt32]

  init(_ database: Database) throws {
    let last = try Int.fetchOne(database, sql: "SELECT ifnull(max(id), 0) FROM item") ?? 0
    let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM item") ?? 0
    // Ids are given without gaps; a file that says otherwise must not choose how much memory is
    // taken.
    guard last >= 0, last == count else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the item numbers have gaps")
    }
    var names: [String] = []
    names.reserveCapacity(count)
    var ranks = [UInt32](repeating: .max, count: last + 1)
    let statement = try RawStatement(database, "SELECT id, name FROM item ORDER BY name")
    while try statement.step() {
      let id = statement.integer(0)
      guard (1...Int64(last)).contains(id) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an item number is out of range")
      }
      ranks[Int(id)] = UInt32(names.count)
      names.append(try statement.text(1))
    }
    self.names = names
    self.ranks = ranks
  }

  func rank(of id: Int64) throws -> UInt32 {
    guard id > 0, id < Int64(ranks.count), ranks[Int(id)] != .max else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row names no item")
    }
    return ranks[Int(id)]
  }

  func name(of id: Int64) throws -> String { names[Int(try rank(of: id))] }
}
