import type { Case, Outcome } from './cases.ts';
import { runCase } from './cases.ts';
import { targets } from './targets/index.ts';

/** A target, and that it gets one case where others get `every`. */
export interface Taker {
  readonly name: string;
  readonly every: number;
}

/** What the process of the cases says: that it can begin, and how a case ended. */
export type Message = { readonly ready: readonly Taker[] } | { readonly outcome: Outcome };

process.on('message', async (one: Case) => {
  process.send?.({ outcome: await runCase(one) } satisfies Message);
});
process.on('disconnect', () => process.exit());
process.send?.({
  ready: targets.map(({ name, every = 1 }) => ({ name, every })),
} satisfies Message);
