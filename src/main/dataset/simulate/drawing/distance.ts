/**
 * Shapes as signed distances: negative inside, in the units of the coordinates, y downwards.
 *
 * Distances, unlike masks, give anti-aliased edges, soft shadows and a rounded relief for the same price.
 */
export type Distance = (x: number, y: number) => number;

export type Point = readonly [x: number, y: number];

export function circle(x0: number, y0: number, radius: number): Distance {
  return (x, y) => Math.hypot(x - x0, y - y0) - radius;
}

/** Exact on the outline, good near it. */
export function ellipse(x0: number, y0: number, rx: number, ry: number): Distance {
  return (x, y) => {
    const u = (x - x0) / rx;
    const v = (y - y0) / ry;
    const level = Math.hypot(u, v);
    const slope = Math.hypot(u / rx, v / ry);
    return slope < 1e-9 ? -Math.min(rx, ry) : (level * (level - 1)) / slope;
  };
}

export function box(x0: number, y0: number, halfWidth: number, halfHeight: number, rounding = 0): Distance {
  return (x, y) => {
    const dx = Math.abs(x - x0) - halfWidth + rounding;
    const dy = Math.abs(y - y0) - halfHeight + rounding;
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - rounding;
  };
}

/** A stroke whose half-width runs from `r0` at its first end to `r1` at its second. */
export function stroke([x0, y0]: Point, [x1, y1]: Point, r0: number, r1 = r0): Distance {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const lengthSquared = Math.max(dx * dx + dy * dy, 1e-12);
  return (x, y) => {
    const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / lengthSquared));
    return Math.hypot(x - x0 - along * dx, y - y0 - along * dy) - (r0 + (r1 - r0) * along);
  };
}

/** A filled polygon, corners rounded by `rounding`. */
export function polygon(corners: readonly Point[], rounding = 0): Distance {
  return (x, y) => {
    let nearest = Infinity;
    let inside = false;
    for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
      const [xi, yi] = corners[i];
      const [xj, yj] = corners[j];
      const ex = xj - xi;
      const ey = yj - yi;
      const wx = x - xi;
      const wy = y - yi;
      const along = Math.min(1, Math.max(0, (wx * ex + wy * ey) / Math.max(ex * ex + ey * ey, 1e-12)));
      const dx = wx - along * ex;
      const dy = wy - along * ey;
      nearest = Math.min(nearest, dx * dx + dy * dy);
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return (inside ? -1 : 1) * Math.sqrt(nearest) - rounding;
  };
}

/** A shape given by its radius at every angle (radians). Approximate: the radius should not change abruptly. */
export function radial(radiusAt: (angle: number) => number): Distance {
  return (x, y) => {
    const distance = Math.hypot(x, y);
    const angle = Math.atan2(y, x);
    const radius = radiusAt(angle);
    const slope = (radiusAt(angle + 0.01) - radius) / (0.01 * Math.max(radius, 0.05));
    return (distance - radius) / Math.sqrt(1 + slope * slope);
  };
}

export function union(...shapes: readonly Distance[]): Distance {
  return (x, y) => {
    let nearest = Infinity;
    for (const shape of shapes) nearest = Math.min(nearest, shape(x, y));
    return nearest;
  };
}

/** A union whose joints are filled over a distance of `softness`, as limbs join a body. */
export function softUnion(softness: number, ...shapes: readonly Distance[]): Distance {
  return (x, y) => {
    let joined = shapes[0](x, y);
    for (let i = 1; i < shapes.length; i++) {
      const next = shapes[i](x, y);
      const overlap = Math.max(softness - Math.abs(joined - next), 0) / softness;
      joined = Math.min(joined, next) - (overlap * overlap * softness) / 4;
    }
    return joined;
  };
}

export function without(shape: Distance, hole: Distance): Distance {
  return (x, y) => Math.max(shape(x, y), -hole(x, y));
}

export function within(shape: Distance, limit: Distance): Distance {
  return (x, y) => Math.max(shape(x, y), limit(x, y));
}

/** The band of half-width `width` around a shape's outline. */
export function outline(shape: Distance, width: number): Distance {
  return (x, y) => Math.abs(shape(x, y)) - width;
}

export function turned(shape: Distance, angle: number, x0 = 0, y0 = 0): Distance {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return (x, y) => shape(c * (x - x0) + s * (y - y0) + x0, -s * (x - x0) + c * (y - y0) + y0);
}
