import type {
  AuditSummary,
  Decided,
  DecisionRequest,
  Info,
  Neighbours,
  RowDetails,
  StandingAnswer,
  Suspects,
  Verdict,
} from '../../../src/server/api/types.ts';
import { tokenHeader } from '../../../src/server/api/types.ts';
import { ApiError, request } from '../../api.ts';

/** Suspects that the server gives at once. */
const page = 500;

/** Somebody else decided on the row meanwhile. */
export class Conflict extends ApiError {
  readonly decided: Verdict;

  constructor(message: string, decided: Verdict) {
    super(message, 409);
    this.decided = decided;
  }
}

/** What the server of an audit answers. */
export class ReviewClient {
  readonly #token: string;
  readonly #details = new Map<number, Promise<RowDetails>>();
  readonly #neighbours = new Map<number, Promise<Neighbours>>();

  constructor({ token }: Info) {
    this.#token = token;
  }

  summary(author: string): Promise<AuditSummary> {
    return request(`audit?author=${encodeURIComponent(author)}`);
  }

  suspects(offset: number): Promise<Suspects> {
    return request(`suspects?offset=${offset}&limit=${page}`);
  }

  standing(): Promise<StandingAnswer> {
    return request('standing');
  }

  /** Rows do not change, so that each is asked for once. */
  details(row: number): Promise<RowDetails> {
    return kept(this.#details, row, () => request(`rows/${row}`));
  }

  neighbours(row: number): Promise<Neighbours> {
    return kept(this.#neighbours, row, () => request(`rows/${row}/neighbours`));
  }

  decide(decision: DecisionRequest): Promise<Decided> {
    return this.send('decisions', decision);
  }

  undo(author: string): Promise<Decided> {
    return this.send('undo', { author });
  }

  /** Asks for something that changes what is on the disk. @throws Conflict, or ApiError with the server's reason */
  async send<T>(path: string, body: unknown): Promise<T> {
    try {
      return await request(path, { body, headers: { [tokenHeader]: this.#token } });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === undefined) {
        throw new ApiError(
          'The local server does not answer, and nothing was written. Start symloss lab again, and open the address that it prints.',
        );
      }
      throw error.fault?.decided ? new Conflict(error.message, error.fault.decided) : error;
    }
  }
}

/** The address of the picture of a row. */
export const pictureOf = (row: number): string => `./api/rows/${row}/picture`;

function kept<T>(cache: Map<number, Promise<T>>, row: number, ask: () => Promise<T>): Promise<T> {
  const known = cache.get(row);
  if (known !== undefined) return known;
  const asked = ask();
  cache.set(row, asked);
  asked.catch(() => cache.delete(row)); // to be asked again
  return asked;
}
