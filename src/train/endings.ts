import type { ErrorDetails } from '../core/index.ts';
import { SymlossError } from '../core/index.ts';

/** A training whose objective left every range it could return from: the fault of its settings. */
export class Divergence extends SymlossError {
  constructor(where: string, expected: string, received: string, details: ErrorDetails = {}) {
    super(where, expected, received, { ...details, kind: 'failure' });
  }
}

/** A training that was asked to stop. */
export class Aborted extends SymlossError {
  constructor() {
    super('training', 'to run to its end', 'an abort', { kind: 'failure' });
  }
}
