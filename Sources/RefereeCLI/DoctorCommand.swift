import ArgumentParser
import CGSL
import COpenBLAS
import CPangoCairo
import CSQLite
import CTemplates
import CanonicalJSON
import Foundation
import Provenance
import Statistics

/// `referee doctor`: what this build runs on.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show libraries, versions, instruction set, BLAS binding and fonts.")

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let checks = SystemCheck.all
    if global.json {
      let document: JSONValue = [
        "schema": "referee/doctor/v1",
        "checks": .array(
          checks.map {
            [
              "name": .string($0.name), "value": .string($0.value), "ok": .bool($0.isFine),
              "remedy": .string($0.remedy),
            ]
          }),
      ]
      printOutput(try document.prettyText())
    } else {
      let width = checks.map(\.name.count).max() ?? 0
      for check in checks {
        let name = check.name.padding(toLength: width, withPad: " ", startingAt: 0)
        printOutput("\(check.isFine ? "ok " : "BAD")  \(name)  \(check.value)\n")
        if !check.isFine { printOutput("     \(check.remedy)\n") }
      }
    }
    let broken = checks.filter { !$0.isFine }.map(\.name)
    if !broken.isEmpty { throw GateFailure(reasons: broken) }
  }
}

/// One line of the doctor's report.
struct SystemCheck {
  let name: String
  let value: String
  var isFine = true
  var remedy = ""

  static var all: [SystemCheck] { [tool] + libraries + [blasBinding, instructionSet] + fonts }

  static var tool: SystemCheck { SystemCheck(name: "referee", value: ToolVersion.number) }

  /// Libraries whose version can change a byte of the output.
  static var libraries: [SystemCheck] {
    [
      SystemCheck(name: "GSL", value: String(cString: referee_gsl_version())),
      SystemCheck(name: "SQLite", value: String(cString: sqlite3_libversion())),
      SystemCheck(name: "Cairo", value: String(cString: cairo_version_string())),
      SystemCheck(name: "Pango", value: String(cString: pango_version_string())),
      SystemCheck(name: "Fontconfig", value: fontconfigVersion),
      SystemCheck(name: "OpenBLAS", value: String(cString: openblas_get_config())),
    ]
  }

  private static var fontconfigVersion: String {
    let version = FcGetVersion()
    return "\(version / 10000).\(version / 100 % 100).\(version % 100)"
  }

  /// `cblas_*` must come from OpenBLAS: GSL's own CBLAS has the same symbols and is ten times
  /// slower, and a wrong link order binds to it without a word.
  static var blasBinding: SystemCheck {
    guard let handle = dlopen(nil, RTLD_NOW), let symbol = dlsym(handle, "cblas_sgemm"),
      let path = libraryPath(of: UInt(bitPattern: symbol))
    else {
      return SystemCheck(
        name: "BLAS binding", value: "cblas_sgemm is not found", isFine: false,
        remedy: "install libopenblas-dev and rebuild")
    }
    let library = URL(fileURLWithPath: path).lastPathComponent
    let isOpenBLAS = library.contains("openblas") || library.hasPrefix("libblas")
    return SystemCheck(
      name: "BLAS binding", value: "cblas_sgemm from \(library)", isFine: isOpenBLAS,
      remedy: "link OpenBLAS before libgslcblas and rebuild")
  }

  /// The file that is mapped at an address, from `/proc/self/maps`.
  private static func libraryPath(of address: UInt) -> String? {
    // Foundation believes the file size, which is 0 for files of /proc.
    guard let file = fopen("/proc/self/maps", "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 4096)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
      let line = String(
        decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let fields = line.split(separator: " ", maxSplits: 5)
      let range = fields.first?.split(separator: "-") ?? []
      guard fields.count == 6, range.count == 2, let low = UInt(range[0], radix: 16),
        let high = UInt(range[1], radix: 16), low <= address, address < high
      else { continue }
      return fields[5].trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return nil
  }

  static var instructionSet: SystemCheck {
    SystemCheck(
      name: "OpenBLAS core", value: String(cString: openblas_get_corename()))
  }

  static var fonts: [SystemCheck] {
    (0..<referee_template_count()).compactMap { index in
      guard let file = referee_template_at(index)?.pointee else { return nil }
      let name = String(cString: file.name)
      guard name.hasPrefix("fonts/") else { return nil }
      let bytes = Array(UnsafeBufferPointer(start: file.bytes, count: file.size))
      return SystemCheck(
        name: "font", value: "\(name.dropFirst(6)) sha256:\(SHA256Hex(of: bytes))")
    }
  }
}
