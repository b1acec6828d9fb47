import type { z } from 'zod';
import type { Drift } from '../../domain/drift.ts';
import type { Judged } from '../../domain/survey/agreement.ts';
import type { Campaign } from '../../stores/campaigns/campaigns.ts';
import type { Trial as TrialRow } from '../../stores/trials/trials.ts';
import type { CampaignInList, JudgedSchema } from '../schemas/campaigns.ts';
import type { Trial, TrialReport } from '../schemas/trials.ts';

export function presentCampaign(row: Campaign): z.input<typeof CampaignInList> {
  const wanted = row.images * row.people;
  return {
    campaign_id: row.id,
    tenant_name: row.tenantName,
    ...{ name: row.name, label: row.label, people: row.people, selection: row.selection },
    ...{ images: row.images, done: row.done, answers: row.answers, answerers: row.answerers },
    progress_percent: wanted === 0 ? 100 : Math.min(100, Math.floor((row.answers / wanted) * 1_000) / 10),
    created_at: row.createdAt.toISOString(),
    closed_at: row.closedAt?.toISOString() ?? null,
  };
}

export const presentJudged = (judged: Judged): z.input<typeof JudgedSchema> => ({
  pictures: judged.pictures,
  true_positives: judged.truePositives,
  false_positives: judged.falsePositives,
  false_negatives: judged.falseNegatives,
  true_negatives: judged.trueNegatives,
  precision: judged.precision,
  recall: judged.recall,
});

export const presentTrial = (row: TrialRow): z.input<typeof Trial> => ({
  trial_id: row.id,
  tenant_name: row.tenantName,
  ...{
    candidate: row.candidate,
    candidate_id: row.candidateId,
    current: row.current,
    current_id: row.currentId,
  },
  ...{ campaign_id: row.campaignId, reprocess_id: row.reprocessId, state: row.state, images: row.images },
  created_at: row.createdAt.toISOString(),
  promoted_at: row.promotedAt?.toISOString() ?? null,
  rolled_back_at: row.rolledBackAt?.toISOString() ?? null,
  switch_id: row.switchId,
});

export function presentDrift(
  drift: Drift,
): Pick<z.input<typeof TrialReport>, 'compared' | 'agreement' | 'labels' | 'boxes'> {
  return {
    compared: drift.pictures,
    agreement: drift.agreement,
    labels: drift.labels.map((one) => ({
      ...{ label: one.label, agreement: one.agreement, psi: one.psi },
      ...{ current_images: one.currentPictures, candidate_images: one.candidatePictures },
      ...{ current_boxes: one.currentBoxes, candidate_boxes: one.candidateBoxes },
      ...{ current_scores: one.currentScores, candidate_scores: one.candidateScores },
    })),
    boxes: {
      ...{ matched: drift.boxes.matched, only_current: drift.boxes.onlyCurrent },
      ...{ only_candidate: drift.boxes.onlyCandidate, mean_iou: drift.boxes.meanIou },
    },
  };
}
