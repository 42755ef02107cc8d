internal import GRDB

/// The SQLite schema of the raw store.
enum StoreSchema {
  static var migrator: DatabaseMigrator { DatabaseMigrator() }
}
