import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');

export const map: Words['map'] = {
  title: 'Karte',
  intro: 'Wo Bilder aufgenommen wurden. Eine größere Scheibe hat mehr davon; ausgewählt öffnet sie sich.',
  everything: 'Alles zeigen',
  inLibrary: (count) => `${plural(count, 'Bild', 'Bilder')} in der Bibliothek`,
  none: 'Kein Bild sagt, wo es aufgenommen wurde',
  noneAdvice:
    'Telefone und manche Kameras schreiben eine Position in ihre Bilder. Solche Bilder erscheinen hier.',
  places: (count) => plural(count, 'Ort', 'Orte'),
  imagesAt: (count, where) => `${plural(count, 'Bild', 'Bilder')} bei ${where}`,
};
