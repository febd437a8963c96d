/** What a column may be said to be, beside the label: a kind, dates with the day first, or no feature at all. */
export const columnRoles = [
  ...(['numeric', 'categorical', 'text', 'date', 'day-first'] as const),
  ...(['ignore', 'id', 'weight', 'group'] as const),
] as const;
export type ColumnRole = (typeof columnRoles)[number];
