import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

type Row = readonly number[];
type Rows = readonly Row[];
type Params = Readonly<Record<string, number | string | boolean | readonly number[]>>;

/** One case of `test/fixtures/losses-2026.json.gz`: a row, or a batch of n rows; its `meta` says what each number is. */
export interface RivalCase {
  readonly id: number;
  readonly loss: string;
  readonly params: Params;
  readonly k: number;
  /** Of batches. */
  readonly n?: number;
  readonly z: Row | readonly Row[];
  readonly y: number | Row;
  readonly value: number;
  readonly grad: Row | readonly Row[];
  /** Of losses that remember rows: before and after the step. */
  readonly t?: Row;
  readonly t_new?: Row;
  // of batches what follows is one dimension more
  /** Of losses of two views: the scores of the second, and the gradient with respect to them. */
  readonly z2?: Row;
  readonly grad2?: Row;
  /** Of losses that train numbers of rows: these, and the gradients with respect to them. */
  readonly u?: number;
  readonly v?: Row;
  readonly grad_u?: number;
  readonly grad_v?: Row;
  readonly lam?: number;
  readonly lam_new?: number;
  /** Where the published code holds a factor constant: the true gradient. */
  readonly grad_true?: Row;
}

/** The cases of one fixture loss, spec and number of classes. */
export interface RivalGroup {
  readonly name: string;
  readonly loss: string;
  readonly spec: string;
  readonly k: number;
  readonly cases: readonly RivalCase[];
}

/** A batch of rows, or a row as a batch of one, and what is expected of it. */
export interface RivalBatch {
  readonly scores: Rows;
  readonly labels: Row;
  readonly value: number;
  readonly gradients: Rows;
  readonly second?: Rows;
  readonly secondGradients?: Rows;
  /** Of losses that train numbers of rows. */
  readonly memory?: Rows;
  readonly memoryGradients?: Rows;
}

/** One of the cases of whole batches. */
export function batchOf(c: RivalCase): RivalBatch {
  const rows = (x: unknown) => x as Rows;
  const beside = (column: unknown, list: unknown) =>
    rows(list).map((row, i) => [(column as Row)[i]!, ...row]);
  return {
    scores: rows(c.z),
    labels: c.y as Row,
    value: c.value,
    gradients: rows(c.grad),
    ...(c.z2 && { second: rows(c.z2), secondGradients: rows(c.grad2) }),
    ...(c.u && { memory: beside(c.u, c.v), memoryGradients: beside(c.grad_u, c.grad_v) }),
  };
}

/** Losses of the file that are of a whole batch. */
export const batchLosses: readonly string[] = ['anl_ce_er', 'er', 'sop_plus'];

const file = new URL('../fixtures/losses-2026.json.gz', import.meta.url);

export function readRivals(): { cases: RivalCase[]; counts: Record<string, number> } {
  const { cases, meta } = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
  return { cases, counts: meta.counts.by_loss };
}

const list = (params: Params) => Object.entries(params).map(([key, v]) => `${key}=${v}`);
const plain = (name: string) => (params: Params) =>
  [name, list(params).join(',')].join(':').replace(/:$/, '');
/** `weights` say the same as `pi`. */
const withoutWeights = ({ weights: _, ...params }: Params) => params;

/** The spec of each fixture loss. */
const specs: Readonly<Record<string, (params: Params) => string>> = {
  amse: plain('amse'),
  nce_amse: plain('jal'),
  nfl_amse: plain('jal-fl'),
  ece: plain('eps-softmax'),
  ece_mae: plain('eps-softmax'),
  efl: plain('eps-softmax-fl'),
  efl_mae: plain('eps-softmax-fl'),
  js: (params) => plain('js')(withoutWeights(params)),
  js_raw: (params) => plain('js')({ ...withoutWeights(params), scale: 'none' }),
  gjs: (params) => plain('gjs')(withoutWeights(params)),
  gjs_raw: (params) => plain('gjs')({ ...withoutWeights(params), scale: 'none' }),
  ldr_kl: plain('ldr-kl'),
  aldr_kl: ({ lambda0, ...params }) => plain('aldr-kl')({ lambda: lambda0!, ...params }),
  bi_tempered: plain('bi-tempered'),
  taylor_ce: plain('taylor-ce'),
  logit_clip: ({ base, q, temp }) =>
    `logit-clip(${base}${q === undefined ? '' : `:q=${q}`}):temp=${temp}`,
  ce_lc: ({ delta }) => `logit-clip(ce):temp=${1 / (delta as number)},eps=1e-8`,
  elr: plain('elr'),
  boot_soft: plain('bootstrap-soft'),
  boot_soft_d2l: (params) => plain('bootstrap-soft')({ ...params, clamp: 'both' }),
  boot_hard: plain('bootstrap-hard'),
  ce_sr: plain('ce+sr'),
  sop: plain('sop'),
  sop_plus: plain('sop'),
  anl_ce_er: ({ min_prob, ...params }) => plain('anl-ce+er')({ ...params, minProb: min_prob! }),
  er: ({ min_prob, ...params }) => plain('er')({ ...params, minProb: min_prob! }),
};

/** The spec of a case. */
export function rivalSpec({ loss, params }: RivalCase): string {
  return specs[loss]!(params);
}

/** Groups by fixture loss, spec and number of classes, in the order of the file. */
export function groupRivals(cases: readonly RivalCase[]): RivalGroup[] {
  const groups = new Map<string, RivalGroup & { cases: RivalCase[] }>();
  for (const c of cases) {
    const spec = rivalSpec(c);
    const name = `${c.loss}: ${spec}, k = ${c.k}`;
    if (!groups.has(name)) groups.set(name, { name, loss: c.loss, spec, k: c.k, cases: [] });
    groups.get(name)!.cases.push(c);
  }
  return [...groups.values()];
}
