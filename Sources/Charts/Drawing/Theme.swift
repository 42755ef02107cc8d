/// How the classes of a chart's SVG get their colours.
public enum Theme {
  /// The style sheet that every page with charts needs, once. Plain text without `</`, so it can be
  /// put into a `<style>` element and hashed for the content security policy.
  public static let css: String = {
    var text = variables(.light, selector: ":root")
    text += "@media (prefers-color-scheme: dark){\(variables(.dark, selector: ":root"))}\n"
    text += "@media (prefers-contrast: more) and (prefers-color-scheme: light){"
    text += "\(variables(.contrast, selector: ":root"))}\n"
    text += "@media print{\(variables(.light, selector: ":root"))}\n"
    for ink in Ink.allCases {
      text += ".chart .f-\(ink.rawValue){fill:var(--\(ink.rawValue))}"
      text += ".chart .k-\(ink.rawValue){stroke:var(--\(ink.rawValue))}\n"
    }
    text += ".chart{display:block;max-width:100%;height:auto;background:none}\n"
    text += ".chart .point{fill:transparent;stroke:none;pointer-events:all}\n"
    text +=
      ".chart .point:hover,.chart .point:focus{stroke:var(--ink);stroke-width:2;outline:none}\n"
    text += ".chart-narrow{display:none}\n"
    text += ".chart-square{max-width:560px}\n"
    text += "@media screen and (max-width: 640px){.chart-wide{display:none}"
    text += ".chart-narrow{display:block}}\n"
    return text
  }()

  private static func variables(_ palette: Palette, selector: String) -> String {
    let pairs = Ink.allCases.map { "--\($0.rawValue):\(palette[$0].css)" }
    return "\(selector){\(pairs.joined(separator: ";"))}\n"
  }
}
