import Drawing
import Testing

@Suite struct GeometryTests {
  @Test func transformsApplyInOrder() {
    let change = Transform.translation(1, 2).after(.scale(3, 4))
    #expect(change(Point(x: 5, y: 6)) == Point(x: 16, y: 26))
    let turned = Transform.rotation(.pi / 2)(Point(x: 1, y: 0))
    #expect(abs(turned.x) < 1e-12 && abs(turned.y - 1) < 1e-12)
    #expect(Transform()(Point(x: 5, y: 6)) == Point(x: 5, y: 6))
  }

  @Test func partsOfARectangle() {
    let rect = Rect(x: 10, y: 20, width: 40, height: 20)
    #expect(rect.point(0.5, 0.5) == rect.center && rect.center == Point(x: 30, y: 30))
    #expect(rect.inner(0.25, 0.5, 0.75, 1) == Rect(x: 20, y: 30, width: 20, height: 10))
    #expect(rect.fitting(width: 1, height: 1) == Rect(x: 20, y: 20, width: 20, height: 20))
    #expect(rect.contains(rect.inner(0, 0, 1, 1)) && !rect.contains(rect.expanded(by: 1)))
    #expect(rect.clamp(Point(x: 0, y: 100)) == Point(x: 10, y: 40))
    #expect(!rect.intersects(Rect(x: 50, y: 20, width: 1, height: 1)))
  }
}

@Suite struct ColorTests {
  @Test func oneColourHasManySpellings() {
    #expect(Color(0xff0000) == Color(1, 0, 0) && Color(hue: 1, saturation: 1, value: 1) == Color(0xff0000))
    #expect(Color(white: 1) == Color(0xffffff) && Color(0x0b559f).css == "#0b559f")
  }

  @Test func mixingMovesTowardsTheOther() {
    #expect(Color(0x000000).mixed(with: Color(1, 1, 1, opacity: 0.5), 0.5) == Color(0.5, 0.5, 0.5, opacity: 0.75))
    let veil = Color(0.5, 0.5, 0.5, opacity: 0.25)
    #expect(veil.darker(0.5) == Color(0.25, 0.25, 0.25, opacity: 0.25))
    #expect(veil.lighter(0.5) == Color(0.75, 0.75, 0.75, opacity: 0.25))
  }

  @Test func textStandsOutOnItsGround() {
    #expect(Color(0x0b559f).contrasting == Color(0xffffff) && Color(0xf7f7f7).contrasting == Color(0x000000))
  }
}
