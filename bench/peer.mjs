import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * @typedef {import('./workload.mjs').Workload} Workload
 * @typedef {import('./workload.mjs').Variant} Variant
 * @typedef {{ label: string, threads: number, config: Record<string, unknown> }} Way
 *   one way in which a peer does the work: a layout, a number of threads
 * @typedef {object} OpenPeer
 * @property {string} label
 * @property {Peer} peer
 * @property {boolean} hasMatMul whether it answers `matMul`
 * @property {boolean} hasBackends whether it answers `probe`
 * @property {(workload: Workload) => boolean} supports
 * @property {(workload: Workload, variant: Variant) => Way[]} ways
 */

/** Another library in a child process: one request at a time, idle between answer and request. */
export class Peer {
  #child;
  #answers;
  #errors = '';

  /**
   * @param {string} command the interpreter to run
   * @param {readonly string[]} args
   * @param {Readonly<Record<string, string>>} [variables] of its environment, beside ours
   */
  constructor(command, args, variables = {}) {
    const env = { ...process.env, ...variables };
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.on('data', (text) => {
      this.#errors += text;
    });
    // both surface as the end of the answers
    this.#child.on('error', ({ message }) => {
      this.#errors += message;
    });
    this.#child.stdin.on('error', () => {});
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * @param {Record<string, unknown>} request
   * @throws Error with the child's last line of complaint when it has ended, or its refusal
   */
  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await this.#answers.next();
    if (done) throw new Error(this.#errors.trim().split('\n').at(-1) || 'it ended without a word');
    const answer = JSON.parse(value);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  close() {
    this.#child.stdin.end();
  }
}

/**
 * The request that gives a peer a model: its name, first weights and batches.
 * @param {Workload} workload
 * @param {typeof import('./workload.mjs').settings} settings
 * @param {Readonly<Record<string, import('./workload.mjs').FloatTensor>>} initial
 * @param {readonly import('./workload.mjs').Batch[]} batches
 */
export function setupRequest({ model, featureShape }, settings, initial, batches) {
  const weights = Object.entries(initial)
    .filter(([name]) => !name.endsWith('/velocity'))
    .map(([name, { shape, data }]) => [name, { shape, data: base64(data) }]);
  return {
    kind: 'setup',
    model,
    settings,
    weights: Object.fromEntries(weights),
    batches: batches.map(({ features, labels }) => ({
      features: { shape: [labels.length, ...featureShape], data: base64(features) },
      labels: [...labels],
    })),
  };
}

/** @param {Float32Array} values */
function base64({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
