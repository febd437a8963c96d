import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, platform } from 'node:os';
import type { Device } from '../runtime/index.ts';
import { nodeEngine } from '../runtime/index.ts';
import type { Environment } from './record.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** Where and with what this process makes runs. */
export async function environment(threads: number, device: Device): Promise<Environment> {
  return {
    symloss: version,
    onnxruntime: (await nodeEngine()).version,
    node: process.version,
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() || 'unknown',
    threads,
    device,
    host: hostname(),
  };
}
