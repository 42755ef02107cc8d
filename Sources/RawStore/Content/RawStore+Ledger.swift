internal import CanonicalJSON
internal import GRDB
internal import Provenance

extension RawStore {
  /// The content hash that the last ledger record states; `nil` for an empty ledger.
  public func lastContentHash() throws(StoreError) -> String? {
    try ledger().last?.contentHash
  }

  /// The records of the ledger in order, as they are stored; nothing is checked.
  public func ledger() throws(StoreError) -> [LedgerRecord] {
    try read { database in
      try database.rows(
        "SELECT ledger.position, record, sha256, ifnull(at, ''), ifnull(host, '') "
          + "FROM ledger LEFT JOIN ledger_time ON ledger_time.position = ledger.position "
          + "ORDER BY ledger.position"
      ) { row in
        LedgerRecord(
          position: Int(row.integer(0)), text: try row.text(1),
          sha256: try row.digest(2)?.hexadecimal ?? "", time: try row.text(3),
          host: try row.text(4))
      }
    }
  }
}
