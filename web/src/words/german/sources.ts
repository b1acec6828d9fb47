import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');
const UNITS = {
  s: ['Jede Sekunde', 'Sekunden'],
  m: ['Jede Minute', 'Minuten'],
  h: ['Jede Stunde', 'Stunden'],
  d: ['Jeden Tag', 'Tage'],
} as const;
const WAYS: Readonly<Record<string, string>> = {
  basic: 'Benutzername und Passwort',
  bearer: 'Token',
  header: 'Eigene Kopfzeile',
  api_key: 'API-Schlüssel',
  token: 'Zugriffstoken',
  app: 'App-Schlüssel und Geheimnis',
  link_password: 'Passwort des Links',
  s3: 'Zugriffsschlüssel',
  key: 'SSH-Schlüssel',
  oauth: 'OAuth',
  service_account: 'Dienstkonto',
};
const FIELDS: Readonly<Record<string, string>> = {
  username: 'Benutzername',
  password: 'Passwort',
  token: 'Token',
  name: 'Name der Kopfzeile',
  value: 'Wert der Kopfzeile',
  link_password: 'Passwort des Links',
  passphrase: 'Passphrase des Schlüssels',
};

export const sources: Words['sources'] = {
  title: 'Quellen',
  one: 'Quelle',
  intro: 'Orte, an denen immer wieder nachgesehen wird. Was dort neu ist, wird hereingeholt.',
  add: 'Quelle hinzufügen',
  empty: 'Noch keine Quellen',
  emptyAdvice:
    'Geben Sie einen Ort an, an dem laufend Bilder ankommen, etwa das Web-Verzeichnis einer Wildkamera oder einen geteilten Ordner. Dort wird nach einem Zeitplan nachgesehen.',
  settings: 'Einstellungen',
  name: 'Name',
  kind: 'Art',
  address: 'Adresse',
  looksLike: (text) => `Zum Beispiel: ${text}.`,
  schedule: 'Wann',
  scheduleHint: 'Ein Cron-Ausdruck, oder `every 15m`.',
  ownSchedule: 'Eigener Zeitplan',
  most: 'Höchstens Dateien je Lauf',
  mostHint: 'Die ältesten zuerst; leer: so viele, wie da sind.',
  recursive: 'Mit allen Ordnern darunter',
  credentials: 'Anmeldung dort',
  credentialsKept: 'Es ist etwas hinterlegt. Es wird nie wieder gezeigt.',
  asBefore: 'Wie bisher',
  nobody: 'Ohne Anmeldung',
  waysIn: (type) => WAYS[type] ?? type,
  credentialField: (name) => FIELDS[name] ?? name.replaceAll('_', ' '),
  every: (count, unit) => (count === 1 ? UNITS[unit][0] : `Alle ${count} ${UNITS[unit][1]}`),
  hourlyAt: (minute) => `Jede Stunde um :${minute}`,
  dailyAt: (time) => `Jeden Tag um ${time}`,
  weeklyAt: (day, time) => `Jeden ${day} um ${time}`,
  off: 'Ausgeschaltet',
  next: (when) => `nächster Lauf ${when}`,
  last: (when) => `letzter Lauf ${when}`,
  runs: 'Läufe, die ältesten zuerst',
  noRuns: 'Sie lief noch nicht.',
  runTold: (at, state, stored, failed) =>
    `${at}: ${state}, ${plural(stored, 'neues Bild', 'neue Bilder')}${failed > 0 ? `, ${failed} fehlgeschlagen` : ''}`,
  onOff: (name) => `${name} ist eingeschaltet`,
  nowOn: 'Die Quelle ist eingeschaltet.',
  nowOff: 'Die Quelle ist ausgeschaltet.',
  runNow: 'Jetzt laufen lassen',
  runBegun: 'Der Lauf hat begonnen.',
  test: 'Testen',
  testing: 'Testet …',
  seen: 'Was der Test sah',
  listed: (count, complete) =>
    `${plural(count, 'Datei', 'Dateien')} gelistet${complete ? '' : ', und es gibt mehr'}.`,
  fetched: (size, format) => `geholt: ${size}, ${format}`,
  noImage: 'kein Bild',
  leftOut: 'ausgelassen',
  remove: 'Entfernen',
  removeQuestion: (name) => `${name} entfernen?`,
  removeAdvice:
    'Dort wird nicht mehr nachgesehen, und die Zugangsdaten werden vergessen. Was von dort kam, bleibt.',
  removed: 'Die Quelle ist entfernt.',
};
