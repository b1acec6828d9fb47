import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';

interface Line {
  name: string;
  values: readonly (number | null)[];
}

interface Props {
  /** What a screen reader is told of it. */
  told: string;
  /** What the places along the bottom are, and they in their order. */
  across: string;
  places: readonly string[];
  lines: readonly Line[];
  height?: number;
  /** Drawn as steps rather than as a line between points. */
  steps?: boolean;
}

/** Colours of lines, from the theme. */
const COLOURS = ['--color-primary', '--color-warning', '--color-success', '--color-error', '--color-info'];

/** A line for each series, by uPlot. It is redrawn when the room or the colours change. */
export function Chart({ told, across, places, lines, height = 220, steps = false }: Props) {
  const { themes } = useParts();
  const theme = useStore(themes.chosen);
  const room = useRef<HTMLDivElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other colours are another drawing
  useEffect(() => {
    const holder = room.current;
    if (holder === null) return;
    const style = getComputedStyle(holder);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const axis = { stroke: colour('--color-base-content'), grid: { stroke: colour('--color-base-300') } };
    const drawing = new uPlot(
      {
        width: Math.max(200, holder.clientWidth),
        height,
        cursor: { drag: { x: false, y: false } },
        scales: { x: { time: false } },
        axes: [
          { ...axis, values: (_plot, at) => at.map((place) => places[place] ?? '') },
          { ...axis, size: 52 },
        ],
        series: [
          { label: across, value: (_plot, place) => places[place] ?? '' },
          ...lines.map(({ name }, index) => ({
            ...{ label: name, stroke: colour(COLOURS[index % COLOURS.length] ?? ''), width: 2 },
            ...(steps && stepped !== undefined && { paths: stepped }),
          })),
        ],
      },
      [places.map((_place, index) => index), ...lines.map(({ values }) => [...values])],
      holder,
    );
    const watcher = new ResizeObserver(() => {
      drawing.setSize({ width: Math.max(200, holder.clientWidth), height });
    });
    watcher.observe(holder);
    return () => {
      watcher.disconnect();
      drawing.destroy();
    };
  }, [places, across, lines, height, steps, theme]);

  return <div ref={room} role="img" aria-label={told} className="min-w-0 overflow-hidden text-sm" />;
}
