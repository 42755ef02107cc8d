internal import Foundation
internal import Provenance
internal import Randomness

/// When a request is asked again.
///
/// Attempt k waits `base · 2ᵏ` seconds, at most `longest`, times a factor in [½, 1) that is drawn from
/// the request's own seed; a `Retry-After` of the server is a lower bound.
public struct RetryPolicy: Hashable, Sendable {
  public let count: Int
  public let base: Double
  public let longest: Double
  /// A server that asks for more ends the run instead.
  public let patience: Double

  public init(count: Int, base: Double = 0.5, longest: Double = 60, patience: Double = 600) {
    self.count = count
    self.base = base
    self.longest = longest
    self.patience = patience
  }

  /// Seconds before the attempt after `attempt` (0 is the first one).
  public func delay(after attempt: Int, label: String, retryAfter: Double?) -> Double {
    var seed: UInt64 = 0
    for byte in SHA256Hex(of: label).description.utf8.prefix(16) {
      seed = seed &* 31 &+ UInt64(byte)
    }
    var generator = SplitMix64(seed: seed &+ UInt64(attempt))
    let share = 0.5 + Double(generator.next() >> 11) * 0x1p-54
    let grown = min(longest, base * pow(2, Double(min(attempt, 30))))
    return max(grown * share, retryAfter ?? 0)
  }

  /// Seconds of a `Retry-After`: a whole number, or a date (RFC 9110, section 10.2.3) beside the
  /// `Date` of the same response, so that no local clock is asked.
  static func seconds(retryAfter text: String?, date: String?) -> Double? {
    guard let text = text?.trimmingCharacters(in: .whitespaces), !text.isEmpty else { return nil }
    if text.utf8.count <= 9, let seconds = Int(text) { return Double(max(0, seconds)) }
    guard let then = time(text), let now = date.flatMap(time) else { return nil }
    return max(0, then - now)
  }

  /// Seconds of an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func time(_ text: String) -> Double? {
    let parts = text.trimmingCharacters(in: .whitespaces).split(separator: " ")
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
      let month = months.firstIndex(of: String(parts[2]))
    else { return nil }
    let clock = parts[4].split(separator: ":").compactMap { Int($0) }
    guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]),
      (0...60).contains(clock[2]), (1...31).contains(day), (1970...9999).contains(year)
    else { return nil }
    // Days from the civil date, Howard Hinnant's algorithm.
    let shifted = month < 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
    let days =
      era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return Double(days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2])
  }
}
