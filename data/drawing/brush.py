"""A brush that paints scenes: lengths in skull widths, y up, the origin between the animal's feet."""

import numpy as np
import skia


class Brush:
    """Paints on a picture (height, width, 4; uint8 RGBA) whose pixel `origin` is the point (0, 0) of the scene."""

    def __init__(self, picture, scale, origin):
        self.picture = picture
        height, width = picture.shape[:2]
        self.left, self.right = -origin[0] / scale, (width - origin[0]) / scale
        self.bottom, self.top = (origin[1] - height) / scale, origin[1] / scale
        self.surface = skia.Surface(picture)
        self.canvas = self.surface.getCanvas()
        self.canvas.translate(float(origin[0]), float(origin[1]))
        self.canvas.scale(float(scale), -float(scale))

    def paint(self, colour, alpha=1.0, blur=0.0, width=None):
        """Return a skia paint; `width` makes it a line, `blur` softens the edge (skull widths)."""
        red, green, blue = (int(255 * min(max(float(c), 0), 1)) for c in colour)
        paint = skia.Paint(AntiAlias=True, Color=skia.Color(red, green, blue, int(255 * alpha)))
        if blur:
            paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, float(blur)))
        if width is not None:
            paint.setStyle(skia.Paint.kStroke_Style)
            paint.setStrokeWidth(float(width))
            paint.setStrokeCap(skia.Paint.kRound_Cap)
        return paint

    def box(self, x0, y0, x1, y1, colour, round_by=0.0, **how):
        """Fill a rectangle."""
        area = skia.Rect.MakeLTRB(float(min(x0, x1)), float(min(y0, y1)), float(max(x0, x1)), float(max(y0, y1)))
        self.canvas.drawRoundRect(area, float(round_by), float(round_by), self.paint(colour, **how))

    def oval(self, x, y, across, up, colour, **how):
        """Fill an ellipse about (x, y)."""
        area = skia.Rect.MakeLTRB(float(x - across), float(y - up), float(x + across), float(y + up))
        self.canvas.drawOval(area, self.paint(colour, **how))

    def shape(self, points, colour, closed=True, **how):
        """Fill a polygon, or draw a line through points where `width` is given."""
        path = skia.Path()
        path.moveTo(float(points[0][0]), float(points[0][1]))
        for x, y in points[1:]:
            path.lineTo(float(x), float(y))
        if closed:
            path.close()
        self.canvas.drawPath(path, self.paint(colour, **how))

    def blade(self, x, y, tip_x, tip_y, width, colour):
        """Draw one blade or leaf: a bent sliver from (x, y) to its tip."""
        path = skia.Path()
        bend_x, bend_y = float(x + (tip_x - x) * 0.25), float(y + (tip_y - y) * 0.6)
        path.moveTo(float(x - width), float(y))
        path.quadTo(bend_x - float(width) * 0.6, bend_y, float(tip_x), float(tip_y))
        path.quadTo(bend_x + float(width), bend_y, float(x + width), float(y))
        path.close()
        self.canvas.drawPath(path, self.paint(colour))

    def ramp(self, low, high, below, above):
        """Fill the width of the picture between two heights with a gradient of colours."""
        colours = [skia.Color(*(int(255 * min(max(float(c), 0), 1)) for c in colour)) for colour in (below, above)]
        paint = skia.Paint(AntiAlias=True)
        paint.setShader(
            skia.GradientShader.MakeLinear([skia.Point(0, float(low)), skia.Point(0, float(high))], colours)
        )
        self.canvas.drawRect(skia.Rect.MakeLTRB(float(self.left), float(low), float(self.right), float(high)), paint)

    def spread(self, rng, gap, wobble=0.3):
        """Return places across the picture, about `gap` apart."""
        places = np.arange(self.left - gap, self.right + gap, gap) + rng.uniform(0, gap)
        return places + rng.normal(0, wobble * gap, len(places))


def colour(rng, *hexes):
    """Return one of the colours (as "rrggbb"), a little off."""
    chosen = hexes[rng.integers(len(hexes))]
    value = np.array([int(chosen[i : i + 2], 16) for i in (0, 2, 4)]) / 255
    return np.clip(value * rng.normal(1, 0.06) + rng.normal(0, 0.015, 3), 0.02, 0.98)
