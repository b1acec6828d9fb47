import sharp from 'sharp';
import type { Animal } from './animals.ts';
import type { Time } from './palette.ts';
import { createRandom } from './random.ts';
import { drawScene, type Place } from './scene.ts';

/** Animals where they live, at an hour at which they are about; four of a kind never follow each other. */
const SCENES: readonly (readonly [Place, Time, Animal])[] = [
  ['meadow', 'dawn', 'stag'],
  ['forest', 'infrared', 'fox'],
  ['lake', 'dusk', 'heron'],
  ['snow', 'day', 'hare'],
  ['forest', 'day', 'doe'],
  ['hills', 'dusk', 'stag'],
  ['meadow', 'infrared', 'boar'],
  ['forest', 'night', 'owl'],
  ['meadow', 'day', 'fox'],
  ['marsh', 'dawn', 'heron'],
  ['hills', 'dawn', 'none'],
  ['snow', 'dusk', 'fox'],
  ['meadow', 'dusk', 'hare'],
  ['forest', 'infrared', 'doe'],
  ['hills', 'day', 'doe'],
  ['lake', 'night', 'stag'],
  ['forest', 'dawn', 'boar'],
  ['meadow', 'infrared', 'hare'],
  ['marsh', 'day', 'heron'],
  ['snow', 'night', 'stag'],
  ['forest', 'dusk', 'owl'],
  ['hills', 'night', 'fox'],
  ['meadow', 'dawn', 'doe'],
  ['lake', 'day', 'none'],
];

const HOURS: Readonly<Record<Time, number>> = { dawn: 5, day: 13, dusk: 20, night: 22, infrared: 1 };

const CAMERAS = [
  {
    id: 'RIVER BEND',
    make: 'Tributary',
    model: 'TC-4 Meadow',
    serial: 'TC4-00117',
    latitude: 51.7537,
    longitude: 10.6172,
  },
  {
    id: 'OAK RIDGE',
    make: 'Sandpiper',
    model: 'Forest Pro 12',
    serial: 'FP12-8841',
    latitude: 51.7891,
    longitude: 10.5466,
  },
  {
    id: 'SALT LICK',
    make: 'Nightjar',
    model: 'NJ-7 Infrared',
    serial: 'NJ7-20453',
    latitude: 51.7204,
    longitude: 10.6893,
  },
] as const;

const WIDTH = 1600;
const HEIGHT = 1200;

/**
 * Draws a picture such as a camera trap takes: a scene, an animal or none, the strip of data along the lower
 * edge, and EXIF with time, zone, place and camera. The same index gives the same picture; the first 24 differ in kind,
 * later ones in detail. Every sixth was taken with the camera on its side and says so by its orientation tag.
 */
export async function drawSample(index: number): Promise<{ name: string; bytes: Buffer; taken: Date }> {
  const random = createRandom(index * 7 + 3);
  const [place, time, animal] = SCENES[index % SCENES.length] ?? ['meadow', 'day', 'none'];
  const camera = CAMERAS[index % CAMERAS.length] ?? CAMERAS[0];
  const portrait = index % 6 === 4;
  const clock = new Date(
    Date.UTC(2024, 4, 6 + index, HOURS[time], random.between(0, 59), random.between(0, 59)),
  );
  const [date = '', hours = ''] = clock.toISOString().slice(0, 19).split('T');
  const celsius = Math.round(random.between(4, 14) + (time === 'day' ? 8 : 0) - (place === 'snow' ? 16 : 0));
  const svg = drawScene({
    seed: index + 1,
    width: portrait ? HEIGHT : WIDTH,
    height: portrait ? WIDTH : HEIGHT,
    place,
    time,
    animal,
    caption: {
      left: camera.id,
      middle: portrait ? '' : `${celsius}°C`,
      right: portrait ? `${celsius}°C ${date} ${hours.slice(0, 5)}` : `${date} ${hours}`,
    },
  });
  const taken = `${date.replaceAll('-', ':')} ${hours}`;
  const bytes = await sharp(Buffer.from(svg))
    .flatten({ background: '#000000' })
    // On its side: the sensor's long edge stays horizontal and the tag tells which way is up.
    .rotate(portrait ? 270 : 0)
    .withExif({
      IFD0: {
        Make: camera.make,
        Model: camera.model,
        ImageDescription: `${place}, ${time}`,
        DateTime: taken,
      },
      IFD2: {
        DateTimeOriginal: taken,
        OffsetTimeOriginal: '+02:00',
        FNumber: '24/10',
        FocalLength: '8/1',
        BodySerialNumber: camera.serial,
      },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: degrees(camera.latitude),
        GPSLongitudeRef: 'E',
        GPSLongitude: degrees(camera.longitude),
      },
    })
    .withMetadata({ orientation: portrait ? 6 : 1 })
    .jpeg({ quality: 88 })
    .toBuffer();
  return { name: `TRIB${String(index + 1).padStart(4, '0')}.JPG`, bytes, taken: clock };
}

/** Degrees, minutes and hundredths of seconds as EXIF rationals. */
function degrees(value: number): string {
  const minutes = (value % 1) * 60;
  return `${Math.floor(value)}/1 ${Math.floor(minutes)}/1 ${Math.round((minutes % 1) * 6000)}/100`;
}
