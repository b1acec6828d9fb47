import { NavLink } from 'react-router';
import { useWords } from '../words/useWords.ts';
import { BASE, type Place } from './places.ts';

interface Props {
  place: Place;
  onGo?: () => void;
}

/** One line of the navigation. */
export function PlaceLink({ place: { name, to, icon: Icon }, onGo }: Props) {
  const { places } = useWords().shell;
  return (
    <NavLink
      to={to}
      end={to === BASE}
      onClick={onGo}
      className={({ isActive }) =>
        `flex items-center gap-3 rounded-field px-3 py-2 text-sm ${isActive ? 'bg-primary/12 font-medium text-primary' : 'hover:bg-base-300/60'}`
      }
    >
      <Icon aria-hidden className="size-4.5 shrink-0" />
      {places[name]}
    </NavLink>
  );
}
