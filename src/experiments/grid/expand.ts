import { SymlossError } from '../../core/index.ts';
import { parseModel } from '../../nn/index.ts';
import type { DataConfig, PlannedRun, RunConfig, TrainingConfig } from '../../run/config.ts';
import { dataConfigSchema, pickFields } from '../../run/config.ts';
import { checkEffort } from '../../run/effort.ts';
import { parsed } from '../../run/faults.ts';
import type { LossModule } from '../../run/loss-modules.ts';
import { loadedModule, modulesOf } from '../../run/loss-modules.ts';
import { canonicalLoss } from '../../run/loss-spec.ts';
import { canonicalNoise, checkTestShare, planTraining } from '../../run/plan.ts';
import { runId } from '../../run/run-id.ts';
import type { DataEntry, Grid, LossEntry, NoiseEntry, SomeTraining } from './schema.ts';
import { gridSchema, lossOf, noiseOf, noisesOf, seedsOf } from './schema.ts';

/**
 * All runs of a grid, by data, model, noise, loss and seed in this order; a run that occurs twice is
 * taken once. Specs are brought to their canonical form. Settings of the training: those of a loss go
 * before those of its noise, these before those of the data, and these before the grid's.
 * @param where what messages start with
 * @throws SymlossError naming the place of the first spec or setting that is wrong, or a module that
 * `loadLossModules` has not loaded
 */
export function expandGrid(given: Grid, where = `grid ${given.name}`): PlannedRun[] {
  const grid = parsed(gridSchema, given, where);
  const modules = (grid.modules ?? []).map(loadedModule);
  const losses = grid.losses.map((entry, i) =>
    within(`${where}, losses[${i}]`, () => readLoss(entry, modules)),
  );
  checkSize(grid, where);
  const runs = new Map<string, PlannedRun>();
  for (const [i, entry] of grid.data.entries()) {
    const data = within(`${where}, data[${i}]`, () => dataOf(entry));
    const models = modelsOf(grid, entry, where, i);
    const noises = readNoises(grid, entry, where, i);
    for (const model of models) {
      for (const noise of noises) {
        for (const [j, loss] of losses.entries()) {
          const training = within(`${where}, losses[${j}] on data[${i}]`, () =>
            readTraining([grid.training, entry.training, noise.training, loss.training], {
              loss: loss.spec,
              model,
            }),
          );
          for (const seed of seedsOf(grid.seeds)) {
            const config: RunConfig = {
              ...{ data, model, noise: noise.spec, loss: loss.spec, seed, training },
              ...(loss.modules.length > 0 && { modules: [...loss.modules] }),
              ...(noise.sha256 !== undefined && { noiseSha256: noise.sha256 }),
            };
            const id = runId(config);
            if (!runs.has(id)) runs.set(id, { id, grid: grid.name, config });
          }
        }
      }
    }
  }
  return [...runs.values()];
}

/**
 * Refuses an effort where no loss is `auto`. Grids of which some losses are taken only are not checked: theirs may be left out.
 * @throws SymlossError naming a loss, and its place where the effort is its own
 */
export function checkEfforts(grid: Grid, where: string): void {
  const losses = grid.losses.map(lossOf);
  const noises = [...(grid.noises ?? []), ...grid.data.flatMap((entry) => entry.noises ?? [])];
  const shared = [grid.training, ...grid.data.map(({ training }) => training)];
  for (const training of [...shared, ...noises.map(trainingOf)]) {
    within(where, () => checkEffort(training ?? {}, losses));
  }
  for (const [i, entry] of grid.losses.entries()) {
    within(`${where}, losses[${i}]`, () => checkEffort(trainingOf(entry) ?? {}, [lossOf(entry)]));
  }
}

/** More runs take months, and gigabytes to hold. */
export const mostRuns = 100_000;

function checkSize(grid: Grid, where: string): void {
  const seeds = seedsOf(grid.seeds).length;
  const runs = grid.data.reduce((total, { model, models, noises }) => {
    const networks = model === undefined ? ((models ?? grid.models)?.length ?? 1) : 1;
    const noisy = (noises ?? grid.noises)?.length ?? 1;
    return total + networks * noisy * grid.losses.length * seeds;
  }, 0);
  if (runs <= mostRuns) return;
  throw new SymlossError(where, `at most ${mostRuns} runs`, String(runs), {
    hint: 'split the grid into several',
  });
}

function readLoss(entry: LossEntry, modules: readonly LossModule[]) {
  const spec = canonicalLoss(lossOf(entry));
  return { spec, training: trainingOf(entry), modules: modulesOf(spec, modules) };
}

function trainingOf(entry: LossEntry | NoiseEntry): SomeTraining | undefined {
  return typeof entry === 'string' ? undefined : entry.training;
}

/** Only what says which rows: the rest of the entry is of the grid. */
function dataOf(entry: DataEntry): DataConfig {
  const { folder } = entry;
  checkTestShare(entry);
  return dataConfigSchema.parse({ ...pickFields(entry, 'data'), ...(folder && { folder }) });
}

function modelsOf(grid: Grid, entry: DataEntry, where: string, i: number): string[] {
  const { model, models } = entry;
  const place = `${where}, data[${i}]`;
  if (model !== undefined && models !== undefined) {
    throw new SymlossError(place, 'model or models', 'both');
  }
  const own = model === undefined ? models : [model];
  const list = own ?? grid.models;
  if (list === undefined) {
    throw new SymlossError(`${where}, models`, 'models of the grid or of all its data', 'nothing', {
      hint: 'add, for example, models: [mlp:256]',
    });
  }
  const listPlace = own === undefined ? `${where}, models` : `${place}.models`;
  return unique(list.map((spec, m) => within(`${listPlace}[${m}]`, () => parseModel(spec).spec)));
}

function readNoises(grid: Grid, entry: DataEntry, where: string, i: number) {
  const list = noisesOf(grid, entry);
  const place = entry.noises === undefined ? `${where}, noises` : `${where}, data[${i}].noises`;
  return list.map((noise, m) =>
    within(`${place}[${m}]`, () => ({
      ...canonicalNoise(noiseOf(noise), { ...entry }),
      training: trainingOf(noise),
    })),
  );
}

/** The settings together, later ones before earlier ones, checked with what they are for. */
function readTraining(
  levels: readonly (SomeTraining | undefined)[],
  specs: { loss: string; model: string },
): TrainingConfig {
  return planTraining(Object.assign({}, ...levels.map(withoutUndefined)), specs);
}

/** Keys that are left undefined must not hide those of a level before. */
function withoutUndefined(level: SomeTraining | undefined): SomeTraining {
  return Object.fromEntries(Object.entries(level ?? {}).filter(([, v]) => v !== undefined));
}

/** Errors of `act` with the place in the grid before them. */
function within<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (!(cause instanceof SymlossError)) throw cause;
    const { where, expected, received, hint, kind } = cause;
    throw new SymlossError(`${place}, ${where}`, expected, received, { hint, kind, cause });
  }
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
