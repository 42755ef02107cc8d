/// Exit codes, after sysexits.h where it has a name for the case.
enum ExitStatus: Int32 {
  case success = 0
  case gateFailed = 1
  case internalError = 2
  case incomplete = 3
  case usage = 64
  case invalidData = 65
  case noInput = 66
  case inputOutput = 74
  case tryAgain = 75
  case interrupted = 130

  /// For `--help`, the man page and the README.
  static let table = """
    EXIT CODES
      0    done; the gate passed
      1    done; the gate of --fail-on, or a check of validate, failed
      2    internal error: please report it
      3    incomplete: shards or cells of an own run are missing
      64   wrong usage
      65   invalid study or data
      66   the input does not exist
      74   a file could not be read or written
      75   try again: an endpoint or a lock is busy
      130  interrupted; the state is saved

    Findings about a published study are results, not failures: by default only broken \
    integrity fails the gate.
    """
}
