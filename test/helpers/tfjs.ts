import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Writes the parts of TensorFlow.js that a module of the tests names as one file, `tf.mjs` in a folder: the whole of it is ten times as
 * large to install, and Node cannot load its parts by themselves. Returns the path.
 */
export async function bundleTfjs(entry: URL, folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: true,
      minify: false,
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { input: fileURLToPath(entry), output: { entryFileNames: 'tf.mjs' } },
    },
    ssr: { noExternal: true },
  });
  return join(folder, 'tf.mjs');
}
