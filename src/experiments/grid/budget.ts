import { checkOneOf } from '../../core/index.ts';
import { estimateSeconds, knownRows, modelsOf } from './costs.ts';
import type { DataEntry, Grid, LossEntry, NoiseEntry, SomeTraining } from './schema.ts';
import { lossOf, noiseOf } from './schema.ts';

/** How much time a grid may take. `paper` leaves it as it is. */
export const budgets = ['quick', 'standard', 'paper'] as const;
export type Budget = (typeof budgets)[number];

/** Seconds on two cores by the estimate; `quick` must end within ten minutes, with room to err. */
const limits: Readonly<Record<Exclude<Budget, 'paper'>, number>> = {
  quick: 400,
  standard: 8 * 3600,
};

/** One way to make a grid cheaper, and how it is told. */
interface Cut {
  readonly kind: 'seeds' | 'noises' | 'losses' | 'networks' | 'rows' | 'epochs';
  readonly name: string;
  readonly apply: (grid: Grid) => Grid;
}

/** Tried in this order until the estimate is within the limit: what is lost least comes first. */
const cuts: readonly Cut[] = [
  { kind: 'seeds', name: 'at most 3 seeds', apply: (grid) => firstSeeds(grid, 3) },
  { kind: 'noises', name: 'at most 4 noises', apply: (grid) => fewerNoises(grid, 4) },
  {
    kind: 'networks',
    name: 'cnn4 for larger networks',
    apply: (grid) => smallerModels(grid, 'cnn4'),
  },
  { kind: 'losses', name: 'the main losses', apply: (grid) => fewerLosses(grid, 6) },
  { kind: 'rows', name: 'at most 20,000 training rows', apply: (grid) => fewerRows(grid, 20_000) },
  { kind: 'epochs', name: 'half the epochs', apply: (grid) => fewerEpochs(grid, 1 / 2) },
  { kind: 'rows', name: 'at most 10,000 training rows', apply: (grid) => fewerRows(grid, 10_000) },
  { kind: 'networks', name: 'mlp:256 on small grey images', apply: greyPerceptrons },
  { kind: 'noises', name: 'at most 2 noises', apply: (grid) => fewerNoises(grid, 2) },
  { kind: 'epochs', name: 'a quarter of the epochs', apply: (grid) => fewerEpochs(grid, 1 / 2) },
  { kind: 'rows', name: 'at most 5,000 training rows', apply: (grid) => fewerRows(grid, 5_000) },
  { kind: 'losses', name: 'at most 4 losses', apply: (grid) => fewerLosses(grid, 4) },
  { kind: 'seeds', name: 'at most 2 seeds', apply: (grid) => firstSeeds(grid, 2) },
  { kind: 'rows', name: 'at most 2,500 training rows', apply: (grid) => fewerRows(grid, 2_500) },
  { kind: 'epochs', name: 'an eighth of the epochs', apply: (grid) => fewerEpochs(grid, 1 / 2) },
  { kind: 'noises', name: '1 noise', apply: (grid) => fewerNoises(grid, 1) },
  {
    kind: 'networks',
    name: 'mlp:256 for every network',
    apply: (grid) => smallerModels(grid, 'mlp:256'),
  },
  {
    kind: 'rows',
    name: 'at most 1,000 training rows',
    apply: (grid) => fewerRows(grid, 1_000),
  },
];

/**
 * A grid that fits a budget, by an estimate of its time on two cores: `quick` within ten minutes,
 * `standard` over night (eight hours), `paper` as it is. Seeds, noises, losses, networks, rows and
 * epochs are cut in a fixed order until it fits, and the description says which were. Results of a
 * cut grid are those of another, smaller experiment: not what was published. Data that are not
 * known by name are taken for 50,000 rows, and their rows are not cut.
 * @returns the grid itself where it fits
 * @throws SymlossError for another budget
 */
export function applyBudget(grid: Grid, budget: Budget): Grid {
  const name = checkOneOf('budget', budget, budgets);
  if (name === 'paper') return grid;
  const limit = limits[name];
  // a later cut of a kind replaces the earlier one in what is told
  const done = new Map<Cut['kind'], string>();
  let smaller = grid;
  for (const cut of cuts) {
    if (estimateSeconds(smaller) <= limit) break;
    const next = cut.apply(smaller);
    if (estimateSeconds(next) < estimateSeconds(smaller)) done.set(cut.kind, cut.name);
    smaller = next;
  }
  if (done.size === 0) return grid;
  const note = `Cut to the budget ${name}: ${[...done.values()].join(', ')}.`;
  return { ...smaller, name: `${grid.name}-${name}`, description: joined(note, grid.description) };
}

function joined(note: string, description: string | undefined): string {
  return description === undefined ? note : `${note} ${description}`;
}

