import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { staticImports } from '../helpers/static-imports.ts';

/** Code of the packages and parts that only compiling and checking need, as the bundle has it. */
const unneeded = {
  protobuf: 'BinaryWriter',
  zod: 'ZodType',
  yaml: 'YAMLParseError',
  'the compiler': 'function toOnnx(',
};

// every run starts such a thread: what compiles a step would take longer to load than a small run trains
describe.each([
  ['worker.js', "Cannot read properties of null (reading 'on')"],
  ['prefetch-worker.js', "Cannot destructure property 'job' of 'workerData'"],
])('%s starts without what only compiles', (file, message) => {
  const url = new URL(file, import.meta.resolve('symloss'));

  test('in its files', () => {
    const { files, packages } = staticImports(url);
    expect(packages).toEqual([]);
    const text = [...files.values()].join('');
    expect(
      Object.entries(unneeded).flatMap(([name, code]) => (text.includes(code) ? [name] : [])),
    ).toEqual([]);
  });

  test('and what is loaded then is enough', async () => {
    const script = `
      const error = await import(${JSON.stringify(url.href)}).catch((reason) => reason);
      console.log(error.message.replace(/ as it is.*/, ''));`;
    const args = ['--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    // all is loaded; it is no thread, and is given no work
    expect(stdout).toBe(`${message}\n`);
  });
});

test('the code that is looked for is there in what the command line loads', () => {
  const { files } = staticImports(new URL('main.js', import.meta.resolve('symloss')));
  const text = [...files.values()].join('');
  for (const [name, code] of Object.entries(unneeded))
    expect([name, text.includes(code)]).toEqual([name, true]);
});
