/** What a column may be said to be, beside the label: a kind, texts by words only, dates with the day first, or no feature. */
export const columnRoles = [
  ...(['numeric', 'categorical', 'text', 'words', 'date', 'day-first'] as const),
  ...(['ignore', 'id', 'weight', 'group'] as const),
] as const;
export type ColumnRole = (typeof columnRoles)[number];
