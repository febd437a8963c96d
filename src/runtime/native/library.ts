import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arch, platform } from 'node:process';
import { importNative } from '../node-package.ts';
import type { OrtApi } from './api.ts';
import { bindApi, EngineError } from './api.ts';
import type { Koffi } from './koffi.ts';

/** onnxruntime's own library, called without onnxruntime-node between. */
export interface Engine {
  readonly koffi: Koffi;
  readonly api: OrtApi;
  /** As it names itself. */
  readonly version: string;
  /** Handles that are made once. */
  readonly env: bigint;
  readonly cpu: bigint;
  readonly runOptions: bigint;
  readonly allocator: bigint;
  /** Keeps the library from being unloaded. */
  readonly library: unknown;
}

/** The version of the API that is asked for; the functions that are used are older. */
const apiVersion = 17;

/** Bytes. As threads have in Node; koffi's own stack is smaller. */
const stackSize = 8 << 20;

/** Levels of the log: errors only, since warnings come as errors, too. */
const logLevel = 3;

const names: { readonly [P in NodeJS.Platform]?: string } = {
  linux: 'libonnxruntime.so.1',
  darwin: 'libonnxruntime.1.dylib',
  win32: 'onnxruntime.dll',
};

let engine: Promise<Engine | undefined> | undefined;

/**
 * The library that onnxruntime-node has brought, opened once in each thread; `undefined` where that is not possible: koffi is not
 * installed, or the library is not found, or is not one that this was made for.
 */
export function openEngine(): Promise<Engine | undefined> {
  engine ??= open().catch(() => undefined);
  return engine;
}

/** @throws Error where it cannot be opened */
export async function open(): Promise<Engine> {
  const koffi: Koffi = (await import('koffi')).default;
  // first, so that both use one library, which stays as long as onnxruntime-node does
  const { env: node } = await importNative();
  giveStack(koffi);
  const library = koffi.load(findLibrary());
  const base = library.func('OrtGetApiBase', 'void *', [])();
  const [getApi, getVersion] = koffi.decode(base, koffi.array('void *', 2));
  const version: string = koffi.decode(getVersion, koffi.proto('const char *', []))();
  if (!version.startsWith('1.') || version !== node.versions.node) {
    throw new EngineError(`onnxruntime ${version} beside onnxruntime-node ${node.versions.node}`);
  }
  const table = koffi.decode(getApi, koffi.proto('void *', ['uint32_t']))(apiVersion);
  if (!table) throw new EngineError(`no API of version ${apiVersion}`);
  const api = bindApi(koffi, table);
  return {
    ...{ koffi, api, version, library },
    // one for all threads of the process, and for onnxruntime-node
    env: api.made((out) => api.createEnv(logLevel, 'symloss', out)),
    cpu: api.made((out) => api.createCpuMemoryInfo(1, 0, out)),
    runOptions: api.made((out) => api.createRunOptions(out)),
    allocator: api.made((out) => api.getAllocatorWithDefaultOptions(out)),
  };
}

/** It cannot be given where this thread has called something through koffi already. */
function giveStack(koffi: Koffi): void {
  if ((koffi.config().sync_stack_size ?? 0) < stackSize)
    koffi.config({ sync_stack_size: stackSize });
}

function findLibrary(): string {
  const name = names[platform];
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  const bin = join(dirname(main), '..', 'bin');
  const files = readdirSync(bin).map((napi) => join(bin, napi, platform, arch, name ?? ''));
  const found = files.find((file) => name !== undefined && existsSync(file));
  if (found === undefined) throw new EngineError(`no library of onnxruntime in ${bin}`);
  return found;
}
