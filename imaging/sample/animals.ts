/**
 * Silhouettes in flat colours. Each faces right, stands on y = 0 and is given in units of about a hundredth
 * of its height; `coat`, `light` and `dark` are colours, `eye` is how its eyes look to this camera.
 */
export interface Coat {
  coat: string;
  light: string;
  dark: string;
  eye: string;
}

export type Animal = 'stag' | 'fox' | 'owl' | 'hare' | 'doe' | 'boar' | 'heron' | 'none';

/** Height in pixels that looks right in a picture 1200 high. */
export const SIZE: Readonly<Record<Animal, number>> = {
  stag: 430,
  fox: 210,
  owl: 210,
  hare: 150,
  doe: 320,
  boar: 230,
  heron: 330,
  none: 0,
};

export const NATURAL: Readonly<Record<Animal, Coat>> = {
  stag: { coat: '#6b4428', light: '#b9966d', dark: '#3b2416', eye: '#120a06' },
  fox: { coat: '#b6541f', light: '#f0e2d0', dark: '#2c1a12', eye: '#140b06' },
  owl: { coat: '#7b6148', light: '#d9c6a8', dark: '#3f2f22', eye: '#e9a512' },
  hare: { coat: '#87694a', light: '#d8c7ae', dark: '#4a3724', eye: '#140b06' },
  doe: { coat: '#8a5a35', light: '#d6b78f', dark: '#4c2f1b', eye: '#140b06' },
  boar: { coat: '#43362e', light: '#75645a', dark: '#241b16', eye: '#0d0806' },
  heron: { coat: '#8b98a3', light: '#dfe5e8', dark: '#323b44', eye: '#d9a521' },
  none: { coat: '#000', light: '#000', dark: '#000', eye: '#000' },
};

export const DRAW: Readonly<Record<Animal, (coat: Coat) => string>> = {
  stag: (c) => `${deer(c)}${antlers(c)}`,
  doe: (c) => deer(c),
  fox,
  hare,
  owl,
  boar,
  heron,
  none: () => '',
};

function deer({ coat, light, dark, eye }: Coat): string {
  return `
    <g fill="none" stroke="${dark}" stroke-width="3.4" stroke-linecap="round" stroke-linejoin="round">
      <path d="M-21 -44 L-27 -24 L-24 -1.5"/><path d="M17 -42 L20 -22 L18 -1.5"/></g>
    <path fill="${coat}" d="M-33 -57 C-33 -66 -24 -70 -14 -69 C-2 -68 8 -71 17 -72 C23 -76 26 -84 29 -93
      C30 -98 34 -101 39 -100 L51 -94 C54 -92 54 -89 51 -88 L41 -87 C39 -78 36 -65 31 -55 C28 -46 20 -42 12 -42
      C2 -40 -10 -40 -18 -42 C-28 -43 -33 -48 -33 -57 Z"/>
    <g fill="none" stroke="${coat}" stroke-linecap="round" stroke-linejoin="round">
      <path stroke-width="8" d="M-26 -52 L-31 -35"/><path stroke-width="4" d="M-31 -36 L-33 -22 L-30 -1.5"/>
      <path stroke-width="7" d="M22 -50 L25 -34"/><path stroke-width="4" d="M25 -35 L26 -20 L26 -1.5"/></g>
    <path fill="${light}" d="M-34 -59 C-38 -56 -37 -50 -34 -47 C-31 -50 -31 -56 -34 -59 Z"/>
    <path fill="${light}" opacity=".55" d="M-14 -42 C-4 -39 8 -39 16 -43 C10 -46 -6 -46 -14 -42 Z"/>
    <path fill="${coat}" stroke="${dark}" stroke-width=".6" d="M33 -99 C29 -106 24 -108 20 -107 C22 -101 27 -97 33 -96 Z"/>
    <path fill="${light}" d="M44 -89 L52 -88.5 C54 -89 54 -91 52 -92 Z"/>
    <circle cx="40.5" cy="-95" r="1.6" fill="${eye}"/><circle cx="52" cy="-91.5" r="1.5" fill="${dark}"/>`;
}

function antlers({ coat, dark }: Coat): string {
  const side = `<path d="M36 -100 C33 -112 25 -119 23 -134"/><path d="M31 -111 C38 -116 40 -121 40 -128"/>
    <path d="M26 -120 C19 -122 15 -126 13 -132"/><path d="M24 -127 C29 -131 31 -135 31 -141"/>`;
  return `<g fill="none" stroke-linecap="round" stroke-width="2.6">
    <g stroke="${dark}" transform="translate(70 0) scale(-.9 1)">${side}</g><g stroke="${coat}">${side}</g></g>`;
}

