import { add, mul } from '../graph/index.ts';
import type { Layer } from './scope.ts';
import { named } from './sequential.ts';

/** The name of the variables of one of several networks: `member1/…`. */
export const memberName = (member: number): string => `member${member + 1}`;

/**
 * The mean of what several networks put out, each with variables of its own below `memberName`: an ensemble. What one network
 * has memorized by chance, the others have not.
 * @param networks at least one
 */
export function average(networks: readonly Layer[]): Layer {
  return (x, scope) => {
    const outputs = networks.map((network, i) => named(memberName(i), network)(x, scope));
    return mul(
      outputs.reduce((sum, output) => add(sum, output)),
      1 / outputs.length,
    );
  };
}
