import type { Gain, LabelMeasure } from '../review/index.ts';
import { applyDecisions, isUnchanged, measureGain } from '../review/index.ts';
import type { GainRequest, GainResult, GainState } from './api/types.ts';
import { Refusal } from './fault.ts';

export interface GainSource {
  /** Of the audit. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/** What corrected labels gain, measured while the page asks how far it is; once at a time. */
export class Measuring {
  readonly #source: GainSource;
  #state: GainState = { state: 'none' };

  constructor(source: GainSource) {
    this.#source = source;
  }

  get state(): GainState {
    return this.#state;
  }

  /** Starts it. @throws Refusal while it is at it, and where nothing would change; SymlossError as `applyDecisions` does */
  async start({ seeds = 3, relabel, drop }: GainRequest): Promise<GainState> {
    if (this.#state.state === 'running')
      throw new Refusal(409, 'the gain is being measured already');
    const before = this.#state;
    this.#state = { state: 'running', share: 0 };
    try {
      const { folder, signal } = this.#source;
      const applied = await applyDecisions({ audit: folder, relabel, drop, signal });
      if (isUnchanged(applied.corrections)) {
        throw new Refusal(400, 'nothing changes, so that there is nothing to measure');
      }
      let [trainings, epochs] = [1, 1];
      const work = measureGain(applied, {
        ...{ seeds, signal },
        onStart: (...all) => {
          [trainings, epochs] = all;
        },
        onEpoch: (training, { epoch }) => {
          const share = (training + epoch / epochs) / trainings;
          this.#state = { state: 'running', share };
        },
      });
      work.then(
        (gain) => {
          this.#state = { state: 'done', result: resultOf(gain) };
        },
        (error: Error) => {
          this.#state = { state: 'failed', message: error.message };
        },
      );
    } catch (error) {
      this.#state = before;
      throw error;
    }
    return this.#state;
  }
}

function resultOf({ comparison, seeds, loss, truth, testName, wrongShare }: Gain): GainResult {
  const { rows, measures } = comparison;
  return {
    ...{ seeds, loss, rows, truth },
    ...(testName !== undefined && { testName }),
    ...(wrongShare !== undefined && { wrongShare }),
    measures: measures.map(measureOf),
  };
}

function measureOf({ against, rows, before, after, difference }: LabelMeasure) {
  const { mean, interval } = difference;
  return { against, rows, before, after, gain: mean, ...(interval && { interval }) };
}
