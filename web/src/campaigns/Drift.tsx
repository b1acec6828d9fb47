import { useMemo } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { Chart } from '../charts/Chart.tsx';
import { formatNumber } from '../format/size.ts';
import { Panel } from '../layout/Panel.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';

const TENTHS = Array.from({ length: 10 }, (_, tenth) => `0.${tenth}`);
/** Of the population stability index; see docs/campaigns.md. */
const LITTLE = 0.1;
const MUCH = 0.25;

interface Props {
  label: Schemas['TrialReport']['labels'][number];
  current: string;
  candidate: string;
}

/** How the scores of one label moved from one model to the other. */
export function Drift({ label, current, candidate }: Props) {
  const { campaigns } = useWords();
  const lines = useMemo(
    () => [
      { name: current, values: label.current_scores },
      { name: candidate, values: label.candidate_scores },
    ],
    [label, current, candidate],
  );
  const { psi } = label;
  const verdict =
    psi === null
      ? campaigns.driftUnknown
      : psi < LITTLE
        ? campaigns.driftLittle
        : psi > MUCH
          ? campaigns.driftMuch
          : campaigns.driftSome;
  return (
    <Panel title={visibleText(label.label)}>
      <p className="mb-2 text-sm">
        <span className={psi !== null && psi > MUCH ? 'font-medium text-warning' : 'font-medium'}>
          {verdict}
        </span>
        {psi !== null && <span className="text-muted"> {campaigns.psi(formatNumber(psi, 2))}</span>}
        <span className="text-muted">
          {' '}
          · {campaigns.shownIn(label.current_images, label.candidate_images)}
        </span>
      </p>
      <Chart
        told={campaigns.driftTold(visibleText(label.label))}
        across={campaigns.score}
        places={TENTHS}
        lines={lines}
        steps
      />
    </Panel>
  );
}
