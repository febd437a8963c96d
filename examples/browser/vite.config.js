import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  worker: { format: 'es' }, // the worker loads onnxruntime-web when it first needs it
  optimizeDeps: { exclude: ['symloss', 'onnxruntime-web'] }, // both find files beside them
  build: { target: 'esnext' },
  server: { fs: { allow: ['../..'] } }, // in this repository symloss lies there
});
