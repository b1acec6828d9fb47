/** What a person says to the question of a campaign. */
export const ANSWERS = ['yes', 'no', 'unsure'] as const;
export type CampaignAnswer = (typeof ANSWERS)[number];

/** How many people gave each answer for one picture. */
export type Votes = Readonly<Record<CampaignAnswer, number>>;

export interface Agreement {
  /** Pictures that two people or more have answered. */
  pictures: number;
  /** Share of pairs of people who said the same, 0 to 1. `null`: nobody can be compared. */
  observed: number | null;
  /** Fleiss' kappa: how much of what chance does not explain they agree on; 1 is all, 0 none. `null`: it cannot be told. */
  kappa: number | null;
}

const count = (votes: Votes): number => votes.yes + votes.no + votes.unsure;

/**
 * How far people agree. Pictures may have different numbers of answers; each pair of answers counts once, and pictures
 * count alike, as in Fleiss' kappa for equal numbers.
 */
export function agreementOf(all: readonly Votes[]): Agreement {
  const compared = all.filter((votes) => count(votes) >= 2);
  if (compared.length === 0) return { pictures: 0, observed: null, kappa: null };
  const same = compared.map((votes) => {
    const n = count(votes);
    return ANSWERS.reduce((sum, answer) => sum + votes[answer] * (votes[answer] - 1), 0) / (n * (n - 1));
  });
  const observed = mean(same);
  const total = compared.reduce((sum, votes) => sum + count(votes), 0);
  const byChance = ANSWERS.reduce((sum, answer) => {
    const share = compared.reduce((votes, each) => votes + each[answer], 0) / total;
    return sum + share * share;
  }, 0);
  // Where everybody always says the same, chance explains all of it.
  const kappa = byChance >= 1 - 1e-12 ? null : (observed - byChance) / (1 - byChance);
  return { pictures: compared.length, observed, kappa };
}

/** What most people say; `null`: as many say something else, or nobody said anything but `unsure`. */
export function majorityOf({ yes, no }: Votes): boolean | null {
  return yes === no ? null : yes > no;
}

export interface Judged {
  /** Pictures for which people have a majority, and the model an answer. */
  pictures: number;
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
  /** `null`: it cannot be told. */
  precision: number | null;
  recall: number | null;
}

/** How right a model is, if people are. @param pairs what people say, and whether the model shows it */
export function judged(pairs: Iterable<readonly [people: boolean, model: boolean]>): Judged {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  for (const [people, model] of pairs) {
    if (people) counts[model ? 'truePositives' : 'falseNegatives'] += 1;
    else counts[model ? 'falsePositives' : 'trueNegatives'] += 1;
  }
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts;
  const share = (part: number, all: number): number | null => (all === 0 ? null : part / all);
  return {
    ...counts,
    pictures: truePositives + falsePositives + falseNegatives + trueNegatives,
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
