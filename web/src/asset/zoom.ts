/** How a picture is looked at: how much larger than fitted, and how far its middle is from that of the room, in CSS pixels. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export const FITTED: View = { scale: 1, x: 0, y: 0 };
export const STEP = 1.5;
const MOST = 32;

/** Larger or smaller around a point, which stays under the finger. @param point from the middle of the room */
export function zoomed(view: View, factor: number, point: { x: number; y: number }): View {
  const scale = Math.min(MOST, Math.max(1, view.scale * factor));
  const grown = scale / view.scale;
  return { scale, x: point.x - (point.x - view.x) * grown, y: point.y - (point.y - view.y) * grown };
}

/** The same with nothing beside the picture that could be picture. @param fitted its size when nothing is zoomed */
export function within(view: View, fitted: Size, room: Size): View {
  const reach = (length: number, space: number): number => Math.max(0, (length * view.scale - space) / 2);
  const keep = (value: number, most: number): number => Math.min(most, Math.max(-most, value));
  return {
    scale: view.scale,
    x: keep(view.x, reach(fitted.width, room.width)),
    y: keep(view.y, reach(fitted.height, room.height)),
  };
}
