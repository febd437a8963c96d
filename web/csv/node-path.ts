/** Of Node's module `path` what the reader of tables takes: the last part of a path. */
export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
