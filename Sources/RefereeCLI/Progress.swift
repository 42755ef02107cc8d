import Foundation

/// Progress of long work, on standard error only.
///
/// A terminal gets one line that is redrawn; anything else gets a plain line every 5 % or 30
/// seconds; `NO_COLOR` and `TERM=dumb` are honoured. Nothing of it reaches an output file.
final class Progress {
  private let label: String
  private let total: Int
  private let isSilent: Bool
  private let isTerminal: Bool
  private let start = ContinuousClock.now
  private var lastDrawn: ContinuousClock.Instant?
  private var lastShare = -1.0

  init(_ label: String, total: Int, isSilent: Bool) {
    self.label = label
    self.total = max(total, 1)
    self.isSilent = isSilent
    isTerminal =
      isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Shows how much is done; cheap to call often.
  func update(done: Int, current: String = "") {
    guard !isSilent else { return }
    let now = ContinuousClock.now
    let share = Double(done) / Double(total)
    let elapsed = now - (lastDrawn ?? start)
    let isDue =
      isTerminal
      ? elapsed > .milliseconds(100) : share - lastShare >= 0.05 || elapsed > .seconds(30)
    guard lastDrawn == nil || isDue || done == total else { return }
    lastDrawn = now
    lastShare = share
    let seconds = Self.seconds(now - start)
    let rate = seconds > 0 ? Double(done) / seconds : 0
    let left = rate > 0 ? Double(total - done) / rate : 0
    let line =
      "\(label) \(done)/\(total) (\(Int(share * 100)) %), "
      + "\(Self.clock(seconds)) gone, \(Self.clock(left)) left \(current)"
    write(isTerminal ? "\r\u{1B}[K" + line.prefix(Self.columns) : line + "\n")
  }

  /// Ends the line.
  func finish() {
    if !isSilent && isTerminal && lastDrawn != nil { write("\n") }
  }

  private func write(_ text: some StringProtocol) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 359_999).rounded())
    return whole < 60
      ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }

  private static var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      ? Int(size.ws_col) - 1 : 79
  }
}