function firstSeeds(grid: Grid, count: number): Grid {
  const { seeds } = grid;
  return {
    ...grid,
    seeds: typeof seeds === 'number' ? Math.min(seeds, count) : seeds.slice(0, count),
  };
}

/** What a few noises should be: wrong labels of people first, since they are what data have. */
const preferredNoises: readonly RegExp[] = [
  /^symmetric:0\.4|^column:worse/,
  /^asymmetric:0\.4|^column:aggre/,
  /^none$/,
  /^symmetric:0\.8|^column:random_label1$/,
];

function fewerNoises(grid: Grid, count: number): Grid {
  const few = (noises: NoiseEntry[]) => preferred(noises, count, preferredNoises, noiseOf);
  return {
    ...grid,
    ...(grid.noises && { noises: few(grid.noises) }),
    data: grid.data.map((data) => ({ ...data, ...(data.noises && { noises: few(data.noises) }) })),
  };
}

/** What a few losses should be: the standard one, a strong baseline, and those of the paper. */
const preferredLosses: readonly RegExp[] = [
  /^ce$/,
  /^gce/,
  /^sgce:q=0\.7/,
  /^alpha-mae/,
  /^unhinged$/,
  /^mae$/,
];

function fewerLosses(grid: Grid, count: number): Grid {
  return { ...grid, losses: preferred(grid.losses, count, preferredLosses, lossOf) };
}

/** The first of each preference, then the others, until there are so many; in their old order. */
function preferred<T>(
  items: readonly T[],
  count: number,
  preferences: readonly RegExp[],
  textOf: (item: T) => string,
): T[] {
  const favourites = preferences.flatMap((pattern) => {
    const found = items.find((item) => pattern.test(textOf(item)));
    return found === undefined ? [] : [found];
  });
  const kept = new Set([...new Set([...favourites, ...items])].slice(0, count));
  return items.filter((item) => kept.has(item));
}

/** Rows are cut only where it is known that there are more. */
function fewerRows(grid: Grid, most: number): Grid {
  const cut = (data: DataEntry): DataEntry => {
    const rows = data.rows ?? knownRows(data.source);
    return rows === undefined || rows <= most ? data : { ...data, rows: most };
  };
  return { ...grid, data: grid.data.map(cut) };
}

const imageNetwork = /^(cnn|resnet)/;

function smallerModels(grid: Grid, model: string): Grid {
  return withModels(grid, (own) => (imageNetwork.test(own) ? model : own));
}

/** What a perceptron learns well enough. */
const greyImages: readonly string[] = ['mnist', 'fashion-mnist'];

function greyPerceptrons(grid: Grid): Grid {
  const isGrey = grid.data.every(({ source }) => greyImages.includes(source));
  return isGrey ? smallerModels(grid, 'mlp:256') : grid;
}

function withModels(grid: Grid, change: (model: string) => string): Grid {
  const changed = (models: readonly string[]) => [...new Set(models.map(change))];
  return {
    ...grid,
    ...(grid.models && { models: changed(grid.models) }),
    data: grid.data.map((data) => {
      const { model, models: _, ...rest } = data;
      const isOwn = model !== undefined || data.models !== undefined;
      return isOwn ? { ...rest, models: changed(modelsOf(grid, data)) } : data;
    }),
  };
}

/** Fewer epochs than this show little, and accuracies are measured this often at least. */
const fewestEpochs = 8;
const fewestMeasurements = 4;

function fewerEpochs(grid: Grid, share: number): Grid {
  const cut = (training: SomeTraining | undefined) =>
    training?.epochs === undefined
      ? {}
      : { training: { ...training, ...shorter(training.epochs, share) } };
  const cutNoise = (entry: NoiseEntry): NoiseEntry =>
    typeof entry === 'string' ? entry : { ...entry, ...cut(entry.training) };
  const cutLoss = (entry: LossEntry): LossEntry =>
    typeof entry === 'string' ? entry : { ...entry, ...cut(entry.training) };
  const cutData = (data: DataEntry): DataEntry => ({
    ...data,
    ...cut(data.training),
    ...(data.noises && { noises: data.noises.map(cutNoise) }),
  });
  return {
    ...grid,
    ...cut(grid.training),
    data: grid.data.map(cutData),
    ...(grid.noises && { noises: grid.noises.map(cutNoise) }),
    losses: grid.losses.map(cutLoss),
  };
}

function shorter(epochs: number, share: number): SomeTraining {
  const fewer = Math.min(epochs, Math.max(fewestEpochs, Math.round(epochs * share)));
  return { epochs: fewer, evaluateEvery: Math.max(1, Math.floor(fewer / fewestMeasurements)) };
}
