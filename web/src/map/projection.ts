/** Degrees. */
export interface Area {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** Web Mercator ends here. */
const TOP = 85;
/** Smallest side of what is shown, in degrees: about a hundred metres. */
const LEAST = 0.001;

const bounded = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
/** Degrees of latitude to the units of longitude at the equator. */
const up = (latitude: number): number =>
  (Math.log(Math.tan(Math.PI / 4 + (bounded(latitude, -TOP, TOP) * Math.PI) / 360)) * 180) / Math.PI;

/** Back again. */
const down = (units: number): number => (Math.atan(Math.exp((units * Math.PI) / 180)) * 360) / Math.PI - 90;

/** All of the areas, with room around them. */
export function around(areas: readonly Area[], margin = 0.1): Area {
  const least = (of: (area: Area) => number): number => Math.min(...areas.map(of));
  const most = (of: (area: Area) => number): number => Math.max(...areas.map(of));
  const [west, east] = [least((area) => area.west), most((area) => area.east)];
  const [south, north] = [least((area) => area.south), most((area) => area.north)];
  const room = Math.max(LEAST, east - west, north - south) * margin;
  return {
    west: bounded(west - room, -180, 180),
    south: bounded(south - room, -TOP, TOP),
    east: bounded(east + room, -180, 180),
    north: bounded(north + room, -TOP, TOP),
  };
}

interface Projection {
  /** Where a place is, in units of the drawing from its top left. */
  place(latitude: number, longitude: number): { x: number; y: number };
  /** What lies at a point of the drawing, or beside it. */
  under(x: number, y: number): { latitude: number; longitude: number };
}

/** Mercator, the whole area in the middle of a drawing of this size. */
export function projectionOf(area: Area, size: { width: number; height: number }): Projection {
  const [low, high] = [up(area.south), up(area.north)];
  const scale = Math.min(
    size.width / Math.max(LEAST, area.east - area.west),
    size.height / Math.max(LEAST, high - low),
  );
  const [middleX, middleY] = [(area.west + area.east) / 2, (low + high) / 2];
  return {
    place: (latitude, longitude) => ({
      x: size.width / 2 + (longitude - middleX) * scale,
      y: size.height / 2 - (up(latitude) - middleY) * scale,
    }),
    under: (x, y) => ({
      latitude: bounded(down((size.height / 2 - y) / scale + middleY), -TOP, TOP),
      longitude: bounded((x - size.width / 2) / scale + middleX, -180, 180),
    }),
  };
}

/** Degrees at which lines of a net are drawn: about as many as said, at round numbers. */
export function netOf(from: number, to: number, lines = 6): number[] {
  const span = Math.max(LEAST, to - from);
  const rough = 10 ** Math.floor(Math.log10(span / lines));
  const step = [1, 2, 5, 10].map((times) => times * rough).find((each) => span / each <= lines) ?? rough * 10;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** As the API takes it. */
export const bboxOf = ({ west, south, east, north }: Area): string =>
  [west, south, east, north].map((degrees) => degrees.toFixed(6)).join();

/** @returns `null` when a text is no area */
export function areaIn(text: string | null): Area | null {
  const [west, south, east, north, ...more] = (text ?? '').split(',').map(Number);
  const sides = [west, south, east, north];
  if (text === null || more.length > 0 || !sides.every((side) => Number.isFinite(side))) return null;
  return { west: west ?? 0, south: south ?? 0, east: east ?? 0, north: north ?? 0 };
}
