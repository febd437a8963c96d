import type { Results, RunDetails } from '../../../src/server/api/types.ts';
import { request } from '../../api.ts';

/** Runs that ended are looked for this often, in milliseconds. */
const every = 2000;

/** The runs of a folder, as far as they are. */
export class ResultsState {
  results: Results | undefined = $state.raw();
  fault: string | undefined = $state();
  #text = '';

  /** @returns ends it */
  watch(): () => void {
    void this.#read();
    const timer = setInterval(() => {
      if (!document.hidden) void this.#read();
    }, every);
    return () => clearInterval(timer);
  }

  async #read(): Promise<void> {
    try {
      const results = await request<Results>('results');
      this.fault = undefined;
      const text = `${results.runs.length} ${results.isRunning} ${results.runs.at(-1)?.id} ${results.notices.join()} ${results.running?.map(({ written }) => written).join()}`;
      if (text === this.#text) return;
      this.#text = text;
      this.results = results;
    } catch (error) {
      this.fault = (error as Error).message;
    }
  }
}

export const runDetails = (id: string): Promise<RunDetails> => request(`runs/${id}`);
