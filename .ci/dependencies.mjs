// What comes with symloss, from the lock file: its packages, their licences, and which of them want to
// run a script when they are installed. Fails for a licence or a script that nobody has decided about.
import { readFileSync } from 'node:fs';
import satisfies from 'spdx-satisfies';

const read = (file) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));

/** Those that may be passed on with a program under the MIT licence, whatever its own. */
const permissive = [
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'MIT',
  ],
  'Unlicense',
];
/** libvips, a shared library beside sharp; tools and tables that are only used to develop. */
const weak = { shipped: ['LGPL-3.0-or-later'], development: ['CC-BY-3.0', 'MPL-2.0'] };

const { packages } = read('package-lock.json');
const { allowScripts = {}, peerDependencies } = read('package.json');

const all = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ ...entry, path, name: path.replace(/^.*node_modules\//, '') }));
const faults = [];
const groups = { 'with symloss': [], 'with its optional peers, and to develop': [] };
for (const { name, version, license = 'none', dev = false, hasInstallScript = false } of all) {
  const accepted = [...permissive, ...(dev ? weak.development : weak.shipped)];
  if (!isAccepted(license, accepted)) faults.push(`${name} ${version}: licence ${license}`);
  if (hasInstallScript && !(name in allowScripts)) {
    faults.push(
      `${name} ${version}: an install script that "allowScripts" in package.json does not name`,
    );
  }
  const group = dev ? 'with its optional peers, and to develop' : 'with symloss';
  groups[group].push({ name, version, license, hasInstallScript });
}

for (const [group, list] of Object.entries(groups)) {
  console.log(`${list.length} packages ${group}:`);
  for (const [license, names] of byLicense(list)) {
    console.log(`  ${license}: ${group === 'with symloss' ? names.join(', ') : names.length}`);
  }
}
const scripts = all.filter(({ hasInstallScript }) => hasInstallScript);
console.log('install scripts, none of which symloss needs (npm install --ignore-scripts works):');
for (const { name, dev } of scripts)
  console.log(`  ${name}${dev ? ' (peers and development)' : ''}`);
console.log(`optional peers: ${Object.keys(peerDependencies).join(', ')}`);
for (const fault of faults) console.error(`not accepted: ${fault}`);
if (faults.length > 0) process.exitCode = 1;

function isAccepted(license, accepted) {
  try {
    return satisfies(license, accepted) || isConjunction(license, accepted);
  } catch {
    return false; // no SPDX expression
  }
}

/** `A AND B`, each of which is accepted. */
function isConjunction(license, accepted) {
  const parts = license.replace(/^\((.*)\)$/, '$1').split(' AND ');
  return parts.length > 1 && parts.every((part) => satisfies(part, accepted));
}

function byLicense(list) {
  const found = new Map();
  for (const { name, license } of list) found.set(license, [...(found.get(license) ?? []), name]);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}
