import type { PlannedRun } from '../../experiments/index.ts';
import { canonical } from '../../run/run-id.ts';

type Run = Pick<PlannedRun, 'config'>;

/** What tells runs apart beside loss, settings and seed. */
const axes = ['data', 'model', 'noise'] as const;
type Axis = (typeof axes)[number];

function valueOn(axis: Axis, { config }: Run): string {
  return axis === 'data' ? config.data.source : config[axis];
}

/** The axes on which runs differ. */
export function variedAxes(runs: readonly Run[]): readonly Axis[] {
  return axes.filter((axis) => new Set(runs.map((run) => valueOn(axis, run))).size > 1);
}

/**
 * Names of runs: `digits, mlp:64, symmetric:0.4, ce, learningRate=0.1, seed 1`. Settings are named where runs that are the same
 * but for the seed differ in them.
 * @param runs all that are to be told apart
 * @param shown those of data, model and noise that are named
 */
export function runNames(
  runs: readonly Run[],
  shown: readonly Axis[] = axes,
): (run: Run) => string {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const group = groups.get(groupOf(run));
    if (group === undefined) groups.set(groupOf(run), [run]);
    else group.push(run);
  }
  const varied = new Map([...groups].map(([key, group]) => [key, variedSettings(group)]));
  return (run) => {
    const { loss, seed } = run.config;
    const own = settingsOf(run);
    const settings = (varied.get(groupOf(run)) ?? []).map(
      (key) => `${key}=${own[key] === undefined ? 'default' : String(own[key])}`,
    );
    return [...shown.map((axis) => valueOn(axis, run)), loss, ...settings, `seed ${seed}`].join(
      ', ',
    );
  };
}

/** Runs with the same name, were it not for seed and settings. */
function groupOf(run: Run): string {
  return canonical([...axes.map((axis) => valueOn(axis, run)), run.config.loss]);
}

type Settings = Readonly<Record<string, unknown>>;

function settingsOf({ config: { data, training } }: Run): Settings {
  const { source: _, ...others } = data;
  return { ...others, ...training };
}

function variedSettings(runs: readonly Run[]): string[] {
  const all = runs.map(settingsOf);
  const keys = new Set(all.flatMap((own) => Object.keys(own)));
  return [...keys].filter((key) => new Set(all.map((own) => canonical(own[key] ?? null))).size > 1);
}
