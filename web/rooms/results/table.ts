import type { RunSummary } from '../../../src/server/api/types.ts';

/** A column of the table of runs. */
export interface Column {
  readonly name: string;
  readonly title: string;
  readonly isNumber: boolean;
  readonly value: (run: RunSummary) => string | number | undefined;
  readonly text: (run: RunSummary) => string;
}

const nothing = '–';

const share = (
  name: string,
  title: string,
  value: (run: RunSummary) => number | undefined,
): Column => ({
  ...{ name, title, isNumber: true, value },
  text: (run) => {
    const own = value(run);
    return own === undefined ? nothing : (100 * own).toFixed(1);
  },
});

const text = (name: string, title: string, value: (run: RunSummary) => string): Column => ({
  ...{ name, title, isNumber: false, value, text: value },
});

export const columns: readonly Column[] = [
  text('loss', 'Loss', ({ loss }) => loss),
  text('noise', 'Noise', ({ noise }) => noise),
  text('data', 'Data', ({ data }) => data),
  text('model', 'Network', ({ model }) => model),
  {
    ...{ name: 'seed', title: 'Seed', isNumber: true },
    value: ({ seed }) => seed,
    text: ({ seed }) => String(seed),
  },
  share('test', 'Test accuracy (%)', ({ testAccuracy }) => testAccuracy),
  share('chosen', 'Chosen epoch (%)', ({ chosenAccuracy }) => chosenAccuracy),
  share('memorised', 'Memorised (%)', ({ memorised }) => memorised),
  share('wrong', 'Wrong labels (%)', ({ wrongShare }) => wrongShare),
  {
    ...{ name: 'seconds', title: 'Time (s)', isNumber: true },
    value: ({ seconds }) => seconds,
    text: ({ seconds }) => seconds.toFixed(1),
  },
  text('status', 'Outcome', ({ status }) => (status === 'done' ? 'ended' : status)),
];

/** Columns in which runs differ, or that are of interest all the same. */
export function shownColumns(runs: readonly RunSummary[]): Column[] {
  const always = new Set(['loss', 'noise', 'seed', 'test', 'seconds']);
  return columns.filter(
    ({ name, text: textOf }) =>
      always.has(name) ||
      (name === 'data' || name === 'model' || name === 'status'
        ? new Set(runs.map(textOf)).size > 1
        : runs.some((run) => textOf(run) !== nothing)),
  );
}

export interface Sorting {
  readonly name: string;
  readonly isDescending: boolean;
}

/** Runs of which a text has all the words that are searched, in order. Those without a value come last. */
export function arranged(
  runs: readonly RunSummary[],
  words: string,
  { name, isDescending }: Sorting,
): RunSummary[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = runs.filter((run) => {
    const all = columns
      .map(({ text: textOf }) => textOf(run))
      .join(' ')
      .toLowerCase();
    return wanted.every((word) => all.includes(word));
  });
  const column = columns.find((own) => own.name === name);
  if (column === undefined) return found;
  const sign = isDescending ? -1 : 1;
  return found.sort((a, b) => {
    const [x, y] = [column.value(a), column.value(b)];
    if (x === undefined || y === undefined)
      return Number(x === undefined) - Number(y === undefined);
    return sign * (typeof x === 'number' ? x - (y as number) : x.localeCompare(y as string));
  });
}
