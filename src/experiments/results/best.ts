/** What is known of something that may be the best. */
export interface Contender {
  /** Over the runs that ended; `undefined` where none did. */
  readonly mean: number | undefined;
  /** Runs that diverged. */
  readonly diverged: number;
}

/**
 * Those with the highest mean: all of equal ones, none where nothing was measured. What lost runs to
 * divergence is passed over where anything else lost none, since the runs that end are the better
 * ones. A run that failed otherwise says nothing about its loss, so it counts for nothing here.
 */
export function bestOf<T>(items: readonly T[], contender: (item: T) => Contender): T[] {
  const measured = items.flatMap((item) => {
    const { mean, diverged } = contender(item);
    return mean === undefined ? [] : [{ item, mean, isWhole: diverged === 0 }];
  });
  const whole = measured.filter(({ isWhole }) => isWhole);
  const candidates = whole.length > 0 ? whole : measured;
  const top = Math.max(...candidates.map(({ mean }) => mean));
  return candidates.filter(({ mean }) => mean === top).map(({ item }) => item);
}
