import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Peer } from './peer.mjs';

/**
 * @typedef {import('symloss').Table} Table
 * @typedef {object} Sklearn
 * @property {string} version
 * @property {readonly string[]} classifiers
 * @property {readonly string[]} weighted those of them that take class weights
 * @property {Peer} peer
 */

const script = fileURLToPath(new URL('tables_sklearn.py', import.meta.url));

/** One thread, as our runs have. */
const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/**
 * scikit-learn under a Python; one that has none is named and skipped.
 * @param {string} command
 * @returns {Promise<Sklearn | undefined>}
 */
export async function openSklearn(command) {
  const peer = new Peer(command, [script], oneThread);
  try {
    return { ...(await peer.ask({ kind: 'versions' })), peer };
  } catch (error) {
    console.error(
      `scikit-learn skipped: "${command}" cannot run tables_sklearn.py: ${error}; ` +
        'install scikit-learn (on Debian python3-sklearn), or name a Python that has it: --python or ' +
        'SYMLOSS_PYTHON',
    );
    return undefined;
  }
}

/**
 * Gives it the columns that symloss has read: numbers as they are, names and texts as texts, null
 * for a missing cell.
 * @param {Sklearn} sklearn
 * @param {Table} table
 * @param {string} folder where the rows go
 */
export async function sendTable({ peer }, table, folder) {
  const { features, labels, columns = [], kinds = [], texts = [] } = table;
  const d = columns.length;
  const described = columns.map((name, j) => {
    const kind = kinds[j] ?? 'numeric';
    const own = texts[j];
    const values = Array.from(labels, (_, row) => {
      const value = /** @type {number} */ (features[row * d + j]);
      if (Number.isNaN(value)) return kind === 'text' ? '' : null;
      if (own !== undefined) return own[value];
      return kind === 'categorical' ? String(value) : value;
    });
    return { name, kind, values };
  });
  const file = join(folder, 'table.json');
  writeFileSync(file, JSON.stringify({ columns: described }));
  await peer.ask({ kind: 'table', file });
}
