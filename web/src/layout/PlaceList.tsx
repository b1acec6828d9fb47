import { useParts } from '../api/parts.ts';
import { useWords } from '../words/useWords.ts';
import { PlaceLink } from './PlaceLink.tsx';
import { PLACES } from './places.ts';

/** Every page that whoever is here has something to do on. */
export function PlaceList({ onGo }: { onGo?: () => void }) {
  const { session } = useParts();
  const { groups } = useWords().shell;
  return (
    <div className="space-y-4">
      {PLACES.map(({ name, places }) => (
        <div key={places[0]?.name}>
          {name !== null && (
            <p aria-hidden className="px-3 pb-1 text-xs font-medium text-muted">
              {groups[name]}
            </p>
          )}
          <ul className="space-y-0.5" {...(name !== null && { 'aria-label': groups[name] })}>
            {places
              .filter(({ needs }) => needs === undefined || session.may(needs))
              .map((place) => (
                <li key={place.name}>
                  <PlaceLink place={place} {...(onGo && { onGo })} />
                </li>
              ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
