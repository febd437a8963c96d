import { oneLine } from '../../core/index.ts';
import type { RowField } from '../../data/index.ts';
import type { Answer, Decision, RowView, Session, Suspect, Tally } from '../../review/index.ts';
import { areNumbered, candidates, conflicts } from '../../review/index.ts';
import { formatCount, formatShare } from './format.ts';
import { pictureLines } from './half-blocks.ts';
import { cutTo, textWidth, wrap } from './text-width.ts';

/** The terminal that a review is shown on. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** Whether it shows 24-bit colours. */
  readonly isColoured: boolean;
}

/** Lines of a text, and cells of a row, that are shown unless all is asked for. */
const [mostTextLines, mostCells] = [12, 24];
/** Names are cut at this width. */
const nameWidth = 24;

/** A suspect as it is asked about: what it is, and what the audit says of it. */
export function suspectLines(
  suspect: Suspect,
  view: RowView,
  { terminal, full }: { readonly terminal: Terminal; readonly full: boolean },
): string[] {
  const { row, rank, given, suggested, pWrong, pSuggested, reason } = suspect;
  const width = terminal.columns - 1;
  const ids = view.ids.map(({ name, text = '' }) => `${oneLine(name)} ${oneLine(text)}`);
  const named = (text: string) => oneLine(text, full ? undefined : 200);
  return [
    cutTo(
      [`suspect ${formatCount(rank)}: row ${formatCount(row)}`, ...ids].join(', '),
      full ? Infinity : width,
    ),
    ...contentLines(view, { terminal, full }),
    '',
    `given      ${named(given)}`,
    ...annotationLines(view, width),
    `suggested  ${named(suggested)}`,
    `wrong with probability ${formatShare(pWrong)}; ${named(suggested)} with ${formatShare(pSuggested)}`,
    ...(reason === undefined ? [] : wrap(oneLine(reason), width)),
  ];
}

/** `labelled   cat by ann and bob; dog by cy` */
function annotationLines({ annotations = [] }: RowView, width: number): string[] {
  if (annotations.length === 0) return [];
  const labels = [...new Set(annotations.map(({ label }) => label))];
  const parts = labels.map((label) => {
    const by = annotations.filter((own) => own.label === label).map(({ annotator }) => annotator);
    return `${oneLine(label)} by ${by.map((name) => oneLine(name)).join(', ')}`;
  });
  return wrap(`labelled   ${parts.join('; ')}`, width);
}

function contentLines(
  { picture, cells = [] }: RowView,
  { terminal, full }: { readonly terminal: Terminal; readonly full: boolean },
): string[] {
  const width = terminal.columns - 1;
  if (picture !== undefined) {
    const { isColoured, rows } = terminal;
    const lines = Math.max(4, rows - 10);
    return ['', ...pictureLines(picture, { columns: width, lines, isColoured })];
  }
  const short = cells.filter(({ isText }) => !isText);
  const shown = full ? short : short.slice(0, mostCells);
  const more = short.length - shown.length;
  const names = shown.map(({ name }) => (full ? oneLine(name) : cutTo(oneLine(name), nameWidth)));
  const column = Math.max(0, ...names.map(textWidth));
  return [
    ...(shown.length > 0 ? [''] : []),
    ...shown.map(({ text = '' }, i) => {
      const name = names[i] as string;
      const line = `${name}${' '.repeat(column - textWidth(name))} = ${text === '' ? '–' : oneLine(text)}`;
      return full ? line : cutTo(line, width);
    }),
    ...(more > 0 ? [`… and ${formatCount(more)} more columns: v shows all`] : []),
    ...cells.filter(({ isText }) => isText).flatMap((cell) => textLines(cell, width, full)),
  ];
}

function textLines({ name, text = '' }: RowField, width: number, full: boolean): string[] {
  if (text === '') return ['', `${oneLine(name)}: –`];
  const lines = text
    .split(/\r\n?|\n/)
    .flatMap((line) => wrap(oneLine(line.replaceAll('\t', '  '), Infinity), width));
  const shown = full ? lines : lines.slice(0, mostTextLines);
  const more = lines.length - shown.length;
  return [
    '',
    `${oneLine(name)}:`,
    ...shown,
    ...(more > 0 ? [`… and ${formatCount(more)} more lines: v shows all`] : []),
  ];
}

