/// The results of a validation study as a plain table.
public struct ValidationReport: Hashable, Sendable {
  public let mode: CalibrationStudy.Mode
  public let seed: UInt64
  public let rows: [ValidationRow]

  public var failures: [ValidationRow] { rows.filter { !$0.isAccepted } }
  public var isAccepted: Bool { !rows.isEmpty && failures.isEmpty }
}
