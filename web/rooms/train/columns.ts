/** What somebody may say that a column is. */
export const roleNames = {
  numeric: 'numbers',
  categorical: 'categories',
  text: 'text',
  date: 'dates',
  'day-first': 'dates, day first',
  ignore: 'leave out',
} as const;
export type Role = keyof typeof roleNames;

/** What becomes of rows with empty cells; of those without a label, nothing can be learnt. */
export const missingNames = {
  impute: 'keep, and fill gaps in',
  'drop-unlabelled': 'leave out those without a label',
  drop: 'leave out',
} as const;
export type MissingRule = keyof typeof missingNames;

export function isMissingRule(text: string | undefined): text is MissingRule {
  return text !== undefined && Object.hasOwn(missingNames, text);
}

/** Columns of which something was said, in the order in which it was. */
export type Roles = readonly (readonly [column: string, role: Role])[];

export const roles = Object.keys(roleNames) as readonly Role[];

/** As an address holds them; what it cannot mean is left out. */
export function parseRoles(text: string): Roles {
  return [...new URLSearchParams(text)].flatMap(([column, said]) => {
    const role = roles.find((name) => name === said);
    return role === undefined ? [] : [[column, role] as const];
  });
}

/** `undefined` for none. */
export function formatRoles(said: Roles): string | undefined {
  return new URLSearchParams(said.map(([column, role]) => [column, role])).toString() || undefined;
}

/** @param role `undefined` for what the cells say */
export function withRole(said: Roles, column: string, role: Role | undefined): Roles {
  const others = said.filter(([name]) => name !== column);
  return role === undefined ? others : [...others, [column, role]];
}
