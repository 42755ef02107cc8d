import ArgumentParser
import Foundation

/// Flags that every command has.
struct GlobalOptions: ParsableArguments {
  @Flag(name: .long, help: "Print one JSON document on standard output.")
  var json = false

  @Flag(name: .long, help: "Print no progress.")
  var quiet = false

  @Flag(name: .long, help: "Print what is being done.")
  var verbose = false

  @Flag(name: .customLong("no-color"), help: "Print without colours (also: NO_COLOR).")
  var noColor = false

  /// Writes one line to standard error unless `--quiet`.
  func note(_ line: String) {
    guard !quiet else { return }
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// As ``note(_:)``, only with `--verbose`.
  func detail(_ line: @autoclosure () -> String) {
    if verbose { note(line()) }
  }
}

/// Writes to standard output; everything else goes to standard error.
func printOutput(_ text: String) {
  FileHandle.standardOutput.write(Data(text.utf8))
}
