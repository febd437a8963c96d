import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('torch_step.py', import.meta.url));

/**
 * @typedef {{ version: string, blas: string, canFuse: boolean }} PeerVersions
 */

/** PyTorch in a child process: one request at a time, idle between its answer and the next. */
export class Peer {
  #child;
  #answers;
  #errors = '';

  /** @param {string} python the interpreter to run */
  constructor(python) {
    this.#child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
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
   * @throws Error with the child's last line of complaint when it has ended
   */
  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await this.#answers.next();
    if (done) throw new Error(this.#errors.trim().split('\n').at(-1) || 'it ended without a word');
    return JSON.parse(value);
  }

  close() {
    this.#child.stdin.end();
  }
}
