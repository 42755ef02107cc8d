internal import GRDB

/// The SQLite schema of the raw store, as migrations that are never changed once released.
///
/// Names are interned. A dose curve is a set of `series`: one arm at one dose and replicate. A cell
/// of the outcome matrix is one integer, `series << 32 | item`: SQLite's fastest key, and range
/// scans of a series are sequential.
enum StoreSchema {
  /// "RFRE", so that `file` and readers can tell a store from any other database.
  static let applicationID: Int32 = 0x5246_5245

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1-rows") { db in
      try db.execute(sql: rows)
      for table in appendOnlyTables { try db.execute(sql: triggers(for: table)) }
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
    }
    return migrator
  }

  /// Every table that holds rows or provenance: all of them.
  static let appendOnlyTables = [
    "study", "source", "item", "arm", "series", "outcome_class", "outcome", "response_text",
    "sample", "answer_span", "score", "neuron", "split_member", "classifier_rows", "run", "ledger",
    "ledger_time",
  ]

  static func triggers(for table: String) -> String {
    """
    CREATE TRIGGER \(table)_no_update BEFORE UPDATE ON \(table)
    BEGIN SELECT RAISE(ABORT, 'the raw store is append-only'); END;
    CREATE TRIGGER \(table)_no_delete BEFORE DELETE ON \(table)
    BEGIN SELECT RAISE(ABORT, 'the raw store is append-only'); END;
    """
  }

  /// Digests are 32 bytes; `line` is 1-based; `source` names the file that a row came from.
  static let rows = """
    CREATE TABLE study (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE source (
      id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES study, path TEXT NOT NULL,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32), size INTEGER NOT NULL,
      format TEXT NOT NULL, parameters TEXT NOT NULL, accepted INTEGER NOT NULL,
      skipped INTEGER NOT NULL, rejected INTEGER NOT NULL,
      UNIQUE (study, sha256, format, parameters)
    ) STRICT;
    CREATE TABLE item (
      id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 4294967295), name TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE arm (
      id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES study, benchmark TEXT NOT NULL,
      configuration TEXT NOT NULL, neuron_set TEXT NOT NULL,
      is_control INTEGER NOT NULL CHECK (is_control IN (0, 1)), endpoint TEXT NOT NULL,
      judge TEXT NOT NULL,
      UNIQUE (study, benchmark, configuration, neuron_set, is_control, endpoint, judge)
    ) STRICT;
    CREATE TABLE series (
      id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 2147483647),
      arm INTEGER NOT NULL REFERENCES arm, dose REAL, replicate INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX series_key ON series (arm, ifnull(dose, 'none'), replicate);
    CREATE TABLE outcome_class (
      code INTEGER PRIMARY KEY CHECK (code BETWEEN 0 AND 254), name TEXT NOT NULL UNIQUE
    ) STRICT;
    INSERT INTO outcome_class VALUES (0, 'false'), (1, 'true');
    CREATE TABLE outcome (
      cell INTEGER PRIMARY KEY, outcome INTEGER NOT NULL, response BLOB,
      source INTEGER NOT NULL, line INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE response_text (
      sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32), text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sample (
      study INTEGER NOT NULL, benchmark TEXT NOT NULL, judge TEXT NOT NULL, item INTEGER NOT NULL,
      replicate INTEGER NOT NULL, outcome INTEGER NOT NULL,
      response BLOB NOT NULL CHECK (length(response) = 32), source INTEGER NOT NULL,
      line INTEGER NOT NULL, PRIMARY KEY (study, benchmark, judge, item, replicate)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE answer_span (
      study INTEGER NOT NULL, item INTEGER NOT NULL, span_tokens INTEGER NOT NULL,
      response_tokens INTEGER NOT NULL, outcome INTEGER NOT NULL,
      response BLOB CHECK (length(response) = 32), source INTEGER NOT NULL, line INTEGER NOT NULL,
      PRIMARY KEY (study, item)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE score (
      study INTEGER NOT NULL, question_set TEXT NOT NULL, detector TEXT NOT NULL,
      is_control INTEGER NOT NULL CHECK (is_control IN (0, 1)), item INTEGER NOT NULL,
      label INTEGER NOT NULL CHECK (label IN (0, 1)), score REAL NOT NULL,
      prediction INTEGER CHECK (prediction IN (0, 1)), source INTEGER NOT NULL,
      line INTEGER NOT NULL, PRIMARY KEY (study, question_set, detector, item)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE neuron (
      study INTEGER NOT NULL, detector TEXT NOT NULL, layer INTEGER NOT NULL, expert INTEGER,
      is_shared INTEGER NOT NULL CHECK (is_shared IN (0, 1)), neuron INTEGER, weight REAL,
      count INTEGER NOT NULL, eligible INTEGER, source INTEGER NOT NULL, line INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX neuron_key
      ON neuron (study, detector, layer, ifnull(expert, -1), is_shared, ifnull(neuron, -1));
    CREATE TABLE split_member (
      study INTEGER NOT NULL, split TEXT NOT NULL, item INTEGER NOT NULL, label TEXT NOT NULL,
      source INTEGER NOT NULL, line INTEGER NOT NULL, PRIMARY KEY (study, split, item)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE classifier_rows (
      study INTEGER NOT NULL, detector TEXT NOT NULL, split TEXT NOT NULL,
      row_count INTEGER NOT NULL, positive_count INTEGER NOT NULL, source INTEGER NOT NULL,
      line INTEGER NOT NULL, PRIMARY KEY (study, detector, split)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE run (
      study INTEGER NOT NULL, path TEXT NOT NULL, sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      status TEXT NOT NULL, started TEXT, completed TEXT, document TEXT NOT NULL,
      source INTEGER NOT NULL, PRIMARY KEY (study, sha256)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger (
      position INTEGER PRIMARY KEY CHECK (position > 0), record TEXT NOT NULL,
      sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32)
    ) STRICT;
    -- Times and the machine are kept for people and stay outside every hash.
    CREATE TABLE ledger_time (
      position INTEGER PRIMARY KEY, at TEXT NOT NULL, host TEXT NOT NULL
    ) STRICT;
    CREATE VIEW outcomes AS
      SELECT study.name AS study, arm.benchmark, arm.configuration, arm.neuron_set,
        arm.is_control, arm.endpoint, arm.judge, series.dose, series.replicate,
        item.name AS item, outcome_class.name AS outcome,
        lower(hex(outcome.response)) AS response_sha256, source.path,
        lower(hex(source.sha256)) AS source_sha256, outcome.line
      FROM outcome
        JOIN series ON series.id = outcome.cell >> 32
        JOIN arm ON arm.id = series.arm
        JOIN study ON study.id = arm.study
        JOIN item ON item.id = outcome.cell & 4294967295
        JOIN outcome_class ON outcome_class.code = outcome.outcome
        JOIN source ON source.id = outcome.source;
    """
}
