import type { FieldNames } from '../../../src/core/index.ts';
import { SymlossError } from '../../../src/core/index.ts';
import { Divergence } from '../../../src/train/endings.ts';
import { messageOf } from '../../parts/message.ts';
import type { Role } from './columns.ts';
import { missingNames, roleNames } from './columns.ts';
import { deviceNames } from './device.ts';

/*
 * What the library says, for somebody who has the room and no command line: a field of a run is called by its control, and advice
 * that no control follows is left out.
 */

/** What controls are called, on the page and in messages. */
export const controls = {
  loss: 'First loss',
  secondLoss: 'Second loss',
  model: 'Network',
  epochs: 'Epochs',
  device: 'Train on',
  label: 'Column of the labels',
  missing: 'Rows with empty cells',
  columns: 'What each column is',
} as const;

const anyLoss = `“${controls.loss}” or “${controls.secondLoss}”`;
const asRole = (role: Role) => `“${roleNames[role]}” in “${controls.columns}”`;

/** How a control, or a choice of it, is named. */
const names: Readonly<Record<string, (value: string | undefined) => string>> = {
  loss: (value) => (value === undefined ? anyLoss : `${value} in ${anyLoss}`),
  model: () => `“${controls.model}”`,
  epochs: () => `“${controls.epochs}”`,
  device: (value) => chosen(controls.device, deviceNames, value),
  label: () => `“${controls.label}”`,
  missing: (value) => chosen(controls.missing, missingNames, value),
  columns: () => `“${controls.columns}”`,
  numeric: () => asRole('numeric'),
  categorical: () => asRole('categorical'),
  text: () => asRole('text'),
  date: () => asRole('date'),
  dayFirst: () => asRole('day-first'),
  ignore: () => asRole('ignore'),
};

function chosen(
  control: string,
  choices: Readonly<Record<string, string>>,
  value: string | undefined,
): string {
  const choice = value === undefined ? undefined : choices[value];
  return choice === undefined ? `“${control}”` : `“${choice}” in “${control}”`;
}

const nameHere: FieldNames = (path, value) =>
  Object.hasOwn(names, path) ? names[path]?.(value) : undefined;

const loadAgain = 'load the page again; if symloss lab has ended, start it before';

/** What is advised where the library speaks to whoever builds a page or installs packages, by what is at fault. */
const advice: Readonly<Record<string, string | undefined>> = {
  worker: loadAgain,
  'onnxruntime-web': loadAgain,
  'device webgpu': undefined, // there is a button
};

/** Asides about programs of a command line. */
const asides = / \(iconv [^()]*\)/g;

/** What an error says, with controls of the room in place of fields. */
export function errorHere(error: unknown): string {
  if (!(error instanceof SymlossError)) return messageOf(error);
  const { where, expected, received, hint, kind } = error.parts;
  const own =
    error instanceof Divergence
      ? `take another loss (${anyLoss})` // what else its hint names is fixed here
      : Object.hasOwn(advice, where)
        ? advice[where]
        : hint?.replaceAll(asides, '');
  return new SymlossError(where, expected, received, { hint: own, kind }).describe(nameHere);
}

/** What reading a table noticed, with controls of the room in place of options of the command line. */
export function noticeHere(notice: string): string {
  return notice.replace(/(?<=[( ])--([a-z]+(?:-[a-z]+)*)/g, (option, name: string) => {
    const field = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return nameHere(field) ?? option;
  });
}
