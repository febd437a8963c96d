// Writes a table of many classes: node clusters.mjs > clusters.csv
// Every class has two Gaussian clusters in 16 dimensions; centres are drawn from a normal distribution of standard deviation 1 in
// every dimension, rows from one of standard deviation 0.7 about them.
import { stream } from 'symloss/core';

const [classes, clusters, dimensions, rows, spread] = [100, 2, 16, 200, 0.7];
const rng = stream(1, 'clusters');
const normals = () => Array.from({ length: dimensions }, () => rng.normal());
const lines = [['label', ...normals().map((_, j) => `x${j}`)].join(',')];
for (let label = 0; label < classes; label++) {
  const centres = Array.from({ length: clusters }, normals);
  for (let row = 0; row < rows; row++) {
    const centre = centres[row % clusters];
    const x = normals().map((v, j) => (centre[j] + spread * v).toFixed(4));
    lines.push([`c${label}`, ...x].join(','));
  }
}
process.stdout.write(`${lines.join('\n')}\n`);
