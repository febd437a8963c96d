import { field, SymlossError, show } from '../../../core/index.ts';
import type { ColumnKind } from '../../dataset.ts';
import type { DateOrder } from '../../dates.ts';
import { imageColumn } from '../../embedding.ts';
import type { NumberStyle } from '../../numbers.ts';
import type { OpenOptions } from '../format.ts';
import type { TableFile } from '../shared/table-file.ts';
import type { ColumnRole } from './column-role.ts';
import { columnRoles } from './column-role.ts';
import type { ColumnNames } from './names.ts';

/** The options that say what columns are. */
export type RoleOptions = Pick<
  OpenOptions,
  | 'features'
  | 'numeric'
  | 'categorical'
  | 'text'
  | 'words'
  | 'date'
  | 'dayFirst'
  | 'ignore'
  | 'id'
  | 'weight'
  | 'group'
  | 'columns'
  | 'embed'
  | 'trained'
>;

/** A column to learn from. */
export interface FeatureColumn {
  /** Its index in the table. */
  readonly column: number;
  /** As it was said to be. Default: by its cells. */
  readonly kind: ColumnKind | undefined;
  readonly order: DateOrder | undefined;
  /** How a model's numbers are written. Default: by the cells. */
  readonly style?: NumberStyle | undefined;
  /** Texts that stand for a missing cell in it, as training data had them. */
  readonly missingTexts?: readonly string[] | undefined;
  /** Of texts: whether only words are counted, no characters. */
  readonly wordsOnly?: boolean;
  /** Whether it was named, as a feature or by its kind: it is not left out then. */
  readonly isAsked: boolean;
  /** Whether it may be missing in all rows. */
  readonly mayBeEmpty: boolean;
  /** Whether a pretrained model makes vectors of it: it has to be of texts. */
  readonly isEmbedded?: boolean;
  /** Whether a model says what it is, so that no option can. */
  readonly isOfModel?: boolean;
}

/** What the columns of a table are for, by their indices. */
export interface Roles {
  readonly features: readonly FeatureColumn[];
  readonly ids: readonly number[];
  readonly weight: number | undefined;
  readonly group: number | undefined;
  /** Columns without a name that are no features. */
  readonly unnamed: readonly number[];
}

/** The options with a list of columns, and what they make them; as messages call the columns. */
const lists = {
  numeric: { role: 'numeric', called: 'numeric column' },
  categorical: { role: 'categorical', called: 'categorical column' },
  text: { role: 'text', called: 'text column' },
  words: { role: 'words', called: 'text column' },
  date: { role: 'date', called: 'date column' },
  dayFirst: { role: 'day-first', called: 'date column' },
  ignore: { role: 'ignore', called: 'column to ignore' },
  id: { role: 'id', called: 'id column' },
} as const;

/**
 * What the options make of the columns.
 * @param labels columns of labels
 * @throws SymlossError naming a column that is not there, or that two options name
 */