/** `12 of 383 decided; 11 of 12 labels were wrong, 91.7 % (64.6 % to 98.5 %)` */
export function tallyLine({ suspects, decided, wrong, interval }: Tally): string {
  const done = `${formatCount(decided)} of ${formatCount(suspects)} decided`;
  if (interval === undefined) return done;
  const [low, high] = interval.map(formatShare);
  const labels = `${decided === 1 ? 'label' : 'labels'} ${wrong === 1 ? 'was' : 'were'}`;
  return `${done}; ${formatCount(wrong)} of ${formatCount(decided)} ${labels} wrong, ${formatShare(wrong / decided)} (${low} to ${high})`;
}

/** Conflicts that are listed. */
const mostConflicts = 10;

/** Rows that authors decided differently. */
export function conflictLines(decisions: readonly Decision[]): string[] {
  const found = [...conflicts(decisions)];
  if (found.length === 0) return [];
  const listed = found.slice(0, mostConflicts).map(([row, own]) => {
    const said = own.map((verdict) => {
      const answer = verdict.action === 'label' ? verdict.label : 'of no class';
      return `${verdict.author}: ${answer}`;
    });
    return `  row ${formatCount(row)}: ${oneLine(said.join(', '))}`;
  });
  const more = found.length - listed.length;
  return [
    `decided differently by several people, the last of whom counts: ${formatCount(found.length)}`,
    ...listed,
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
  ];
}

/** What may be pressed; it fits 80 columns. */
export const keysLine =
  'a accept  k keep  o other class  x exclude  s skip  u undo  ? help  q quit';

export const helpLines: readonly string[] = [
  'a  accept: the label is wrong, the suggested class is right',
  'k  keep: the given label is right',
  'o  other: another class is right; type its number or the beginning of its name',
  'x  exclude: the row is of no class',
  's  skip: decide later; it is asked about again in the next review',
  'u  undo: take back your last decision, also one of an earlier review',
  'v  view: show all of a long text or row',
  'q  quit: go on later with the same command; every decision is written down at once',
  'The interval is one of 95 % for the share of wrong labels among the suspects that are like those decided so far.',
];

/** What was decided, for the line below the question. */
export function answerLine({ row, given }: { row: number; given: string }, answer: Answer): string {
  switch (answer.action) {
    case 'label':
      return answer.label === given
        ? `→ ${oneLine(given)}, as given`
        : `→ ${oneLine(answer.label)} instead of ${oneLine(given)}`;
    case 'exclude':
      return '→ excluded: of no class';
    case 'skip':
      return '→ skipped';
    case 'undo':
      return `→ taken back: row ${formatCount(row)}`;
  }
}

/** The classes to choose from, in as many columns as fit. */
export function classLines(classes: readonly string[], { columns, rows }: Terminal): string[] {
  const numbered = areNumbered(classes);
  const names = classes.map((name, i) => oneLine(numbered ? `${i + 1} ${name}` : name, 60));
  const width = Math.max(...names.map(textWidth)) + 2;
  const perLine = Math.max(1, Math.floor((columns - 1) / width));
  const shown = names.slice(0, perLine * Math.max(4, rows - 4));
  const lines: string[] = [];
  for (let i = 0; i < shown.length; i += perLine) {
    const some = shown.slice(i, i + perLine);
    lines.push(
      some
        .map((name) => name + ' '.repeat(width - textWidth(name)))
        .join('')
        .trimEnd(),
    );
  }
  const more = names.length - shown.length;
  return more === 0 ? lines : [...lines, `… and ${formatCount(more)} more: type the beginning`];
}

/** What was typed of a class, and what that may mean; redrawn at every key. */
export function typedLine({ classes, typed = '' }: Session, { columns }: Terminal): string {
  const found = typed === '' ? [] : candidates(classes, typed);
  const names = found.slice(0, 5).map((name) => oneLine(name, 40));
  const more = found.length > names.length ? ', …' : '';
  const means = names.length === 0 ? '' : `   ${names.join(', ')}${more}`;
  const end = names.length === 1 ? '   (enter)' : '';
  return cutTo(`class: ${oneLine(typed)}_${means}${end}`, columns - 1);
}
