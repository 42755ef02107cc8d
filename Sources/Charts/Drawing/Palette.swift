/// The colours of one mode, as sRGB.
public struct Palette: Sendable {
  public struct Colour: Hashable, Sendable {
    /// 0xRRGGBB.
    public let hex: UInt32

    public var red: Double { Double((hex >> 16) & 0xFF) / 255 }
    public var green: Double { Double((hex >> 8) & 0xFF) / 255 }
    public var blue: Double { Double(hex & 0xFF) / 255 }

    /// "#1640ad".
    public var css: String {
      let digits = String(hex, radix: 16)
      return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }
  }

  /// "light", "dark", "contrast".
  public let name: String
  private let colours: @Sendable (Ink) -> UInt32

  public subscript(ink: Ink) -> Colour { Colour(hex: colours(ink)) }

  /// White page; also print and PDF.
  public static let light = Palette(name: "light") { ink in
    switch ink {
    case .ink: 0x111820
    case .muted: 0x5A636E
    case .grid: 0xE3E6EA
    case .surface: 0xFFFFFF
    case .context: 0x8A939E
    case .pale: 0xB9C0C8
    case .accent: 0x1640AD
    case .refuted: 0xA33B00
    case .s1: 0x1640AD
    case .s2: 0xD37812
    case .s3: 0x419BD4
    case .s4: 0x5C010B
    }
  }

  public static let dark = Palette(name: "dark") { ink in
    switch ink {
    case .ink: 0xEEF1F4
    case .muted: 0xA3ACB6
    case .grid: 0x2B3138
    case .surface: 0x14171A
    case .context: 0x7B848E
    case .pale: 0x4C545D
    case .accent: 0x4EC0ED
    case .refuted: 0xFF9E4A
    case .s1: 0x4EC0ED
    case .s2: 0x7058D2
    case .s3: 0xFCDD5B
    case .s4: 0xC5353A
    }
  }

  /// For `prefers-contrast: more` on a light page.
  public static let contrast = Palette(name: "contrast") { ink in
    switch ink {
    case .ink: 0x000000
    case .muted: 0x33393F
    case .grid: 0x9AA1A9
    case .surface: 0xFFFFFF
    case .context: 0x5A636E
    case .pale: 0x6F7780
    case .accent: 0x0B2C85
    case .refuted: 0x7D2C00
    case .s1: 0x0B2C85
    case .s2: 0xA85A00
    case .s3: 0x1E6E9F
    case .s4: 0x4A0008
    }
  }
}