export function resolveRoles(
  file: Pick<TableFile, 'path' | 'columns' | 'otherColumns'>,
  names: ColumnNames,
  options: RoleOptions,
  labels: readonly number[],
): Roles {
  const roles = new Map<number, { readonly role: ColumnRole; readonly by: string }>();
  const refuse = (called: string, name: string, fault: string) =>
    new SymlossError(`${file.path}, ${called} ${show(name)}`, 'a column of its own', fault);
  const give = (name: string, role: ColumnRole, by: string, called: string) => {
    if (role === 'ignore' && file.otherColumns?.some((other) => other.name === name)) return;
    const column = names.find(called, name);
    if (labels.includes(column)) throw refuse(called, name, 'a label column');
    const other = roles.get(column);
    if (other !== undefined && other.role !== role) {
      throw refuse(called, name, `one that ${other.by} names, too`);
    }
    roles.set(column, { role, by });
  };
  if (options.trained) names.require(options.features ?? [], 'the training data');
  for (const name of options.features ?? []) names.find('feature column', name);
  for (const [option, { role, called }] of Object.entries(lists)) {
    for (const name of options[option as keyof typeof lists] ?? []) {
      give(name, role, field(option), called);
    }
  }
  if (options.weight !== undefined)
    give(options.weight, 'weight', field('weight'), 'weight column');
  if (options.group !== undefined) give(options.group, 'group', field('group'), 'group column');
  for (const [name, role] of Object.entries(options.columns ?? {})) {
    if (!columnRoles.includes(role)) {
      const where = `${field('columns')}, ${show(name)}`;
      throw new SymlossError(where, `one of ${columnRoles.join(', ')}`, show(role));
    }
    give(name, role, field('columns'), `${role} column`);
  }
  const of = (wanted: ColumnRole) =>
    [...roles].filter(([, { role }]) => role === wanted).map(([column]) => column);
  for (const single of ['weight', 'group'] as const) {
    const columns = of(single);
    if (columns.length < 2) continue;
    const received = columns.map((column) => show(file.columns[column])).join(', ');
    throw new SymlossError(field('columns'), `one ${single} column`, received);
  }

  const embedded = embeddedColumns(file, names, options, labels, roles, refuse);
  const asked = options.features && askedColumns(names, options.features, labels, roles, refuse);
  const taken = new Set(labels);
  const isUnnamed = (column: number) => file.columns[column] === '';
  const others = [...file.columns.keys()].filter(
    (c) => !taken.has(c) && !isUnnamed(c) && !isNoFeature(roles.get(c)?.role),
  );
  return {
    features: (asked ?? others).map((column) => {
      const role = roles.get(column)?.role;
      const name = file.columns[column] as string;
      const { comma, missingTexts } = options.trained?.get(name) ?? {};
      return {
        column,
        kind: kindOf(role),
        ...(comma && { style: { comma } }),
        missingTexts,
        order: role === 'day-first' ? 'day' : undefined,
        wordsOnly: role === 'words',
        isAsked: asked !== undefined || role !== undefined || embedded.has(column),
        mayBeEmpty: role !== undefined,
        isEmbedded: embedded.has(column),
      };
    }),
    ids: of('id'),
    weight: of('weight')[0],
    group: of('group')[0],
    unnamed: asked === undefined ? [...file.columns.keys()].filter(isUnnamed) : [],
  };
}

function kindOf(role: ColumnRole | undefined): ColumnKind | undefined {
  if (role === 'day-first') return 'date';
  return role === 'words' ? 'text' : (role as ColumnKind | undefined);
}

/** @throws SymlossError naming a column to embed that is not there, or is no column to learn from */
function embeddedColumns(
  { path }: Pick<TableFile, 'path'>,
  names: ColumnNames,
  { embed = {}, features }: RoleOptions,
  labels: readonly number[],
  roles: ReadonlyMap<number, { readonly role: ColumnRole; readonly by: string }>,
  refuse: (called: string, name: string, fault: string) => SymlossError,
): Set<number> {
  const called = 'column to embed';
  const columns = Object.keys(embed).map((name) => {
    if (name === imageColumn && !names.has(name)) {
      const received = 'a model for images';
      throw new SymlossError(`${path}, ${called}`, 'the name of a column', received, {
        hint: `give one: ${field('embed', '<column>=<model>')}`,
      });
    }
    const column = names.find(called, name);
    const own = roles.get(column);
    if (labels.includes(column)) throw refuse(called, name, 'a label column');
    if (own !== undefined && own.role !== 'text') {
      throw refuse(called, name, `one that ${own.by} names, too`);
    }
    if (features === undefined || features.includes(name)) return column;
    throw refuse(called, name, `none of those to learn from (${field('features')})`);
  });
  return new Set(columns);
}

const noFeatures: readonly (ColumnRole | undefined)[] = ['ignore', 'id', 'weight', 'group'];
const isNoFeature = (role: ColumnRole | undefined) => noFeatures.includes(role);

function askedColumns(
  names: ColumnNames,
  features: readonly string[],
  labels: readonly number[],
  roles: ReadonlyMap<number, { readonly role: ColumnRole }>,
  refuse: (called: string, name: string, fault: string) => SymlossError,
): number[] {
  const seen = new Set<number>();
  return features.map((name) => {
    const column = names.find('feature column', name);
    const role = roles.get(column)?.role;
    const fault = labels.includes(column)
      ? 'a label column'
      : role === 'ignore'
        ? 'one that is to be ignored'
        : isNoFeature(role)
          ? `the ${role} column`
          : seen.has(column)
            ? 'one that is named twice'
            : undefined;
    seen.add(column);
    if (fault === undefined) return column;
    throw refuse('feature column', name, fault);
  });
}
