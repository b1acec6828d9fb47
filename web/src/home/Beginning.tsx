import { ImagePlus } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { Empty } from '../layout/Empty.tsx';
import { addressOfPage } from '../layout/places.ts';
import { useWords } from '../words/useWords.ts';
import { useTenantMetrics } from './useTenantMetrics.ts';

/** Where nothing is kept yet: the three ways to begin. */
export function Beginning() {
  const { home, imports, sources, cameras } = useWords();
  const { data } = useTenantMetrics();
  const may = useMay('contributor');
  const maySet = useMay('manager');
  if (data === undefined || data.assets > 0 || !may) return null;
  return (
    <Empty icon={ImagePlus} title={home.begin} advice={home.beginAdvice}>
      <Link to={addressOfPage('add')} className="btn btn-primary">
        {imports.begin}
      </Link>
      {maySet && (
        <>
          <Link to={addressOfPage('sources/new')} className="btn btn-plain">
            {sources.add}
          </Link>
          <Link to={addressOfPage('cameras/new')} className="btn btn-plain">
            {cameras.add}
          </Link>
        </>
      )}
    </Empty>
  );
}
