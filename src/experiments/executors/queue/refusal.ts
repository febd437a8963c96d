const start = 'refused: ';

/** A worker does not make a run: not because of the worker's state, but of what the run asks for. */
export class Refusal extends Error {
  constructor(reason: string) {
    super(`${start}${reason}`);
    this.stack = this.message; // the queue keeps it; where the worker's files lie is nobody's business
  }
}

/** Why a worker refused a run, from what the queue kept of its error. */
export function refusedReason(failedReason: string | undefined): string | undefined {
  return failedReason?.startsWith(start) ? failedReason.slice(start.length) : undefined;
}