function fox({ coat, light, dark, eye }: Coat): string {
  return `
    <g fill="none" stroke="${dark}" stroke-width="6" stroke-linecap="round" stroke-linejoin="round">
      <path d="M-26 -38 L-38 -20 L-34 -3"/><path d="M30 -36 L36 -18 L44 -3"/></g>
    <path fill="${coat}" d="M-38 -52 C-56 -60 -76 -58 -96 -40 C-106 -31 -112 -22 -110 -18 C-98 -20 -70 -24 -40 -40 Z"/>
    <path fill="${light}" d="M-92 -43 C-104 -33 -112 -22 -110 -18 C-104 -19 -96 -20 -87 -23 C-93 -28 -95 -36 -92 -43 Z"/>
    <path fill="${coat}" d="M-46 -48 C-46 -62 -30 -66 -14 -64 C4 -62 18 -66 32 -72 C38 -82 46 -88 56 -88 L60 -100 L68 -88
      L72 -99 L76 -84 C80 -78 90 -70 98 -64 C99 -61 97 -59 94 -59 C82 -58 72 -58 64 -54 C56 -46 46 -38 34 -34
      C12 -28 -16 -30 -34 -34 C-42 -36 -46 -42 -46 -48 Z"/>
    <path fill="${light}" d="M97 -63 C98 -60 97 -59 94 -59 C82 -58 72 -58 64 -54 C56 -46 48 -40 38 -36 C44 -48 52 -60 66 -64
      C78 -67 88 -66 97 -63 Z"/>
    <g fill="none" stroke="${coat}" stroke-linecap="round" stroke-linejoin="round">
      <path stroke-width="15" d="M-34 -44 L-40 -32"/><path stroke-width="7" d="M-40 -32 L-50 -20 L-52 -4"/>
      <path stroke-width="12" d="M30 -44 L26 -28"/><path stroke-width="7" d="M26 -28 L22 -4"/></g>
    <g fill="none" stroke="${dark}" stroke-linecap="round"><path stroke-width="7" d="M-51 -13 L-52 -4 L-47 -3"/>
      <path stroke-width="7" d="M23.5 -14 L22 -4 L27 -3"/></g>
    <path fill="${dark}" d="M60 -100 L68 -88 L58 -88 Z"/><path fill="${dark}" d="M72 -99 L76 -85 L70 -89 Z"/>
    <circle cx="77" cy="-74" r="2.6" fill="${eye}"/><circle cx="97" cy="-63" r="2.8" fill="${dark}"/>`;
}

function hare({ coat, light, dark, eye }: Coat): string {
  return `
    <circle cx="-52" cy="-17" r="10" fill="${light}"/>
    <path fill="${dark}" d="M26 -74 C14 -92 8 -112 10 -124 C20 -118 30 -98 34 -78 Z"/>
    <path fill="${coat}" d="M-52 -14 C-58 -40 -38 -62 -8 -62 C4 -62 14 -66 22 -74 C22 -82 32 -88 42 -84 C54 -80 62 -70 61 -63
      C60 -56 50 -54 42 -54 C40 -44 38 -34 34 -26 L36 -4 C36 0 44 -1 44 0 L22 0 L18 -22 C8 -16 -2 -14 -8 -8 C-4 -4 8 -4 10 0
      L-34 0 C-44 0 -50 -6 -52 -14 Z"/>
    <path fill="${coat}" d="M30 -80 C24 -100 26 -120 32 -130 C40 -120 44 -98 40 -80 Z"/>
    <path fill="${light}" opacity=".7" d="M33 -86 C30 -100 31 -114 33 -120 C37 -112 39 -98 37 -86 Z"/>
    <path fill="${dark}" d="M28.5 -112 C29 -120 30 -126 32 -130 C34 -127 36 -122 37.500 -116 Z"/>
    <path fill="none" stroke="${dark}" stroke-width="1.600" opacity=".6" d="M-34 -8 C-44 -24 -34 -44 -14 -44 C-2 -42 4 -30 0 -18"/>
    <path fill="${light}" d="M42 -54 C50 -54 60 -56 61 -63 C54 -63 46 -60 42 -54 Z"/>
    <circle cx="44" cy="-72" r="4" fill="${eye}"/><circle cx="43" cy="-73" r="1.200" fill="#fff" opacity=".8"/>
    <circle cx="60.500" cy="-66" r="2" fill="${dark}"/>`;
}

function owl({ coat, light, dark, eye }: Coat): string {
  const bars = [-30, -42, -54].map(
    (y) =>
      `<path d="M-17 ${y} q4 5 8.500 0 q4 5 8.500 0 q4 5 8.500 0 q4 5 8.500 0" fill="none" stroke="${dark}" stroke-width="2"/>`,
  );
  return `
    <path d="M-330 26 C-160 -2 40 -2 210 -14 L212 -8 C80 8 -80 14 -330 44 Z" fill="${dark}"/>
    <path fill="${dark}" d="M-18 6 L-8 40 L10 40 L16 4 Z"/>
    <path fill="${coat}" d="M-34 -74 C-36 -92 -32 -104 -26 -110 L-16 -100 C-6 -104 6 -104 16 -100 L26 -110 C32 -104 36 -92 34 -74
      C40 -48 34 -18 18 -4 C8 2 -8 2 -18 -4 C-34 -18 -40 -48 -34 -74 Z"/>
    <path fill="${light}" d="M-20 -62 C-20 -36 -14 -10 0 -6 C14 -10 20 -36 20 -62 Z"/>${bars.join('')}
    <path fill="${dark}" opacity=".5" d="M-34 -70 C-42 -44 -34 -16 -20 -5 C-24 -26 -26 -48 -34 -70 Z M34 -70 C42 -44 34 -16 20 -5 C24 -26 26 -48 34 -70 Z"/>
    <circle cx="-14" cy="-82" r="15.500" fill="${light}"/><circle cx="14" cy="-82" r="15.500" fill="${light}"/>
    <circle cx="-13" cy="-82" r="9" fill="${eye}"/><circle cx="13" cy="-82" r="9" fill="${eye}"/>
    <circle cx="-13" cy="-82" r="5" fill="#0b0806"/><circle cx="13" cy="-82" r="5" fill="#0b0806"/>
    <circle cx="-15" cy="-84.500" r="1.700" fill="#fff"/><circle cx="11" cy="-84.500" r="1.700" fill="#fff"/>
    <path fill="${dark}" d="M-4 -76 L4 -76 L0 -66 Z"/>
    <g stroke="${dark}" stroke-width="3" stroke-linecap="round"><path d="M-11 -3 v6 M-7 -3 v6 M7 -3 v6 M11 -3 v6"/></g>`;
}

