/** The slot of what a loss remembers of rows. */
export const rowMemory = 'rowMemory';

/** The output of a step that a slot becomes. */
export const nextName = (name: string): string => `next/${name}`;
