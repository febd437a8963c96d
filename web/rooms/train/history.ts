import type { Progress } from './training.ts';

/** What was measured at a point of a training. */
export interface Measured {
  /** With the part of it that is done. */
  readonly epoch: number;
  readonly accuracy: number;
  /** Share of the wrong labels; absent where none were added. */
  readonly memorised: number | undefined;
}

/** As many as a drawing can show. */
const most = 400;

/** With what is measured now; of many every second one is left out. */
export function withMeasured(
  history: readonly Measured[],
  { view, share }: Progress,
  epochs: number,
): readonly Measured[] {
  if (view === undefined) return history;
  const { accuracy, memorisedCount, wrongCount } = view;
  const memorised = wrongCount > 0 ? memorisedCount / wrongCount : undefined;
  const all = [...history, { epoch: share * epochs, accuracy, memorised }];
  return all.length > most ? all.filter((_, i) => i % 2 === 1) : all;
}
