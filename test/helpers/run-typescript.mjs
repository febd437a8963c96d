// Runs a TypeScript file in a process of its own: node run-typescript.mjs <file>. Node 20 cannot read
// TypeScript: Vite loads it, and stays to load what is imported later.
import { createServer, createServerModuleRunner } from 'vite';

const server = await createServer({
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const runner = createServerModuleRunner(server.environments.ssr, { hmr: false });
await runner.import(process.argv[2]);
