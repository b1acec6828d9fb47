import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import type { FilterName, Selection } from './filters.ts';
import { useFacet } from './useFacet.ts';

/** How the value of a filter is called: cameras and places by their names, states by our words. */
export function useValueName(selection: Selection): (name: FilterName, value: string) => string {
  const { library } = useWords();
  const { camera, location_id: place } = selection.filters;
  const cameras = useFacet('camera', 'camera', selection, camera !== undefined);
  const places = useFacet('location', 'location_id', selection, place !== undefined);

  return (name, value) => {
    const named = name === 'camera' ? cameras : name === 'location_id' ? places : null;
    const label = named?.values.find((each) => each.value === value)?.label;
    if (label !== undefined && label !== null) return visibleText(label);
    if (name === 'source') return library.sourceNames[value] ?? visibleText(value);
    if (name === 'status') return library.statusNames[value] ?? visibleText(value);
    if (name === 'has_detections' || name === 'to_review' || name === 'has_gps')
      return value === 'true' ? library.yes : library.no;
    return visibleText(value);
  };
}
