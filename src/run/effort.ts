import { field, SymlossError } from '../core/index.ts';
import { autoLoss } from './loss-spec.ts';

interface WithEffort {
  readonly effort?: unknown;
}

/**
 * Refuses an effort where no loss is chosen.
 * @param losses all that are trained with these settings: specs, or functions
 * @throws SymlossError naming the first loss
 */
export function checkEffort({ effort }: WithEffort, losses: readonly unknown[]): void {
  if (effort === undefined || losses.includes(autoLoss)) return;
  const [loss] = losses;
  const received = typeof loss === 'string' ? loss : 'a loss of your own';
  throw new SymlossError(field('effort'), `the loss ${autoLoss}, which it is for`, received, {
    hint: `leave it out, or set ${field('loss', autoLoss)}`,
  });
}

/** Settings that several losses share, as one of them takes them: those of a loss that is named have no effort. */
export function settingsOf<S extends WithEffort>(loss: unknown, settings: S): S {
  if (loss === autoLoss || settings.effort === undefined) return settings;
  const { effort: _, ...rest } = settings;
  return rest as S;
}
