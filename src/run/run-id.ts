import { createHash } from 'node:crypto';
import type { RunConfig } from './config.ts';

/**
 * The name of a run: 16 hexadecimal digits of the SHA-256 of its configuration, whatever the order in
 * which that is written down. Equal configurations are the same run. Of modules only the content
 * counts, not the path.
 */
export function runId({ modules, ...rest }: RunConfig): string {
  const identity = { ...rest, modules: modules?.map(({ sha256 }) => sha256).sort() };
  return createHash('sha256').update(canonical(identity)).digest('hex').slice(0, 16);
}

/** JSON with the keys of every object in order, and without what is undefined. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, v]) => `${JSON.stringify(key)}:${canonical(v)}`);
  return `{${entries.join(',')}}`;
}
