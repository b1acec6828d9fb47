import { useRef } from 'react';
import { useNavigate } from 'react-router';
import { useParts } from '../api/parts.ts';
import type { ImagePlaces } from '../api/types.ts';
import { formatCount, formatNumber } from '../format/size.ts';
import { libraryAddress } from '../library/addresses.ts';
import { useWidth } from '../library/useWidth.ts';
import { useWords } from '../words/useWords.ts';
import { type Area, bboxOf, netOf, projectionOf } from './projection.ts';

type Place = ImagePlaces['places'][number];

interface Props {
  places: readonly Place[];
  /** What is shown. */
  area: Area;
  onNear: (place: Place) => void;
}

const HEIGHT = 560;
const [SMALLEST, LARGEST] = [16, 44];
/** Room for each label of the net, in pixels. */
const LABEL = { wide: 130, high: 110 } as const;
/** Two places closer than this, in degrees, cannot be told apart any more. */
const ONE_SPOT = 0.0002;

/** Places over a net of degrees, each with one of its images; a larger disc has more of them. */
export function PlaceChart({ places, area, onNear }: Props) {
  const { map: words, asset } = useWords();
  const { api } = useParts();
  const navigate = useNavigate();
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const size = { width: Math.max(1, width - 2 * LARGEST), height: HEIGHT - 2 * LARGEST };
  const projection = projectionOf(area, size);
  const at = (latitude: number, longitude: number): { x: number; y: number } => {
    const { x, y } = projection.place(latitude, longitude);
    return { x: x + LARGEST, y: y + LARGEST };
  };
  // The net covers the whole drawing, which shows more than was asked for where its shape is another.
  const lowest = projection.under(-LARGEST, size.height + LARGEST);
  const highest = projection.under(size.width + LARGEST, -LARGEST);
  const most = Math.max(...places.map(({ count }) => count));
  const inWords = (degrees: number, positive: string, negative: string): string =>
    `${formatNumber(Math.abs(degrees), 4)}° ${degrees < 0 ? negative : positive}`;

  function open(place: Place): void {
    const spread = Math.max(place.east - place.west, place.north - place.south);
    if (place.count > 1 && spread > ONE_SPOT) onNear(place);
    else void navigate(libraryAddress({ bbox: bboxOf(place) }));
  }

  return (
    <div
      ref={room}
      className="relative overflow-hidden rounded-box border border-base-300 bg-base-100"
      style={{ height: HEIGHT }}
    >
      <svg aria-hidden width={width} height={HEIGHT} className="absolute inset-0">
        {netOf(lowest.longitude, highest.longitude, Math.max(1, Math.floor(width / LABEL.wide))).map(
          (longitude) => {
            const { x } = at(area.south, longitude);
            return (
              <g key={longitude}>
                <line x1={x} x2={x} y1={0} y2={HEIGHT} className="stroke-base-300" />
                <text x={x + 4} y={HEIGHT - 6} className="fill-base-content/75 text-xs">
                  {inWords(longitude, asset.east, asset.west)}
                </text>
              </g>
            );
          },
        )}
        {netOf(lowest.latitude, highest.latitude, Math.floor(HEIGHT / LABEL.high)).map((latitude) => {
          const { y } = at(latitude, area.west);
          return (
            <g key={latitude}>
              <line x1={0} x2={width} y1={y} y2={y} className="stroke-base-300" />
              <text x={4} y={y - 4} className="fill-base-content/75 text-xs">
                {inWords(latitude, asset.north, asset.south)}
              </text>
            </g>
          );
        })}
      </svg>
      <ul aria-label={words.places(places.length)}>
        {places.map((place) => {
          const { x, y } = at(place.latitude, place.longitude);
          const radius = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(place.count / most);
          const where = `${inWords(place.latitude, asset.north, asset.south)}, ${inWords(place.longitude, asset.east, asset.west)}`;
          return (
            <li
              key={place.image_id}
              className="absolute"
              style={{ left: x - radius, top: y - radius, width: radius * 2, height: radius * 2 }}
            >
              <button
                type="button"
                aria-label={words.imagesAt(place.count, where)}
                title={words.imagesAt(place.count, where)}
                className="relative size-full cursor-pointer overflow-hidden rounded-full border-2 border-base-100 bg-primary shadow-md hover:z-10 focus-visible:z-10"
                onClick={() => open(place)}
              >
                <img
                  src={api.thumbUrl(place.image_id)}
                  alt=""
                  loading="lazy"
                  className="size-full object-cover"
                />
                <span className="absolute inset-x-0 bottom-0 bg-black/65 text-xs text-white tabular-nums">
                  {formatCount(place.count)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
