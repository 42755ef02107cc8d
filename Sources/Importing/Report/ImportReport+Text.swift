public import CanonicalJSON
internal import RawStore

extension ImportReport {
  /// The report for people: a line a file, then its remarks with their line numbers.
  public var text: String {
    var lines: [String] = []
    for file in files {
      lines.append(Self.line(of: file))
      for remark in file.remarks {
        let place = remark.line.map { "\(file.path):\($0)" } ?? file.path
        lines.append("  \(place): \(remark.kind.rawValue): \(remark.reason)")
      }
      if file.remarkCount > file.remarks.count {
        lines.append("  … and \(file.remarkCount - file.remarks.count) more remarks")
      }
    }
    for conflict in conflicts { lines.append("conflict: \(conflict)") }
    if conflictCount > conflicts.count {
      lines.append("… and \(conflictCount - conflicts.count) more conflicts")
    }
    lines.append(summary)
    return lines.joined(separator: "\n") + "\n"
  }

  /// One sentence: what the store has now.
  public var summary: String {
    let added = files.reduce(0) { $0 + $1.addedCount }
    let accepted = files.reduce(0) { $0 + $1.acceptedCount }
    guard isCommitted else {
      let reason =
        conflictCount > 0
        ? "\(conflictCount) rows contradict others"
        : "\(rejectedCount) lines rejected and \(unusableCount) files not usable"
      return "\(study): nothing imported: \(reason)"
    }
    guard hasChanges else { return "\(study): nothing new; the store is unchanged" }
    return "\(study): \(accepted) lines accepted, \(rejectedCount) rejected, \(added) rows added; "
      + "content \(contentHash)"
  }

  private static func line(of file: File) -> String {
    switch file.state {
    case .imported:
      "\(file.path): \(file.format): \(file.acceptedCount) accepted, \(file.skippedCount) skipped, "
        + "\(file.rejectedCount) rejected; \(file.addedCount) rows added"
        + (file.knownCount > 0 ? ", \(file.knownCount) known already" : "")
    case .unchanged: "\(file.path): \(file.format): imported before"
    case .unrecognised: "\(file.path): not recognised"
    case .failed: "\(file.path): \(file.format): not usable"
    }
  }

  /// `{schema, study, committed, changed, contentHash, files, conflicts, conflictCount}`.
  public var json: JSONValue {
    [
      "schema": "referee/import/v1", "study": .string(study), "committed": .bool(isCommitted),
      "changed": .bool(hasChanges), "contentHash": .string(contentHash),
      "files": .array(files.map(Self.json)),
      "conflicts": .array(
        conflicts.map { conflict in
          [
            "subject": .string(conflict.subject), "earlier": .string("\(conflict.earlier)"),
            "earlierValue": .string(conflict.earlierValue), "later": .string("\(conflict.later)"),
            "laterValue": .string(conflict.laterValue),
          ]
        }), "conflictCount": .integer(Int64(conflictCount)),
    ]
  }

  private static func json(_ file: File) -> JSONValue {
    [
      "path": .string(file.path), "format": .string(file.format),
      "state": .string(file.state.rawValue), "sha256": .string(file.sha256),
      "sizeBytes": .integer(Int64(file.sizeBytes)),
      "accepted": .integer(Int64(file.acceptedCount)),
      "skipped": .integer(Int64(file.skippedCount)),
      "rejected": .integer(Int64(file.rejectedCount)), "added": .integer(Int64(file.addedCount)),
      "known": .integer(Int64(file.knownCount)),
      "remarkCount": .integer(Int64(file.remarkCount)),
      "remarks": .array(
        file.remarks.map { remark in
          [
            "kind": .string(remark.kind.rawValue),
            "line": remark.line.map { .integer(Int64($0)) } ?? .null,
            "reason": .string(remark.reason),
          ]
        }),
    ]
  }
}