function boar({ coat, light, dark, eye }: Coat): string {
  return `
    <g fill="none" stroke="${dark}" stroke-width="9" stroke-linecap="round"><path d="M-44 -34 L-40 -4"/><path d="M26 -34 L30 -4"/></g>
    <path fill="${coat}" d="M-70 -52 C-70 -74 -52 -84 -30 -84 C-10 -86 10 -100 28 -96 C44 -92 54 -80 64 -70 L94 -46 C96 -42 94 -36 90 -35
      L74 -34 C66 -28 52 -26 40 -26 C10 -20 -34 -20 -52 -26 C-64 -30 -70 -40 -70 -52 Z"/>
    <path fill="${dark}" d="M-40 -84 L-34 -92 L-30 -85 L-22 -93 L-18 -86 L-10 -96 L-6 -89 L4 -102 L8 -94 L18 -106 L20 -98 L30 -106 L32 -96
      C14 -100 -10 -84 -40 -84 Z"/>
    <g fill="none" stroke="${coat}" stroke-linecap="round"><path stroke-width="20" d="M-54 -40 L-56 -26"/>
      <path stroke-width="9" d="M-57 -26 L-56 -4"/><path stroke-width="15" d="M32 -38 L34 -24"/><path stroke-width="9" d="M35 -24 L38 -4"/></g>
    <path fill="${light}" opacity=".5" d="M-46 -26 C-20 -20 16 -22 36 -28 C12 -34 -24 -34 -46 -26 Z"/>
    <path fill="${dark}" d="M46 -84 C44 -94 48 -102 54 -104 C58 -96 58 -86 54 -80 Z"/>
    <path fill="none" stroke="#efe7d6" stroke-width="3" stroke-linecap="round" d="M78 -36 C80 -42 84 -45 85 -49"/>
    <ellipse cx="92" cy="-41" rx="4" ry="6" fill="${light}" transform="rotate(-28 92 -41)"/>
    <circle cx="62" cy="-63" r="2.600" fill="${eye}"/>
    <path fill="none" stroke="${dark}" stroke-width="3" stroke-linecap="round" d="M-69 -56 C-78 -52 -78 -42 -74 -36"/>`;
}

function heron({ coat, light, dark, eye }: Coat): string {
  return `
    <g fill="none" stroke="${dark}" stroke-width="2.200" stroke-linejoin="round" stroke-linecap="round">
      <path d="M-6 -40 L-9 -20 L-7 0 L2 0"/><path d="M2 -40 L7 -21 L5 0 L14 0"/></g>
    <path fill="${coat}" d="M-46 -34 C-34 -50 -16 -64 6 -64 C18 -64 20 -54 16 -46 C8 -36 -12 -34 -24 -36 C-32 -37 -40 -34 -46 -34 Z"/>
    <path fill="${dark}" d="M-52 -30 C-40 -44 -22 -52 -6 -52 C-14 -42 -30 -36 -52 -30 Z"/>
    <path fill="none" stroke="${light}" stroke-width="6.500" stroke-linecap="round" d="M8 -58 C26 -66 26 -78 16 -88 C8 -96 12 -108 22 -110"/>
    <path fill="none" stroke="${dark}" stroke-width="1.200" stroke-dasharray="4 3" d="M14 -60 C29 -67 29 -78 19 -88"/>
    <path fill="${light}" d="M16 -110 C18 -117 28 -118 33 -113 L30 -107 C24 -104 17 -105 16 -110 Z"/>
    <path fill="#d3a13a" d="M31 -114 L58 -108 L31 -107.500 Z"/>
    <path fill="${dark}" d="M30 -114.500 C22 -119 14 -116 2 -108 C12 -111 20 -112 27 -111 Z"/>
    <circle cx="28" cy="-111" r="1.500" fill="${eye}"/>
    <path fill="none" stroke="${light}" stroke-width="1.500" d="M12 -52 C12 -44 8 -38 6 -34 M8 -52 C7 -44 4 -38 2 -35"/>`;
}
