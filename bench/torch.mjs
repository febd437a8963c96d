import { fileURLToPath } from 'node:url';
import { Peer } from './peer.mjs';
import { plural } from './report.mjs';

const script = fileURLToPath(new URL('torch_step.py', import.meta.url));

/**
 * PyTorch under each of the Pythons; those that have none are named and skipped.
 * @param {readonly string[]} commands
 * @param {{ onProcessor?: boolean, compiled?: boolean }} options onProcessor: else on a card, where PyTorch finds one; compiled: by
 *   `torch.compile`, too, which needs a C++ compiler
 * @returns {Promise<import('./peer.mjs').OpenPeer[]>}
 */
export async function openTorch(commands, { onProcessor = true, compiled = false } = {}) {
  const open = [];
  for (const command of commands) {
    const peer = new Peer(command, [script]);
    try {
      const { version, blas, canFuse, card } = await peer.ask({ kind: 'versions' });
      const device = onProcessor || card === null ? 'cpu' : 'cuda';
      open.push({
        label: `PyTorch ${version} (${device === 'cuda' ? card : `${blas} BLAS`})`,
        peer,
        hasMatMul: true,
        hasBackends: false,
        supports: () => true,
        /** @type {import('./peer.mjs').OpenPeer['ways']} */
        ways: (workload, variant) =>
          waysOf(workload, variant, { fused: canFuse, compiled }).map((way) => ({
            ...way,
            config: { ...way.config, device },
          })),
      });
    } catch (error) {
      console.error(`PyTorch skipped: "${command}" cannot run torch_step.py: ${error}`);
    }
  }
  return open;
}

/**
 * In the default layout and, for images, in the one PyTorch recommends on processors; with fused
 * SGD where it exists; eager, and compiled if asked for.
 * @param {import('./workload.mjs').Workload} workload
 * @param {import('./workload.mjs').Variant} variant
 * @param {{ fused: boolean, compiled: boolean }} options
 */
function waysOf({ featureShape, threads: threadCounts }, variant, { fused, compiled }) {
  const layouts = featureShape.length === 3 ? ['NCHW', 'channels_last'] : [undefined];
  const modes = compiled ? [false, true] : [false];
  return threadCounts.flatMap((threads) =>
    layouts.flatMap((layout) =>
      modes.map((isCompiled) => ({
        label: [
          plural(threads, 'thread'),
          layout,
          fused ? 'fused SGD' : undefined,
          isCompiled ? 'torch.compile' : undefined,
        ]
          .filter((part) => part !== undefined)
          .join(', '),
        threads,
        config: {
          ...variant,
          ...{ threads, fused },
          channelsLast: layout === 'channels_last',
          compiled: isCompiled,
        },
      })),
    ),
  );
}
