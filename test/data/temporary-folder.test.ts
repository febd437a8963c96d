import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  removeTemporary,
  temporaryFolder,
} from '../../src/data/formats/shared/temporary-folder.ts';
import { placeOfNumbers } from '../../src/io/index.ts';
import { testFolder } from './files.ts';

const folder = testFolder('temporary-folder');
const gone = 2 ** 22 - 2; // a number that no process has
const day = 86_400_000;

it('what killed processes left is removed, and nothing else', async () => {
  const place = join(folder.path, 'place');
  const here = placeOfNumbers();
  const save = (name: string, age: number) => {
    mkdirSync(join(place, name), { recursive: true });
    writeFileSync(join(place, name, 'rows'), 'x');
    utimesSync(join(place, name), new Date(), new Date(Date.now() - age));
  };
  const stay = [
    `table-m${here}.${process.ppid}-aaaaaa`, // of a living process
    `table-m${here}.${process.pid}-aaaaaa`, // of another thread of this one
    `table-m00000000.${gone}-aaaaaa`, // of another machine
    `table-m${here}.${gone}`,
    `mine-m${here}.${gone}-aaaaaa`,
    'table-notes',
  ];
  for (const name of stay) save(name, 2 * day);
  save(`table-m${here}.${gone}-bbbbbb`, 0);
  save(`table-m00000000.${gone}-bbbbbb`, 31 * day);
  const made = await temporaryFolder(place, 'table');
  expect(readdirSync(place).sort()).toEqual([...stay, made.slice(place.length + 1)].sort());
  await removeTemporary(made);
  expect(existsSync(made)).toBe(false);
});
