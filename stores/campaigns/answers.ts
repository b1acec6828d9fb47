import type { CampaignAnswer, Votes } from '../../domain/survey/agreement.ts';
import type { Sql } from '../postgres/database.ts';

export type AnswerEnd = 'recorded' | 'no campaign' | 'closed' | 'no image';

/** Records what a person says of an image; saying something else replaces what they said. */
export async function answer(
  tx: Sql,
  campaignId: string,
  given: { assetId: number; person: string; answer: CampaignAnswer },
): Promise<AnswerEnd> {
  const [campaign] = await tx<{ closed: boolean }[]>`
    select closed_at is not null as closed from campaigns where id = ${campaignId} for share`;
  if (campaign === undefined) return 'no campaign';
  if (campaign.closed) return 'closed';
  // Whoever answers the same image at this moment waits, so that the count is right.
  const [image] = await tx`
    select from campaign_images where campaign_id = ${campaignId} and asset_id = ${given.assetId} for no key update`;
  if (image === undefined) return 'no image';
  await tx`
    insert into campaign_answers (campaign_id, asset_id, person, tenant_id, answer)
    select id, ${given.assetId}, ${given.person}, tenant_id, ${given.answer} from campaigns where id = ${campaignId}
    on conflict (campaign_id, asset_id, person) do update set answer = excluded.answer, at = now()`;
  await tx`
    update campaign_images i set answers = (
      select count(*) from campaign_answers a where a.campaign_id = i.campaign_id and a.asset_id = i.asset_id)
    where i.campaign_id = ${campaignId} and i.asset_id = ${given.assetId}`;
  return 'recorded';
}

/** Images that a person has not answered and that are not answered by enough, those that lack the fewest first. */
export async function nextImages(
  sql: Sql,
  campaignId: string,
  person: string,
  limit: number,
): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select i.asset_id as id from campaign_images i join campaigns c on c.id = i.campaign_id
    join assets a on a.id = i.asset_id and a.state = 'ready'
    where i.campaign_id = ${campaignId} and i.answers < c.people and not exists (
      select from campaign_answers o where o.campaign_id = i.campaign_id and o.asset_id = i.asset_id and o.person = ${person})
    order by i.answers desc, i.asset_id limit ${limit}`;
  return rows.map(({ id }) => id);
}

export interface VotedImage extends Votes {
  assetId: number;
  /** What the library shows of it now, models and people together. */
  shown: boolean;
}

/** How people answered each image that anybody answered. */
export async function votesOf(sql: Sql, campaignId: string): Promise<VotedImage[]> {
  return sql<VotedImage[]>`
    select a.asset_id as "assetId", count(*) filter (where a.answer = 'yes') as yes,
      count(*) filter (where a.answer = 'no') as no, count(*) filter (where a.answer = 'unsure') as unsure,
      exists (select from asset_labels l where l.asset_id = a.asset_id and l.label = (
        select left(label, 200) from campaigns where id = ${campaignId})) as shown
    from campaign_answers a where a.campaign_id = ${campaignId} group by a.asset_id order by 1`;
}

/** What each person did. */
export async function peopleOf(
  sql: Sql,
  campaignId: string,
): Promise<({ person: string; lastAt: Date } & Votes)[]> {
  return sql<({ person: string; lastAt: Date } & Votes)[]>`
    select person, count(*) filter (where answer = 'yes') as yes, count(*) filter (where answer = 'no') as no,
      count(*) filter (where answer = 'unsure') as unsure, max(at) as "lastAt"
    from campaign_answers where campaign_id = ${campaignId} group by person order by count(*) desc, person`;
}
