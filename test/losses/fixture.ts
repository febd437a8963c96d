import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

type Values = Readonly<Record<string, number>>;

/** One sample of `test/fixtures/losses.json.gz`; its `meta` says where each number is from. */
export interface ReferenceCase {
  readonly id: number;
  readonly loss: string;
  readonly params: Values & { readonly base?: string; readonly base_params?: Values };
  readonly k: number;
  readonly z: readonly number[];
  readonly y: number;
  readonly value: number;
  /** The true gradient of the value with respect to z. */
  readonly grad: readonly number[];
  /** Where the published code detaches a factor: again the true gradient. */
  readonly grad_true?: readonly number[];
}

/** The cases of one spec and one number of classes, which run as one batch. */
export interface ReferenceGroup {
  readonly spec: string;
  readonly k: number;
  readonly cases: readonly ReferenceCase[];
}

const file = new URL('../fixtures/losses.json.gz', import.meta.url);

/** Fixture names that are not the library's, and what the spec calls them. */
const specNames: Readonly<Record<string, string>> = {
  nce_rce: 'nce+rce',
  nce_mae: 'nce+mae',
  nce_agce: 'nce+agce',
  anl_ce: 'anl-ce',
  anl_fl: 'anl-fl',
};
const parameterNames: Readonly<Record<string, string>> = { min_prob: 'minProb' };

export function readReference(): ReferenceCase[] {
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')).cases;
}

/** The spec of a case. */
export function specOf({ loss, params }: ReferenceCase): string {
  if (loss === 'symmetrize') return `symmetrize(${plainSpec(params.base!, params.base_params!)})`;
  if (loss === 'alpha_mae_centred') return `symmetrize(${plainSpec('alpha_mae_raw', params)})`;
  return plainSpec(loss, params);
}

/** Groups by spec and number of classes, in the order of the file. */
export function groupCases(cases: readonly ReferenceCase[]): ReferenceGroup[] {
  const groups = new Map<string, ReferenceGroup & { cases: ReferenceCase[] }>();
  for (const c of cases) {
    const spec = specOf(c);
    // one loss may be in the file twice, as `symmetrize` and as `alpha_mae_centred`: kept apart
    const key = `${c.loss} ${spec} ${c.k}`;
    if (!groups.has(key)) groups.set(key, { spec, k: c.k, cases: [] });
    groups.get(key)!.cases.push(c);
  }
  return [...groups.values()];
}

/** How many cases there are of each fixture loss. */
export function countByLoss(cases: readonly ReferenceCase[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { loss } of cases) counts[loss] = (counts[loss] ?? 0) + 1;
  return counts;
}

/** What the paper's α-MAE is in the file: by scaling. */
const scaled = 'alpha_mae_raw';

function plainSpec(loss: string, params: Values): string {
  if (loss === scaled) return `alpha-mae:alpha=${params.alpha},form=scale`;
  const name = specNames[loss] ?? loss;
  const list = Object.entries(params).map(([key, v]) => `${parameterNames[key] ?? key}=${v}`);
  return list.length === 0 ? name : `${name}:${list.join(',')}`;
}
