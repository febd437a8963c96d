import type { Ort } from '../src/runtime/ort-session.ts';
import { webgpuFiles } from '../src/server/api/types.ts';

/*
 * In place of `onnxruntime-web/webgpu`, whose WebAssembly would add 27 MB to the package (`vite.lab.config.ts`): the same files from
 * where the page comes from, if it has them. Scripts of the page lie in a folder beside them.
 */

const { folder, script } = webgpuFiles;
const address = new URL(`../${folder}/${script}`, new URL(import.meta.url)).href;

export const { env, InferenceSession, Tensor } = (await import(
  /* @vite-ignore */ address
)) as Ort & {
  readonly env: object;
};
